//! One queue of jobs from which several workers take.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::record::Ended;

/// Hands out each index of a job list once, to whoever asks next.
pub(crate) struct Queue {
    next: AtomicUsize,
    length: usize,
}

impl Queue {
    pub fn new(length: usize) -> Self {
        Queue { next: AtomicUsize::new(0), length }
    }
}

impl Iterator for &Queue {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        (index < self.length).then_some(index)
    }
}

/// Puts what the workers did back into the order of the jobs.
pub(crate) fn in_job_order(ended: impl Iterator<Item = (usize, Ended)>) -> Vec<Ended> {
    let mut ended: Vec<_> = ended.collect();
    ended.sort_unstable_by_key(|(index, _)| *index);
    ended.into_iter().map(|(_, ended)| ended).collect()
}
