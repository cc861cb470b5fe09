//! One queue of jobs from which several workers take.

use super::sync::atomic::{AtomicUsize, Ordering};

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
