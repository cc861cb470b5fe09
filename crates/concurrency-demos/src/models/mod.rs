//! Who does the jobs. One file for each model: compare two of them, and what differs is the
//! model. Each `run` takes the same jobs and returns the same record.

mod machines;
mod processes;
mod rayon;
mod serial;
mod tasks;
mod threads;

use std::time::Duration;

use crate::error::Error;
use crate::pool::Pool;
use crate::record::{Listener, Model, Run};
use crate::work::{Fault, Job};

/// Runs the jobs as [`Model::Async`] does, in virtual time: how long that took, and the record.
///
/// # Errors
/// As those of [`Model::run`].
pub(crate) fn run_in_virtual_time(jobs: &[Job]) -> Result<(Duration, Run), Error> {
    jobs.iter().try_for_each(|job| Model::Async.check(job))?;
    tasks::run_paused(jobs)
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
        jobs.iter().try_for_each(|job| self.check(job))?;
        match self {
            Model::Serial => serial::run(jobs, listener),
            Model::Processes(workers) => processes::run(jobs, workers, listener),
            Model::ThreadPerJob => threads::run_each(jobs, listener),
            Model::Threads(workers) => threads::run(jobs, workers, listener),
            Model::Rayon(workers) => rayon::run(jobs, workers, listener),
            Model::Async => tasks::run_on_one_thread(jobs, listener),
            Model::AsyncThreads(workers) => tasks::run(jobs, workers, listener),
            Model::AsyncBlocking(workers) => tasks::run_blocking(jobs, workers, listener),
            Model::Mpi(_) | Model::Broker(_) => machines::run(self, jobs, listener),
        }
    }

    /// Whether the job can be done, and without ending the program that asks for it.
    fn check(self, job: &Job) -> Result<(), Error> {
        match job {
            _ if matches!(self, Model::Processes(_) | Model::Mpi(_) | Model::Broker(_)) => {
                Pool::check(job, None)
            }
            Job::Fault(Fault::Hang) => Err(Error::new(format!(
                "{job} would keep this whole program for ever, and Model::Processes has no time \
                 limit either: run it with Pool::start(2)?.with_time_limit(...)"
            ))),
            Job::Fault(Fault::Abort | Fault::Exit(_)) => Err(Error::new(format!(
                "{job} would take this whole program with it: run it with Model::Processes"
            ))),
            _ => job.check(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_worker_process_may_be_ended() {
        for fault in [Fault::Abort, Fault::Exit(3)] {
            assert!(Model::Serial.check(&Job::Fault(fault.clone())).is_err());
            assert!(Model::Processes(1).check(&Job::Fault(fault)).is_ok());
        }
    }
}
