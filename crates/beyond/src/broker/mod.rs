//! A work queue on a message broker: NATS with JetStream.

mod caller;
mod deaths;
mod queue;
mod server;
mod staff;
mod worker;

use std::thread;
use std::time::Duration;

use concurrency_demos::beyond::{Delivery, Record, Strike};
use concurrency_demos::{Job, Listener};

use crate::error::Error;
use crate::guardian::Guardian;
use crate::hosts::Hosts;
use crate::perform::check;
use crate::protocol::bytes;

pub use caller::publish_rates;
pub use worker::worker_main;

/// Worker processes that take jobs from a queue and acknowledge each.
#[derive(Clone, Debug)]
pub struct Broker {
    workers: usize,
    delivery: Delivery,
    patience: Duration,
    limit: Option<Duration>,
    strike: Option<Strike>,
    hosts: Option<Hosts>,
}

impl Broker {
    /// So many worker processes, each job with one result, delivered again after a second.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        Broker {
            workers,
            delivery: Delivery::ExactlyOnce,
            patience: Duration::from_secs(1),
            limit: None,
            strike: None,
            hosts: None,
        }
    }

    /// What is done against double results.
    #[must_use]
    pub fn with_delivery(self, delivery: Delivery) -> Self {
        Broker { delivery, ..self }
    }

    /// A job is delivered again if nothing is heard of it for so long: neither that it has
    /// ended nor that it is being worked on.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Broker { patience: patience.max(Duration::from_millis(30)), ..self }
    }

    /// The run is ended if nothing is heard of it for so long.
    #[must_use]
    pub fn with_time_limit(self, limit: Duration) -> Self {
        Broker { limit: Some(limit), ..self }
    }

    /// A worker is killed at this job.
    #[must_use]
    pub fn with_strike(self, strike: Strike) -> Self {
        Broker { strike: Some(strike), ..self }
    }

    /// The workers on these hosts in turn, the server on the first.
    #[must_use]
    pub fn on(self, hosts: &Hosts) -> Self {
        Broker { hosts: Some(hosts.clone()), ..self }
    }

    /// Runs the jobs, each by the worker that takes it first, and returns the record.
    ///
    /// A job whose worker dies is delivered again, three times at the most, and another worker
    /// takes the place of the dead one.
    ///
    /// # Errors
    /// If there are no workers, if a job cannot be done or is too large for a message, if
    /// nats-server or this crate's program is missing or cannot be started.
    pub fn run(&self, jobs: &[Job], listener: &dyn Listener) -> Result<Record, Error> {
        if self.workers == 0 {
            return Err(Error::new("a broker needs at least one worker, not 0"));
        }
        jobs.iter().try_for_each(|job| check(job, self.limit.is_some()))?;
        let most = server::LARGEST_MESSAGE - 1024;
        if let Some(job) = jobs.iter().find(|job| bytes(job).len() > most) {
            return Err(Error::new(format!(
                "{job} is too large for a message of the broker, which has {most} bytes at the most"
            )));
        }
        let guardian = Guardian::start()?;
        in_a_runtime(self.hosts.as_ref(), caller::run(self, jobs, listener, guardian))
    }
}

/// Runs it on a thread of its own: the caller's may be one of another runtime, and is on this
/// machine, where the first host's network is not.
fn in_a_runtime<T: Send>(
    hosts: Option<&Hosts>,
    work: impl Future<Output = Result<T, Error>> + Send,
) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::from("starting a runtime", error))?;
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            hosts.map_or(Ok(()), Hosts::enter_first)?;
            runtime.block_on(work)
        });
        thread.join().unwrap_or_else(|_| Err(Error::new("the caller of the broker panicked")))
    })
}
