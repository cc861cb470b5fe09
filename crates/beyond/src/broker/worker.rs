//! The worker's side: what runs inside `beyond-worker consume`.

use std::path::Path;
use std::process::{self, ExitCode};
use std::time::Duration;
use std::{fs, thread};

use async_nats::Client;
use async_nats::jetstream::consumer::{Consumer, pull};
use async_nats::jetstream::{self, AckKind, Context, Message};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};

use super::queue::{Answer, News, Task, answer, failed};
use super::server::connect;
use concurrency_demos::beyond::{Delivery, Moment, Seat, Strike, now};

use crate::error::Error;
use crate::perform::{host, perform};
use crate::protocol::{Done, bytes, parsed};

/// How long a pull waits for a job before it is renewed.
const PULL: Duration = Duration::from_secs(20);

/// What a worker is told when it is started.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Instructions {
    pub worker: usize,
    pub patience: Duration,
    pub delivery: Delivery,
    pub strike: Option<Strike>,
}

/// Does jobs of the queue until it is ended; the file says how to get in.
#[must_use]
pub fn worker_main(access: &str, instructions: &str) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let told = fs::read(instructions).ok().and_then(|read| parsed(&read).ok());
    let Some(told) = told else {
        eprintln!("beyond-worker: its instructions cannot be read");
        return ExitCode::FAILURE;
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime.map_err(|error| Error::from("starting a runtime", error));
    let served = served.and_then(|runtime| runtime.block_on(serve(Path::new(access), told)));
    if let Err(error) = served {
        eprintln!("beyond-worker: {error}");
    }
    ExitCode::FAILURE
}

struct Worker {
    told: Instructions,
    client: Client,
    context: Context,
}

async fn serve(access: &Path, told: Instructions) -> Result<(), Error> {
    let client = connect(access).await?;
    let context = jetstream::new(client.clone());
    let consumer = context.get_consumer_from_stream("workers", "jobs").await;
    let consumer: Consumer<pull::Config> = consumer.map_err(failed("finding the queue"))?;
    let worker = Worker { told, client, context };
    let seat = Seat { worker: worker.told.worker, host: host(), process: process::id() };
    worker.tell(News::Here(seat)).await?;
    loop {
        // One at a time: a job that waited in this process could not be done by another one.
        let pulled = consumer.batch().max_messages(1).expires(PULL).messages().await;
        let mut pulled = pulled.map_err(failed("pulling a job"))?;
        while let Some(message) = pulled.next().await {
            worker.serve(message.map_err(failed("pulling a job"))?).await?;
        }
    }
}

impl Worker {
    async fn serve(&self, message: Message) -> Result<(), Error> {
        let Task { index, job } = parsed(&message.payload).map_err(failed("reading a job"))?;
        let is_first = message.info().is_ok_and(|info| info.delivered == 1);
        let strike = self.told.strike.filter(|strike| is_first && strike.job == index);
        let strike = strike.map(|strike| strike.moment);
        let worker = self.told.worker;
        self.tell(News::Began { index, worker, at: now() }).await?;
        let work = tokio::task::spawn_blocking(move || perform(index, &job));
        if strike == Some(Moment::InTheMiddle) {
            thread::sleep(Duration::from_millis(5));
            die();
        }
        let done = self.patiently(&message, work).await?;
        answer(&self.context, &Answer { worker, done }, self.told.delivery).await?;
        if strike == Some(Moment::BeforeTheAcknowledgement) {
            die();
        }
        match self.told.delivery {
            Delivery::AtLeastOnce => message.ack().await,
            Delivery::ExactlyOnce => message.double_ack().await,
        }
        .map_err(failed("acknowledging a job"))
    }

    /// Waits for the end of the job, and tells the server meanwhile that it is being worked on.
    async fn patiently(
        &self,
        message: &Message,
        mut work: tokio::task::JoinHandle<Done>,
    ) -> Result<Done, Error> {
        let mut tick = tokio::time::interval(self.told.patience / 3);
        tick.tick().await; // the first comes at once
        loop {
            tokio::select! {
                done = &mut work => return done.map_err(failed("doing a job")),
                _ = tick.tick() => {
                    let told = message.ack_with(AckKind::Progress).await;
                    told.map_err(failed("asking for more time"))?;
                }
            }
        }
    }

    async fn tell(&self, news: News) -> Result<(), Error> {
        let sent = self.client.publish("news", bytes(&news).into()).await;
        sent.map_err(failed("telling the news"))?;
        self.client.flush().await.map_err(failed("telling the news"))
    }
}

/// What `kill -9` does.
fn die() -> ! {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    process::abort()
}
