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
use crate::system::room::{self, JOBS, RAYON_THREADS, THREADS, TOKIO_THREADS, WORKERS};
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
    /// the record, not an error of the run. A bad number is an error before anything is started
    /// (`tests/numbers.rs`); after the run nothing is left of its workers (`tests/leaks.rs`).
    ///
    /// # Errors
    /// If a job cannot be done (see [`Job`]), if there are no workers, if they or the jobs are
    /// more than this machine can hold, before the first is started, or if one cannot be started.
    pub fn run(self, jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
        self.can_run(jobs)?;
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

    /// Whether it can run these jobs, found out without starting anything.
    ///
    /// # Errors
    /// As those of [`Model::run`], but for a start that fails.
    pub(crate) fn can_run(self, jobs: &[Job]) -> Result<(), Error> {
        if self.workers() == Some(0) {
            return Err(Error::new(format!("{self} needs at least one worker, not 0")));
        }
        self.fits(jobs)?;
        jobs.iter().try_for_each(|job| self.check(job))
    }

    /// Whether the machine can hold these jobs and whoever does them.
    fn fits(self, jobs: &[Job]) -> Result<(), Error> {
        JOBS.check(jobs.len())?;
        room::check_payloads(jobs.iter().map(|job| job.bytes() as u64).sum())?;
        match self {
            Model::Serial | Model::Async => Ok(()),
            Model::ThreadPerJob => THREADS.check(jobs.len()),
            Model::Threads(workers) | Model::AsyncBlocking(workers) => THREADS.check(workers),
            Model::Rayon(workers) => RAYON_THREADS.check(workers),
            Model::AsyncThreads(workers) => TOKIO_THREADS.check(workers),
            Model::Processes(workers) | Model::Mpi(workers) | Model::Broker(workers) => {
                WORKERS.check(workers)
            }
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
