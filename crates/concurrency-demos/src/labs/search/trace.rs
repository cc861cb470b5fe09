//! What the threads of a program do in one schedule, as they note it themselves.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::format::label;

/// The steps of one execution, in the order in which they are done. A clone is the same trace.
///
/// ```
/// use concurrency_demos::labs::Trace;
///
/// let trace = Trace::default();
/// trace.note("A", "reads 0");
/// trace.waits("B", "the lock");
/// assert_eq!(trace.steps().len(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Trace {
    steps: Arc<Mutex<Vec<Step>>>,
}

/// One step of one thread or task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// Who did it.
    pub lane: String,
    /// What was done, or waited for.
    pub what: String,
    /// Whether it waits from here to its next step.
    pub waits: bool,
}

impl Trace {
    /// This thread or task has done this.
    pub fn note(&self, lane: &str, what: &str) {
        self.push(lane, what, false);
    }

    /// This thread or task waits for this, until it notes something else.
    pub fn waits(&self, lane: &str, what: &str) {
        self.push(lane, what, true);
    }

    /// What was noted, in the order of time.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        self.noted().clone()
    }

    pub(super) fn begin_anew(&self) {
        self.noted().clear();
    }

    fn push(&self, lane: &str, what: &str, waits: bool) {
        self.noted().push(Step { lane: label(lane), what: label(what), waits });
    }

    /// A step is whole or not there, so a panic beside it spoils nothing.
    fn noted(&self) -> MutexGuard<'_, Vec<Step>> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
