//! A pool of worker processes.
//!
//! ```text
//! parent                                   worker process
//! one thread a worker ── job, framed ──►   main thread: does it
//!        takes the next job  ◄── answer, framed ──┘
//! ```
//!
//! One job is in flight for each worker: the parent writes it whole, then
//! reads the answer whole, so large payloads cannot deadlock.

mod climb;
mod dispatch;
mod find;
mod growth;
mod pipe;
mod place;
mod process;
mod protocol;
#[cfg(test)]
mod schedules;
mod service;
#[cfg(any(test, fuzzing))]
pub(crate) mod wire_checks;
mod worker;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
// Under these names, because `schedules` compiles `dispatch` and `place` with others.
use std::{sync, thread};

use crate::error::Error;
use crate::record::{Listener, Model, Queue, Recorder, Run, Seat};
use crate::system::room::{JOBS, WORKERS};
use crate::system::{Gate, spawn_all};
use crate::work::{Fault, Job};
pub(crate) use climb::{Climb, Climbed, End};
use dispatch::dispatch;
pub(crate) use find::{BUILD, stale, worker_binary};
pub(crate) use growth::Waiting;
use process::Process;
pub(crate) use protocol::BUILD_ID;
use protocol::{LARGEST_PAYLOAD, Request};
pub(crate) use protocol::{receive, send};
pub use service::Server;
pub use worker::worker_main;

/// How long a measurement of memory may take: a million tasks take about a second.
const HOLD_LIMIT: Duration = Duration::from_secs(60);

/// A pool of worker processes that can do many runs.
///
/// # What is promised
///
/// - Every job of a run ends exactly once, with its result or with a
///   [`Failure`](crate::Failure) that says what ended its worker. It is never sent a second time:
///   what has killed one worker may kill the next (`tests/under_fire.rs`).
/// - A worker that dies takes its job with it, or, if it had none, the next one that is sent to
///   it, and no other; the job after that gets a new worker. A worker that dies while it starts
///   takes none: another one is started, three in all (`tests/pool_faults.rs`).
/// - A worker that hangs or is stopped keeps its job, and the run, until the time limit of the
///   pool; without a limit for ever.
/// - The pool belongs to whoever holds it, and a run borrows it alone. Dropping it ends each
///   worker, busy or stopped, and waits for its end: no process, thread, open file or memory is
///   left (`tests/leaks.rs`).
/// - Workers end with the program that has started them, also when that is killed
///   (`tests/pool_lifetimes.rs`).
/// - More workers than the machine can hold are refused before the first is started
///   (`tests/numbers.rs`).
///
/// A worker that answers anything but what it was asked for is killed, and its job ends with
/// [`Cause::Garbled`](crate::Cause::Garbled), which says what was wrong (`tests/nonsense_worker.rs`).
/// Each job ends once, in whichever order workers take jobs, die and cannot be started
/// (`src/pool/schedules`, in thousands of schedules).
///
/// ```no_run
/// use concurrency_demos::{Job, Pool, Silent};
///
/// let mut pool = Pool::start(2)?;
/// let run = pool.run(&vec![Job::Fib(31); 2], &Silent)?;
/// assert_eq!(run.numbers()?, [1_346_269, 1_346_269]);
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
pub struct Pool {
    binary: PathBuf,
    /// `None`: this worker was seen to die, and nothing has needed it since.
    workers: Vec<Option<Process>>,
    limit: Option<Duration>,
}

impl Pool {
    /// Starts so many worker processes and waits until all are ready.
    ///
    /// # Errors
    /// If `workers` is 0 or more than this machine can hold, if the worker binary is missing or
    /// was built from other sources, or if a process cannot be started.
    pub fn start(workers: usize) -> Result<Pool, Error> {
        if workers == 0 {
            return Err(Error::new("a process pool needs at least one worker, not 0"));
        }
        WORKERS.check(workers)?;
        let binary = worker_binary()?;
        let spawn = |_| Process::spawn(&binary);
        let mut processes = (0..workers).map(spawn).collect::<Result<Vec<_>, _>>()?;
        processes.iter_mut().try_for_each(|process| process.greet(&binary))?;
        let workers = processes.into_iter().map(Some).collect();
        Ok(Pool { binary, workers, limit: None })
    }

    /// The same pool, in which a job that takes longer than `limit` fails and
    /// its worker process is killed.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Pool {
        self.limit = Some(limit);
        self
    }

    /// The ids of the worker processes, without those that a job has taken down.
    #[must_use]
    pub fn processes(&self) -> Vec<u32> {
        self.workers.iter().flatten().map(Process::id).collect()
    }

    /// Runs the jobs on the workers of the pool.
    ///
    /// # Errors
    /// If a job cannot be done at all (see [`Job`]), if one never ends and the pool has no
    /// time limit, if there are more jobs than this machine can hold, or if the system gives no
    /// thread for a worker. A job that takes its
    /// worker down is a failed result in the record.
    pub fn run(&mut self, jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
        jobs.iter().try_for_each(|job| Pool::check(job, self.limit))?;
        JOBS.check(jobs.len())?;
        let record = Recorder::new(Model::Processes(self.workers.len()), jobs, listener);
        self.run_recorded(&record)
    }

    /// Whether a worker can do the job, and within this limit if there is one.
    pub(crate) fn check(job: &Job, limit: Option<Duration>) -> Result<(), Error> {
        if limit.is_none() && matches!(job, Job::Fault(Fault::Hang)) {
            return Err(Error::new(format!(
                "{job} never ends: run it in a pool that has a time limit, \
                 Pool::start(2)?.with_time_limit(...)"
            )));
        }
        let bytes = job.bytes();
        if bytes > LARGEST_PAYLOAD {
            return Err(Error::new(format!(
                "{job} of {bytes} bytes is too much for one message: it can be {LARGEST_PAYLOAD} \
                 at the most"
            )));
        }
        job.check()
    }

    /// Runs the jobs of a record.
    pub(crate) fn run_recorded(&mut self, record: &Recorder) -> Result<Run, Error> {
        dispatch(&mut self.workers, &self.binary, self.limit, record)
    }

    /// Starts threads in a new worker process until that is enough, or the system refuses.
    pub(crate) fn climb(climb: Climb) -> Result<Climbed, Error> {
        let mut pool = Pool::start(1)?;
        let worker = pool.workers.iter_mut().flatten().next().expect("a pool of one has one");
        worker.call(&Request::Climb(climb), Some(HOLD_LIMIT)).map_err(|cause| {
            let text = format!("starting {} threads in a worker failed: {cause}", climb.most);
            Error::caused_by(text, cause)
        })
    }

    /// By how many bytes a new worker process grows while so many wait in it; `None` where
    /// the system does not tell, or does not start as many.
    pub(crate) fn growth(waiting: Waiting) -> Result<Option<u64>, Error> {
        let mut pool = Pool::start(1)?;
        let worker = pool.workers.iter_mut().flatten().next().expect("a pool of one has one");
        worker.call(&Request::Hold(waiting), Some(HOLD_LIMIT)).map_err(|cause| {
            Error::caused_by(format!("measuring the memory of {waiting} failed: {cause}"), cause)
        })
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pool { limit, .. } = self;
        f.debug_struct("Pool").field("processes", &self.processes()).field("limit", limit).finish()
    }
}
