//! How a watch is told of its run, by whichever thread sees something first.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Watch;
use super::sync::atomic::{AtomicBool, Ordering};

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
