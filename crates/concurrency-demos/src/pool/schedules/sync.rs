//! Shuttle's atomics and locks, with a bug in one of them where that is asked for: each is one
//! that the code around it could have had.

use std::cell::Cell;
use std::sync::Arc;

use shuttle::sync::{Condvar, Mutex};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// A counter is read, and then written: whoever came between counts for nothing.
    CheckThenAct,
    /// Who waits looks first, and then sleeps: what happens between wakes nobody.
    LostWakeup,
    /// What was noted of a listener that has panicked is not seen by others.
    NotSeen,
}

thread_local! {
    /// All threads of shuttle are one of the system.
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// From now on this is wrong, on this thread.
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

fn is_planted(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

pub mod atomic {
    pub use shuttle::sync::atomic::Ordering;
    use shuttle::sync::atomic::{AtomicBool as Flag, AtomicUsize as Counter};

    use super::{Bug, is_planted};

    pub struct AtomicUsize(Counter);

    impl AtomicUsize {
        pub fn new(value: usize) -> Self {
            AtomicUsize(Counter::new(value))
        }

        pub fn fetch_add(&self, more: usize, order: Ordering) -> usize {
            match is_planted(Bug::CheckThenAct) {
                true => self.set(order, |value| value + more),
                false => self.0.fetch_add(more, order),
            }
        }

        pub fn fetch_sub(&self, less: usize, order: Ordering) -> usize {
            match is_planted(Bug::CheckThenAct) {
                true => self.set(order, |value| value - less),
                false => self.0.fetch_sub(less, order),
            }
        }

        fn set(&self, order: Ordering, next: impl Fn(usize) -> usize) -> usize {
            let seen = self.0.load(order);
            self.0.store(next(seen), order);
            seen
        }
    }

    pub struct AtomicBool(Flag);

    impl AtomicBool {
        pub fn new(value: bool) -> Self {
            AtomicBool(Flag::new(value))
        }

        pub fn load(&self, order: Ordering) -> bool {
            self.0.load(order)
        }

        pub fn store(&self, value: bool, order: Ordering) {
            if !is_planted(Bug::NotSeen) {
                self.0.store(value, order);
            }
        }
    }
}

/// That of the standard library, which shuttle has not.
#[derive(Debug)]
pub struct OnceLock<T> {
    value: Mutex<Option<Arc<T>>>,
    was_set: Condvar,
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        OnceLock { value: Mutex::new(None), was_set: Condvar::new() }
    }
}

impl<T> OnceLock<T> {
    pub fn set(&self, value: T) -> Result<(), ()> {
        let mut here = self.value.lock().unwrap();
        if here.is_some() {
            return Err(());
        }
        *here = Some(Arc::new(value));
        self.was_set.notify_all();
        Ok(())
    }

    pub fn wait(&self) -> Arc<T> {
        if is_planted(Bug::LostWakeup) && self.value.lock().unwrap().is_none() {
            let here = self.was_set.wait(self.value.lock().unwrap()).unwrap();
            return here.clone().expect("it was set");
        }
        let here = self.value.lock().unwrap();
        let here = self.was_set.wait_while(here, |here| here.is_none()).unwrap();
        here.clone().expect("it was set")
    }
}
