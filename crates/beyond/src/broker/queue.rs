//! The two streams that a run needs: jobs that wait, and results that have come.
//!
//! ```text
//! caller -- job --> [ jobs, a work queue ] -- pull --> worker
//! caller <-- pull -- [ results ] <----- result --------- |
//!                   [ jobs: forgets it ] <-- acknowledges
//! ```

use std::collections::VecDeque;
use std::fmt::Display;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::context::PublishAckFuture;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{Context, stream};
use concurrency_demos::Job;
use concurrency_demos::beyond::{Delivery, Seat};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::protocol::{Done, bytes};

/// How often a job is delivered at the most: one that ends each worker must not go on for ever.
pub(super) const MOST_DELIVERIES: usize = 3;

/// What the server says of a job that it delivers no more.
/// <https://docs.nats.io/reference/2.14/jetstream/advisory/max-deliver>
pub(super) const SPENT: &str = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.jobs.workers";

/// How many jobs are on their way to the server before the first must be acknowledged.
const WINDOW: usize = 128;

/// A job as it stands in the queue.
#[derive(Serialize, Deserialize)]
pub(super) struct Task {
    pub index: usize,
    pub job: Job,
}

/// A result as it stands in its stream.
#[derive(Serialize, Deserialize)]
pub(super) struct Answer {
    pub worker: usize,
    pub done: Done,
}

/// What a worker tells besides: nobody stores it.
#[derive(Serialize, Deserialize)]
pub(super) enum News {
    Here(Seat),
    Began { index: usize, worker: usize, at: Duration },
}

/// Makes both streams: the jobs, and who pulls results.
pub(super) async fn make(
    context: &Context,
    patience: Duration,
) -> Result<(stream::Stream, stream::Stream, PullConsumer), Error> {
    let named = |name: &str| stream::Config {
        name: name.into(),
        subjects: vec![name.into()],
        ..Default::default()
    };
    let jobs = stream::Config { retention: stream::RetentionPolicy::WorkQueue, ..named("jobs") };
    let jobs = context.create_stream(jobs).await.map_err(failed("making the queue of jobs"))?;
    let workers = pull::Config {
        durable_name: Some("workers".into()),
        ack_policy: AckPolicy::Explicit,
        ack_wait: patience,
        max_deliver: MOST_DELIVERIES as i64,
        ..Default::default()
    };
    jobs.create_consumer(workers).await.map_err(failed("making the workers' consumer"))?;
    let results = context.create_stream(named("results")).await;
    let results = results.map_err(failed("making the stream of results"))?;
    let caller = pull::Config { ack_policy: AckPolicy::None, ..Default::default() };
    let caller = results.create_consumer(caller).await;
    Ok((jobs, results, caller.map_err(failed("making the caller's consumer"))?))
}

/// Puts the jobs into the queue, and waits until the server has acknowledged each.
pub(super) async fn publish(context: &Context, jobs: &[Job]) -> Result<(), Error> {
    let stored = failed("putting a job into the queue");
    let mut open: VecDeque<PublishAckFuture> = VecDeque::new();
    for (index, job) in jobs.iter().enumerate() {
        let task = bytes(&Task { index, job: job.clone() });
        // With an id, a message that is sent twice is in the queue once.
        let message = PublishMessage::build().payload(task.into());
        let message = message.message_id(format!("job-{index}"));
        open.push_back(context.send_publish("jobs", message).await.map_err(&stored)?);
        if open.len() == WINDOW {
            open.pop_front().expect("it is full").await.map_err(&stored)?;
        }
    }
    for acknowledged in open {
        acknowledged.await.map_err(&stored)?;
    }
    Ok(())
}

/// Which job the server delivers no more: the first message in the queue is job 0.
pub(super) fn spent(told: &[u8]) -> Result<usize, Error> {
    #[derive(Deserialize)]
    struct Told {
        stream_seq: usize,
    }
    let told: Told = serde_json::from_slice(told).map_err(failed("hearing the server"))?;
    Ok(told.stream_seq.saturating_sub(1))
}

/// Stores a result. With an id, the second one of a job is recognised and not stored.
pub(super) async fn answer(
    context: &Context,
    answer: &Answer,
    delivery: Delivery,
) -> Result<(), Error> {
    let stored = failed("storing a result");
    let message = PublishMessage::build().payload(bytes(answer).into());
    let message = match delivery {
        Delivery::AtLeastOnce => message,
        Delivery::ExactlyOnce => message.message_id(format!("result-{}", answer.done.index)),
    };
    let sent = context.send_publish("results", message).await.map_err(&stored)?;
    sent.await.map(drop).map_err(&stored)
}

/// How many messages a stream holds.
pub(super) async fn length(stream: &mut stream::Stream) -> Result<u64, Error> {
    let info = stream.info().await.map_err(failed("asking for the length of a queue"))?;
    Ok(info.state.messages)
}

/// What is said where this fails.
pub(super) fn failed<E: Display>(what: &'static str) -> impl Fn(E) -> Error {
    move |error| Error::from(what, error)
}
