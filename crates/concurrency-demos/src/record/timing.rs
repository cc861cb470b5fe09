//! A job is done, and how long that took.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::system::{clock, panic_message};
use crate::work::{Job, Output};

/// What the doing of a job took, on the machine's monotonic clock.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Timing {
    /// The operating system's id of the thread that did it.
    pub thread: u64,
    /// When it began.
    pub started: Duration,
    /// When it ended.
    pub finished: Duration,
    /// How long the thread used a CPU for it.
    pub cpu: Duration,
}

impl Timing {
    /// Whether a job can have taken this between these two times: what another process says of
    /// it may be anything. (CPU time is of another clock, which may go faster.)
    pub(crate) fn is_within(&self, sent: Duration, received: Duration) -> bool {
        let Timing { started, finished, cpu, .. } = *self;
        let in_order = sent <= started && started <= finished && finished <= received;
        in_order && cpu / 2 <= finished - started + Duration::from_millis(1)
    }
}

/// Does a job on the calling thread.
///
/// # Errors
/// If it panics: what the panic said.
pub fn perform(job: &Job) -> (Timing, Result<Output, String>) {
    perform_in_turn([job]).next().expect("there is one for each job")
}

/// Does jobs on the calling thread, each when the one before it has ended: between two of them
/// the clocks are read once, for that takes longer than a tiny job.
pub fn perform_in_turn<'a>(
    jobs: impl IntoIterator<Item = &'a Job>,
) -> impl Iterator<Item = (Timing, Result<Output, String>)> {
    let thread = clock::thread_id();
    let mut before = (clock::now(), clock::thread_cpu());
    jobs.into_iter().map(move |job| {
        let result = catch_unwind(AssertUnwindSafe(|| job.perform()));
        let (cpu, now) = (clock::thread_cpu(), clock::now());
        let (started, finished) = (before.0, now);
        // Two clocks are never read at one moment.
        let cpu_time = (cpu - before.1).min(finished - started);
        before = (now, cpu);
        let timing = Timing { thread, started, finished, cpu: cpu_time };
        (timing, result.map_err(|panic| panic_message(&*panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::Fault;

    #[test]
    fn jobs_in_turn_follow_each_other_and_a_panic_ends_one_of_them() {
        let jobs = [Job::Fib(20), Job::Fault(Fault::Panic), Job::Fib(1)];
        let (times, results): (Vec<_>, Vec<_>) = perform_in_turn(&jobs).unzip();
        assert!(times.array_windows().all(|[one, next]| one.finished == next.started));
        assert!(times.iter().all(|it| it.started < it.finished));
        assert!(times.iter().all(|it| it.cpu <= it.finished - it.started));
        assert_eq!([0, 1, 2].map(|index| results[index].is_ok()), [true, false, true]);
    }
}
