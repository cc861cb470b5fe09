//! Who watches a run from its first job to its last.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Failure, Run, Span};
use crate::work::Output;

/// Watches one run: hears of each job as it begins and as it ends, and of the whole record.
/// What it does until then counts as a part of the run. It is dropped without
/// [`over`](Watch::over) if the run cannot be done.
///
/// A watch that panics hears no more, and the run goes on.
pub trait Watch: Send + Sync {
    /// The job of this index has begun. Its span has no length yet, and no CPU time; that of a
    /// job in another process has no thread.
    fn began(&self, index: usize, span: Span);

    /// The job of this index has ended. It may not have been heard to begin: where no process
    /// could be started for it, it never did.
    fn ended(&self, index: usize, span: Span, result: &Result<Output, Failure>);

    /// The run is over, and this is its record. It takes no part of the time in it.
    fn over(&self, run: &Run);
}

/// The watch over a run, if anybody wants one. Its panics reach nobody.
#[derive(Clone)]
pub(crate) struct Watched(Option<Arc<Guarded>>);

struct Guarded {
    watch: Arc<dyn Watch>,
    /// Whether it has panicked.
    deaf: AtomicBool,
}

impl Watched {
    pub fn by(watch: Option<Arc<dyn Watch>>) -> Watched {
        let guarded = |watch| Arc::new(Guarded { watch, deaf: AtomicBool::new(false) });
        Watched(watch.map(guarded))
    }

    /// Tells it, if there is one that still hears.
    pub fn tell(&self, what: impl FnOnce(&dyn Watch)) {
        let Some(Guarded { watch, deaf }) = self.0.as_deref() else { return };
        if !deaf.load(Ordering::Relaxed)
            && catch_unwind(AssertUnwindSafe(|| what(&**watch))).is_err()
        {
            deaf.store(true, Ordering::Relaxed);
        }
    }
}
