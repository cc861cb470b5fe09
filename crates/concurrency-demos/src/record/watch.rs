//! Who watches a run from its first job to its last.

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
