//! Who does the jobs.

use std::fmt;

use crate::models::{processes, rayon, serial, tasks, threads};
use crate::{Error, Job, Listener, Run};

/// A way to run jobs. The number is the number of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// One job after the other on the calling thread.
    Serial,
    /// A pool of worker processes.
    Processes(usize),
    /// A new OS thread for each job.
    ThreadPerJob,
    /// A pool of OS threads that take the jobs from one queue.
    Threads(usize),
    /// A Rayon thread pool, whose threads steal work from each other.
    Rayon(usize),
    /// A Tokio task for each job, all on one thread.
    Async,
    /// A Tokio task for each job on a runtime with several threads.
    AsyncThreads(usize),
    /// Each job on a thread that Tokio keeps for blocking calls.
    AsyncBlocking(usize),
}

impl Model {
    /// Runs the jobs and returns the record: results in job order, a span for
    /// each job, and what it cost.
    ///
    /// A job that panics, or whose worker process dies, is a failed result in
    /// the record, not an error of the run.
    ///
    /// # Errors
    /// If a job cannot be done (see [`Job`]), if there are no workers, or if
    /// they cannot be started.
    pub fn run(self, jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
        if self.workers() == Some(0) {
            return Err(Error::new(format!("{self} needs at least one worker, not 0")));
        }
        let in_worker_process = matches!(self, Model::Processes(_));
        jobs.iter().try_for_each(|job| job.check(in_worker_process))?;
        match self {
            Model::Serial => serial::run(jobs, listener),
            Model::Processes(workers) => processes::run(jobs, workers, listener),
            Model::ThreadPerJob => threads::run_each(jobs, listener),
            Model::Threads(workers) => threads::run(jobs, workers, listener),
            Model::Rayon(workers) => rayon::run(jobs, workers, listener),
            Model::Async => tasks::run_on_one_thread(jobs, listener),
            Model::AsyncThreads(workers) => tasks::run(jobs, workers, listener),
            Model::AsyncBlocking(workers) => tasks::run_blocking(jobs, workers, listener),
        }
    }

    /// The number of workers, where the model has a fixed one.
    #[must_use]
    pub fn workers(self) -> Option<usize> {
        match self {
            Model::Serial | Model::Async => Some(1),
            Model::ThreadPerJob => None,
            Model::Processes(workers)
            | Model::Threads(workers)
            | Model::Rayon(workers)
            | Model::AsyncThreads(workers)
            | Model::AsyncBlocking(workers) => Some(workers),
        }
    }

    /// Whether a waiting job leaves its worker free for another one.
    #[must_use]
    pub fn waits_without_worker(self) -> bool {
        matches!(self, Model::Async | Model::AsyncThreads(_))
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, many, workers) = match self {
            Model::Serial => return f.write_str("serial"),
            Model::ThreadPerJob => return f.write_str("thread per job"),
            Model::Async => return f.write_str("async, 1 thread"),
            Model::Processes(workers) => ("process", "processes", workers),
            Model::Threads(workers) => ("thread", "threads", workers),
            Model::Rayon(workers) => ("rayon thread", "rayon threads", workers),
            Model::AsyncThreads(workers) => ("async thread", "async threads", workers),
            Model::AsyncBlocking(workers) => ("blocking thread", "blocking threads", workers),
        };
        write!(f, "{workers} {}", if *workers == 1 { one } else { many })
    }
}
