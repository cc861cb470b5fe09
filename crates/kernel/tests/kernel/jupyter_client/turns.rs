//! How many tests run at a time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A kernel takes half a gigabyte, and compiles on one core: two at a time.
const PLACES: usize = 2;

static FREE: Mutex<usize> = Mutex::new(PLACES);
static FREED: Condvar = Condvar::new();

/// The places that a test has until this is dropped.
pub struct Turn(usize);

impl Turn {
    /// Waits until one other test runs at the most.
    pub fn beside_another() -> Self {
        Self::with(1)
    }

    /// Waits until no other test runs.
    pub fn alone() -> Self {
        Self::with(PLACES)
    }

    fn with(places: usize) -> Self {
        let enough = FREED.wait_while(free(), |free| *free < places);
        *enough.unwrap_or_else(PoisonError::into_inner) -= places;
        Self(places)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *free() += self.0;
        FREED.notify_all();
    }
}

fn free() -> MutexGuard<'static, usize> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}
