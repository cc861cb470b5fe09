//! What no schedule can beat: small functions with their source.

use std::time::Duration;

/// The time below which no schedule on `workers` equal workers can come: the
/// work shared evenly, or the longest job, whichever is more.
///
/// Graham (1966) shows that a schedule that never leaves a worker idle while a
/// job waits needs at the most the sum of the two.
///
/// ```
/// use std::time::Duration;
/// use concurrency_demos::theory::lower_bound;
///
/// let (work, longest) = (Duration::from_secs(12), Duration::from_secs(5));
/// assert_eq!(lower_bound(work, longest, 2), Duration::from_secs(6));
/// assert_eq!(lower_bound(work, longest, 4), Duration::from_secs(5));
/// ```
///
/// # Panics
/// If `workers` is 0.
#[must_use]
pub fn lower_bound(work: Duration, longest: Duration, workers: usize) -> Duration {
    assert!(workers > 0, "no worker, no schedule");
    longest.max(work.div_f64(workers as f64))
}
