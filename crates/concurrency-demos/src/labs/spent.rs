//! Where the time of the workers of a run went.

use std::time::Duration;

use serde::Serialize;

use crate::record::Run;

/// Where the time of the workers of one run went, added up over the workers: together the four
/// parts are the wall time of the run times the number of its workers.
///
/// ```text
/// worker 0  start | job      | job   no CPU   | no job |
/// worker 1  start | job   | no job | job               |
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// Until all workers were there to take jobs.
    pub start: Duration,
    /// Without a job: until the next one was there, and from a worker's last one until all
    /// were done.
    pub no_job: Duration,
    /// In a job, but not on a CPU: others had it.
    pub no_cpu: Duration,
    /// In a job and on a CPU. The same jobs need more of it where the CPU is slower: by its
    /// frequency, by a second hardware thread of its core, by what its caches hold, by where
    /// the code of the job lies in its program.
    pub cpu: Duration,
}

impl Spent {
    /// Of a run that has a fixed number of workers; any other counts as one of a single worker.
    pub(super) fn of(run: &Run) -> Spent {
        let workers = run.model.workers().unwrap_or(1) as u32;
        let (start, work, cpu) = (run.start * workers, run.work(), run.cpu());
        Spent {
            start,
            no_job: (run.wall * workers).saturating_sub(start + work),
            no_cpu: work.saturating_sub(cpu),
            cpu,
        }
    }

    /// All of it.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.start + self.no_job + self.no_cpu + self.cpu
    }

    /// Which share of all of it went by until the workers were there, from 0 to 1.
    #[must_use]
    pub fn share_of_start(&self) -> f64 {
        self.share(self.start)
    }

    /// The share of such a part, from 0 to 1.
    pub(crate) fn share(&self, part: Duration) -> f64 {
        part.as_secs_f64() / self.total().as_secs_f64().max(1e-9)
    }

    /// How much more CPU time it is than that of serial, as a share of all of it; below zero
    /// where it is less.
    pub(crate) fn slower_than(&self, serial: &Spent) -> f64 {
        (self.cpu.as_secs_f64() - serial.cpu.as_secs_f64()) / self.total().as_secs_f64().max(1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Model, Silent};
    use crate::work::Job;

    #[test]
    fn the_parts_are_the_time_of_all_workers() {
        let jobs = vec![Job::Fib(22); 4];
        for model in [Model::Serial, Model::Threads(2), Model::AsyncThreads(2), Model::Async] {
            let run = model.run(&jobs, &Silent).unwrap();
            let (spent, all) = (Spent::of(&run), run.wall * model.workers().unwrap() as u32);
            assert_eq!(spent.total(), all, "{spent:?} of {run:?}");
            assert_eq!((spent.cpu, spent.cpu + spent.no_cpu), (run.cpu(), run.work()));
        }
    }

    #[test]
    fn who_has_no_job_or_no_cpu_is_told_apart() {
        let ms = Duration::from_millis;
        let mut run = Model::Threads(2).run(&[Job::Fib(1), Job::Fib(1)], &Silent).unwrap();
        (run.start, run.wall) = (ms(2), ms(10));
        for (span, (until, cpu)) in run.spans.iter_mut().zip([(10, 8), (6, 3)]) {
            (span.started, span.finished, span.cpu) = (ms(2), ms(until), ms(cpu));
        }
        let spent = Spent::of(&run);
        let expected = Spent { start: ms(4), no_job: ms(4), no_cpu: ms(1), cpu: ms(11) };
        assert_eq!(spent, expected);
        assert_eq!((spent.share_of_start(), spent.share(spent.no_job)), (0.2, 0.2));
        let serial = Spent { cpu: ms(7), ..Spent::default() };
        assert!((spent.slower_than(&serial) - 0.2).abs() < 1e-9);
        assert!(serial.slower_than(&spent) < 0.0);
    }
}
