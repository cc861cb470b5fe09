//! The caller's side of a run: puts jobs into the queue, hears of results, replaces the dead.

use std::time::{Duration, Instant};

use async_nats::jetstream::{self, stream::Stream};
use concurrency_demos::beyond::{Record, now};
use concurrency_demos::{Cause, Job, Listener, Model};
use futures_util::StreamExt;

use super::deaths::Deaths;
use super::queue::{Answer, News, SPENT, failed, length, make, publish, spent};
use super::server::{Server, connect};
use super::staff::Staff;
use super::worker::Instructions;
use super::{Broker, in_a_runtime};
use crate::error::Error;
use crate::guardian::Guardian;
use crate::protocol::parsed;
use crate::record::Book;

/// How often it is looked after the workers.
const LOOK: Duration = Duration::from_millis(5);

/// How long workers may take to be there.
const START_LIMIT: Duration = Duration::from_secs(30);

struct Caller<'a> {
    broker: &'a Broker,
    book: Book<'a>,
    server: Server,
    staff: Staff,
    deaths: Deaths,
    jobs: Stream,
    heard: Instant,
}

pub(super) async fn run(
    broker: &Broker,
    jobs: &[Job],
    listener: &dyn Listener,
    guardian: Guardian,
) -> Result<Record, Error> {
    let book = Book::open(jobs, Model::Broker(broker.workers), listener);
    let mut server = Server::start(broker.hosts.as_ref(), guardian)?;
    let client = connect(&server.access()).await?;
    let context = jetstream::new(client.clone());
    let mut news = client.subscribe("news").await.map_err(failed("hearing the news"))?;
    let mut spent_jobs = client.subscribe(SPENT).await.map_err(failed("hearing the server"))?;
    client.flush().await.map_err(failed("hearing the news"))?;
    let (queue, mut stored, results) = make(&context, broker.patience).await?;
    let mut results = results.messages().await.map_err(failed("pulling results"))?;
    let staff = Staff::start(&mut server, broker, broker.instructions())?;
    let (deaths, heard) = (Deaths::default(), Instant::now());
    let mut caller = Caller { broker, book, server, staff, deaths, jobs: queue, heard };
    caller.assemble(&mut news).await?;
    publish(&context, jobs).await?;
    let mut look = tokio::time::interval(LOOK);
    while !caller.is_over().await? {
        tokio::select! {
            biased;
            Some(message) = news.next() => caller.hear(&message.payload)?,
            Some(message) = results.next() => {
                caller.take(&message.map_err(failed("pulling results"))?.payload)?;
            }
            Some(message) = spent_jobs.next() => {
                caller.deaths.spent(spent(&message.payload)?);
            }
            _ = look.tick() => caller.look()?,
        }
    }
    let stored = length(&mut stored).await?;
    let Caller { book, deaths, .. } = caller;
    Ok(Record {
        stored: usize::try_from(stored).unwrap_or(usize::MAX),
        ..book.close(deaths.list())
    })
}

impl Broker {
    fn instructions(&self) -> Instructions {
        Instructions {
            worker: 0,
            patience: self.patience,
            delivery: self.delivery,
            strike: self.strike,
        }
    }
}

impl Caller<'_> {
    /// Waits until all workers are there.
    async fn assemble(&mut self, news: &mut async_nats::Subscriber) -> Result<(), Error> {
        let since = Instant::now();
        while self.book.seats.len() < self.broker.workers {
            match tokio::time::timeout(LOOK, news.next()).await {
                Ok(Some(message)) => self.hear(&message.payload)?,
                _ if since.elapsed() > START_LIMIT => {
                    return Err(Error::new(format!(
                        "the workers did not start in {START_LIMIT:?}"
                    )));
                }
                _ if self.staff.died(&mut self.server)?.is_empty() => {}
                _ => {
                    return Err(Error::new(
                        "the workers ended before their first job; build their program again: ./kernel-setup.sh beyond",
                    ));
                }
            }
        }
        let seats = std::mem::take(&mut self.book.seats);
        self.book.ready(seats, now());
        Ok(())
    }

    /// Whether each job has ended, and none is in the queue that could be delivered again.
    async fn is_over(&mut self) -> Result<bool, Error> {
        if !self.book.is_full() {
            return Ok(false);
        }
        let given_up = self.book.lost() as u64;
        Ok(length(&mut self.jobs).await? <= given_up)
    }

    fn hear(&mut self, news: &[u8]) -> Result<(), Error> {
        self.heard = Instant::now();
        match parsed(news).map_err(failed("reading the news"))? {
            News::Here(seat) => self.book.seats.push(seat),
            News::Began { index, worker, at } => self.book.began(&[index], worker, at),
        }
        Ok(())
    }

    fn take(&mut self, answer: &[u8]) -> Result<(), Error> {
        self.heard = Instant::now();
        let Answer { worker, done } = parsed(answer).map_err(failed("reading a result"))?;
        self.book.ended(vec![done], worker, now());
        Ok(())
    }

    /// Looks who has died, and whether anything is still heard.
    fn look(&mut self) -> Result<(), Error> {
        for (worker, cause) in self.staff.died(&mut self.server)? {
            self.deaths.saw(worker, cause, now());
        }
        self.deaths.give_up(&mut self.book);
        if let Some(limit) = self.broker.limit.filter(|limit| self.heard.elapsed() > *limit) {
            for (index, _) in self.book.open_jobs() {
                self.book.lose(index, Cause::TimedOut(limit));
            }
        }
        Ok(())
    }
}

/// How many jobs a second are published and acknowledged, as a run does it and by a bare loop
/// that waits for each.
///
/// # Errors
/// If the server cannot be started or asked.
pub fn publish_rates(messages: usize) -> Result<[f64; 2], Error> {
    let guardian = Guardian::start()?;
    in_a_runtime(None, async move {
        let server = Server::start(None, guardian)?;
        let context = jetstream::new(connect(&server.access()).await?);
        make(&context, Duration::from_secs(60)).await?;
        let jobs = vec![Job::Fib(1); messages];
        let since = Instant::now();
        publish(&context, &jobs).await?;
        let ours = since.elapsed();
        let since = Instant::now();
        for _ in 0..messages {
            let stored = failed("publishing");
            let sent = context.publish("results", vec![0_u8; 8].into()).await.map_err(&stored);
            sent?.await.map_err(failed("publishing"))?;
        }
        let bare = since.elapsed();
        Ok([ours, bare].map(|time| messages as f64 / time.as_secs_f64()))
    })
}
