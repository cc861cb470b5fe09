//! Jobs beyond one machine, by the program `beyond-worker` of the crate `beyond`.
//!
//! ```text
//! this program                     beyond-worker
//! Beyond -- which engine, which -->  MPI ranks, or workers of a broker
//!           hosts, which jobs        on one host or on several
//!        <-- each begin, each end --
//!        <-- the record -----------
//! ```
//!
//! MPI and a broker are what only that program needs, so that whoever loads this crate needs
//! neither. Where it was not built, a run says how it is.

mod program;
mod protocol;
mod record;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::record::{Listener, Model};
use crate::system::room::WORKERS;
use crate::work::Job;

pub use program::is_there;
pub use protocol::{Event, Told, Why, receive, send};
pub use record::{Death, Record, Seat};
// What does jobs in another program needs no more of this crate's inside.
pub use crate::record::{Timing, perform, perform_in_turn};
pub use crate::system::clock::now;

/// A run by an engine for several machines, and what is to happen in it.
///
/// ```no_run
/// use concurrency_demos::{Beyond, Job, Model, Silent};
/// use std::time::Duration;
///
/// let farm = Beyond::new(Model::Mpi(4)).across(2, Duration::from_millis(1));
/// if let Some(record) = farm.run(&vec![Job::Fib(30); 16], &Silent)? {
///     println!("{}: {} of 16 jobs", record.hosts, record.ended());
/// }
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beyond {
    /// [`Model::Mpi`] or [`Model::Broker`].
    pub model: Model,
    /// Several hosts, and what lies between them; none for this machine alone.
    pub network: Option<Network>,
    /// What a broker does so that a job that is delivered twice has one result.
    pub delivery: Delivery,
    /// A broker delivers a job again if nothing is heard of it for so long.
    pub patience: Duration,
    /// The run is ended if nothing is heard of it for so long.
    pub limit: Option<Duration>,
    /// A worker of a broker that is killed.
    pub strike: Option<Strike>,
    /// So many bare messages of MPI there and back, before the jobs.
    pub bare_messages: usize,
}

/// Several hosts on one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// How many: 2 to 4.
    pub hosts: usize,
    /// How long a message takes from one to another; there and back it takes twice as long.
    pub delay: Duration,
    /// Which of them, counted from 0, is cut off, and how long after the first job has begun.
    pub cut: Option<(usize, Duration)>,
}

/// What is done so that a job that is delivered twice has one result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    /// Nothing: every run of a job stores a result.
    AtLeastOnce,
    /// The result has an id, by which the second one is recognised, and the acknowledgement is
    /// acknowledged. The job may run twice; it has one result.
    ExactlyOnce,
}

/// A worker that is killed by SIGKILL when this job is delivered for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strike {
    /// The index of the job.
    pub job: usize,
    /// When.
    pub moment: Moment,
}

/// A moment in the life of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Moment {
    /// It was begun and has not ended.
    InTheMiddle,
    /// Its result is stored, and the job is not acknowledged.
    BeforeTheAcknowledgement,
}

impl Beyond {
    /// By this model on this machine; a broker delivers each job exactly once, and again after a
    /// second.
    #[must_use]
    pub fn new(model: Model) -> Self {
        Beyond {
            model,
            network: None,
            delivery: Delivery::ExactlyOnce,
            patience: Duration::from_secs(1),
            limit: None,
            strike: None,
            bare_messages: 0,
        }
    }

    /// Across so many hosts, with this delay between them. They are made for this run, where the
    /// system allows it to root; elsewhere it is this machine alone, and the record says so.
    #[must_use]
    pub fn across(self, hosts: usize, delay: Duration) -> Self {
        Beyond { network: Some(Network { hosts, delay, cut: None }), ..self }
    }

    /// A host, counted from 0, is cut off so long after the first job has begun.
    #[must_use]
    pub fn with_cut(self, host: usize, after: Duration) -> Self {
        let network = self.network.map(|it| Network { cut: Some((host, after)), ..it });
        Beyond { network, ..self }
    }

    /// What a broker does against double results.
    #[must_use]
    pub fn with_delivery(self, delivery: Delivery) -> Self {
        Beyond { delivery, ..self }
    }

    /// A worker of a broker is killed at this job.
    #[must_use]
    pub fn with_strike(self, job: usize, moment: Moment) -> Self {
        Beyond { strike: Some(Strike { job, moment }), ..self }
    }

    /// The run is ended if nothing is heard of it for so long.
    #[must_use]
    pub fn with_time_limit(self, limit: Duration) -> Self {
        Beyond { limit: Some(limit), ..self }
    }

    /// So many bare messages of MPI there and back before the jobs, to compare.
    #[must_use]
    pub fn beside_bare_messages(self, bare_messages: usize) -> Self {
        Beyond { bare_messages, ..self }
    }

    /// Runs the jobs and returns the record; none, and a sentence with the cure is printed, where
    /// the program or what it needs is not there.
    ///
    /// # Errors
    /// If the model is none for several machines or has more workers than this one can hold, if
    /// the program is stale, or if it cannot run these jobs.
    pub fn run(&self, jobs: &[Job], listener: &dyn Listener) -> Result<Option<Record>, Error> {
        let record = self.run_or_say_why(jobs, listener)?;
        Ok(record.inspect_err(|missing| println!("Not run by {}: {missing}", self.model)).ok())
    }

    /// The inner error says what is missing, and what installs it.
    pub(crate) fn run_or_say_why(
        &self,
        jobs: &[Job],
        listener: &dyn Listener,
    ) -> Result<Result<Record, Why>, Error> {
        WORKERS.check(self.model.workers().unwrap_or(0))?;
        program::run(self, jobs, listener)
    }
}
