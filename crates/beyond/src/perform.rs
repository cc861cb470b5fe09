//! A job, done by the process that was handed it.

use concurrency_demos::beyond;
use concurrency_demos::{Fault, Job};

use crate::error::Error;
use crate::protocol::Done;

/// Does the jobs on this thread; a panic comes back as its message. What ends a process ends
/// this one: it is there for that.
pub(crate) fn perform_in_turn(jobs: &[(usize, Job)]) -> Vec<Done> {
    let done = beyond::perform_in_turn(jobs.iter().map(|(_, job)| job));
    let done = jobs.iter().zip(done);
    done.map(|((index, _), (timing, result))| Done { index: *index, timing, result }).collect()
}

/// Does one job so.
pub(crate) fn perform(index: usize, job: &Job) -> Done {
    let (timing, result) = beyond::perform(job);
    Done { index, timing, result }
}

/// Whether a job can be done at all, and ends or is given up.
pub(crate) fn check(job: &Job, is_limited: bool) -> Result<(), Error> {
    if matches!(job, Job::Fault(Fault::Hang)) && !is_limited {
        let text = format!("{job} never ends: give the run a limit, with_time_limit(...)");
        return Err(Error::new(text));
    }
    job.check().map_err(|error| Error::new(error.to_string()))
}

/// The name of the host that this process is on.
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
