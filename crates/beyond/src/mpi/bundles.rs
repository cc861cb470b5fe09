//! How many jobs go in one message: one, or a bundle where jobs are shorter than their way.

use std::collections::VecDeque;
use std::time::Duration;

use concurrency_demos::Job;

use crate::protocol::Done;

/// Jobs shorter than this are worth a bundle: about the round trip on one host, with what a
/// busy machine adds to it.
const TINY: Duration = Duration::from_micros(20);

/// A bundle has so many jobs at the most.
const LARGEST: usize = 64;

/// The jobs that are left, and what is known of the last ones.
pub(super) struct Bundles {
    left: VecDeque<(usize, Job)>,
    workers: Vec<Seen>,
}

/// What the last message to a worker had in it.
#[derive(Clone, Default)]
struct Seen {
    job: Option<Job>,
    /// So many of the same may be in the next one.
    most: usize,
}

impl Bundles {
    pub fn of(jobs: Vec<Job>, workers: usize) -> Self {
        let left = jobs.into_iter().enumerate().collect();
        Bundles { left, workers: vec![Seen::default(); workers] }
    }

    /// The next job; more of them if they equal the last one, which was tiny. Never so many that
    /// the other workers have nothing left. None if there are no more.
    pub fn next_for(&mut self, worker: usize) -> Vec<(usize, Job)> {
        let fair = self.left.len() / (2 * self.workers.len());
        let Some(first) = self.left.pop_front() else { return Vec::new() };
        let seen = &mut self.workers[worker];
        let known = seen.job.as_ref() == Some(&first.1);
        let most = if known { seen.most.min(fair) } else { 1 };
        let mut bundle = vec![first];
        while bundle.len() < most && self.left.front().is_some_and(|(_, job)| *job == bundle[0].1) {
            bundle.extend(self.left.pop_front());
        }
        if !known {
            *seen = Seen { job: Some(bundle[0].1.clone()), most: 1 };
        }
        bundle
    }

    /// How long they took: twice as many go in the next bundle if they were tiny.
    pub fn took(&mut self, worker: usize, done: &[Done]) {
        let time = |done: &Done| done.timing.finished.saturating_sub(done.timing.started);
        let tiny = done.iter().map(time).sum::<Duration>() <= TINY * done.len() as u32;
        let seen = &mut self.workers[worker];
        seen.most = if tiny { (2 * done.len()).min(LARGEST) } else { 1 };
    }
}

#[cfg(test)]
mod tests {
    use concurrency_demos::beyond::Timing;
    use concurrency_demos::{Dish, Output};

    use super::*;

    fn took(bundles: &mut Bundles, jobs: &[(usize, Job)], each: Duration) {
        let (started, finished) = (Duration::ZERO, each);
        let timing = Timing { thread: 1, started, finished, cpu: each };
        let done = |index| Done { index, timing, result: Ok(Output::Nothing) };
        bundles.took(0, &jobs.iter().map(|(index, _)| done(*index)).collect::<Vec<_>>());
    }

    fn sizes(jobs: Vec<Job>, workers: usize, each: Duration) -> Vec<usize> {
        let mut bundles = Bundles::of(jobs, workers);
        let mut sizes = Vec::new();
        loop {
            let bundle = bundles.next_for(0);
            if bundle.is_empty() {
                return sizes;
            }
            sizes.push(bundle.len());
            took(&mut bundles, &bundle, each);
        }
    }

    #[test]
    fn tiny_jobs_go_in_bundles_that_grow_and_leave_enough_for_the_others() {
        let sizes = sizes(vec![Job::Fib(1); 100], 2, Duration::from_micros(1));
        assert_eq!(sizes.iter().sum::<usize>(), 100);
        assert_eq!(sizes[..4], [1, 2, 4, 8]);
        assert!(sizes.iter().all(|size| *size <= 24), "{sizes:?}");
        assert_eq!(sizes.last(), Some(&1));
    }

    #[test]
    fn others_go_alone() {
        let long = sizes(vec![Job::Fib(1); 9], 1, Duration::from_millis(1));
        assert_eq!(long, [1; 9]);
        let dish = Job::Cook { dish: Dish::Toast, time: Duration::ZERO };
        let mixed = [Job::Fib(1), dish].into_iter().cycle().take(40).collect();
        assert_eq!(sizes(mixed, 1, Duration::from_micros(1)), [1; 40]);
    }
}
