//! The laws that describe a speed-up, in words.

use crate::format::ratio;
use crate::labs::SpeedUp;
use crate::record::Kind;

/// The first kind that was measured with several numbers of workers.
pub(super) fn fitted(record: &SpeedUp) -> Option<Kind> {
    record.kinds().into_iter().find(|kind| record.points(*kind).len() > 1)
}

/// The fitted laws in words. A law that is determined by as many points as it has shares is
/// no fit, and one at its bound says less than it seems to.
pub(super) fn in_words(record: &SpeedUp) -> String {
    let Some(kind) = fitted(record) else { return String::new() };
    let several = record.within_cores(kind).into_iter().filter(|(workers, _)| *workers > 1);
    let several = several.count();
    let determined =
        |shares| if several == shares { ", just determined by its points" } else { "" };
    let bound = |is_at_it| if is_at_it { ", its bound" } else { "" };
    let mut parts = Vec::new();
    if let Some(parallel) = record.parallel_share(kind) {
        let (share, bound) = (ratio(100.0 * parallel), bound(parallel == 1.0));
        let determined = determined(1);
        parts.push(format!("short dashes: Amdahl with {share} % in parallel{bound}{determined}"));
    }
    if let Some((contention, crosstalk)) = record.contention_and_crosstalk(kind) {
        let bounds = [contention, crosstalk].map(|share| bound(share == 0.0));
        let (contention, crosstalk) = (100.0 * contention, 100.0 * crosstalk);
        parts.push(format!(
            "long dashes: universal scalability with {contention:.2} % contention{} and \
             {crosstalk:.3} % crosstalk{}{}",
            bounds[0],
            bounds[1],
            determined(2)
        ));
    }
    if parts.is_empty() {
        return "No law is fitted: that needs one worker, and two that have a core each."
            .to_owned();
    }
    let lacking = match record.contention_and_crosstalk(kind) {
        Some(_) => "",
        None => {
            " Universal scalability cannot be fitted: it has two shares, and only one number of \
             workers above one has a core for each."
        }
    };
    format!(
        "Laws of {kind}, over one of them and without their start, up to one for each core{}: \
         {}.{lacking}",
        physical(record).map(|cores| format!(" ({cores} physical)")).unwrap_or_default(),
        parts.join("; ")
    )
}

/// The cores of the machine, where some of those that the program may use are hardware threads.
pub(super) fn physical(record: &SpeedUp) -> Option<usize> {
    record.physical_cores.filter(|physical| *physical < record.cores)
}
