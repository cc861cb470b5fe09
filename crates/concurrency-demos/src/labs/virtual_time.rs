//! The same tasks on a clock that stands still while they run and jumps while they wait.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::error::Error;
use crate::format::thousands;
use crate::models::run_in_virtual_time;
use crate::work::Job;

/// A run under Tokio's paused clock: one task for each job, on one thread, by the code of
/// [`Model::Async`](crate::Model::Async).
///
/// ```
/// use std::time::Duration;
/// use concurrency_demos::{breakfast, labs::VirtualTime};
///
/// let breakfast = VirtualTime::run(&breakfast::order(1_000, 1.0)?)?;
/// assert_eq!(breakfast.took, Duration::from_secs(5));
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct VirtualTime {
    /// How many jobs there were.
    pub jobs: usize,
    /// How long they took by the paused clock: exact, the same in every run.
    pub took: Duration,
    /// How long the run took by the clock on the wall.
    pub wall: Duration,
}

impl VirtualTime {
    /// Runs the jobs. A job that computes takes no virtual time.
    ///
    /// # Errors
    /// If a job cannot be done or fails, or if the system refuses a runtime.
    pub fn run(jobs: &[Job]) -> Result<VirtualTime, Error> {
        let began = Instant::now();
        let (took, run) = run_in_virtual_time(jobs)?;
        run.outputs()?;
        Ok(VirtualTime { jobs: jobs.len(), took, wall: began.elapsed() })
    }
}

impl std::fmt::Display for VirtualTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (jobs, wall) = (thousands(self.jobs), crate::format::seconds(self.wall));
        write!(f, "{jobs} jobs: {:?} of virtual time in {wall}", self.took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::{Fault, breakfast};

    #[test]
    fn breakfast_is_exact_whatever_the_number_of_persons() {
        for persons in [1, 3_000] {
            let virtual_time = VirtualTime::run(&breakfast::order(persons, 1.0).unwrap()).unwrap();
            assert_eq!(virtual_time.took, Duration::from_secs(5));
            assert!(virtual_time.wall < Duration::from_secs(5), "{virtual_time:?}");
            assert!(virtual_time.to_string().contains("jobs: 5s of virtual time in "));
        }
    }

    #[test]
    fn a_job_that_fails_or_would_hang_is_an_error() {
        assert!(VirtualTime::run(&[Job::Fault(Fault::Panic)]).is_err());
        assert!(VirtualTime::run(&[Job::Fault(Fault::Hang)]).is_err());
    }
}
