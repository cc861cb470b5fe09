//! Who did what when, as threads and tasks note it themselves.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::format::label;

/// What threads or tasks do over time, noted by themselves: each has a lane, and what it does
/// lasts until it notes the next thing.
///
/// A clone is the same diary, so each thread may have one of its own.
///
/// ```
/// use concurrency_demos::Diary;
///
/// let diary = Diary::new();
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         diary.waits("cook", "the pan");
///         diary.works("cook", "an omelet");
///         diary.ends("cook");
///     });
/// });
/// let what: Vec<_> = diary.intervals().into_iter().map(|interval| interval.what).collect();
/// assert_eq!(what, ["the pan", "an omelet"]);
/// ```
#[derive(Clone, Debug)]
pub struct Diary {
    began: Instant,
    entries: Arc<Mutex<Vec<Entry>>>,
}

#[derive(Clone, Debug)]
struct Entry {
    at: Duration,
    lane: String,
    /// What is done from now on, and whether that is waiting; `None`: nothing.
    doing: Option<(String, bool)>,
}

/// One thing that was done, or waited for, in a lane.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Who did it.
    pub lane: String,
    /// What it was.
    pub what: String,
    /// Whether it was waiting.
    pub waits: bool,
    /// When it began, from the start of the diary.
    pub from: Duration,
    /// When it ended, or until when it was seen if it is `open`.
    pub to: Duration,
    /// Whether it had not ended when the diary was read.
    pub open: bool,
}

impl Default for Diary {
    fn default() -> Self {
        Diary { began: Instant::now(), entries: Arc::default() }
    }
}

impl Diary {
    /// An empty diary; its time begins now.
    #[must_use]
    pub fn new() -> Diary {
        Diary::default()
    }

    /// From now on this lane works on this.
    pub fn works(&self, lane: &str, what: &str) {
        self.note(lane, Some((label(what), false)));
    }

    /// From now on this lane waits for this.
    pub fn waits(&self, lane: &str, what: &str) {
        self.note(lane, Some((label(what), true)));
    }

    /// From now on this lane does nothing.
    pub fn ends(&self, lane: &str) {
        self.note(lane, None);
    }

    /// What was done until now, lane by lane in the order of their names, in the order of time.
    #[must_use]
    pub fn intervals(&self) -> Vec<Interval> {
        let now = self.began.elapsed();
        let mut entries = self.entries().clone();
        entries.sort_by(|one, other| one.lane.cmp(&other.lane));
        let next = entries.iter().skip(1).map(Some).chain([None]);
        let interval = |(entry, next): (&Entry, Option<&Entry>)| {
            let next = next.filter(|next| next.lane == entry.lane);
            let (what, waits) = entry.doing.clone()?;
            Some(Interval {
                lane: entry.lane.clone(),
                what,
                waits,
                from: entry.at,
                to: next.map_or(now, |next| next.at),
                open: next.is_none(),
            })
        };
        entries.iter().zip(next).filter_map(interval).collect()
    }

    /// The time is taken under the lock, so that the entries are in order.
    fn note(&self, lane: &str, doing: Option<(String, bool)>) {
        let mut entries = self.entries();
        entries.push(Entry { at: self.began.elapsed(), lane: label(lane), doing });
    }

    /// An entry is whole or not there, so a panic beside it spoils nothing.
    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_sorted_and_each_thing_ends_where_the_next_begins() {
        let diary = Diary::new();
        diary.works("b", "holds x");
        diary.works("a", "holds y");
        diary.waits("b", "y");
        diary.ends("a");
        let seen = diary.intervals();
        let what: Vec<_> = seen.iter().map(|i| (&*i.lane, &*i.what, i.waits, i.open)).collect();
        let wanted = [
            ("a", "holds y", false, false),
            ("b", "holds x", false, false),
            ("b", "y", true, true),
        ];
        assert_eq!(what, wanted);
        assert_eq!(seen[1].to, seen[2].from);
        assert!(seen[2].to >= seen[0].to, "what has not ended is seen until now");
    }

    #[test]
    fn a_clone_in_a_thread_writes_into_the_same_diary() {
        let diary = Diary::new();
        let other = diary.clone();
        std::thread::spawn(move || other.works("thread", "x")).join().unwrap();
        assert_eq!(diary.intervals().len(), 1);
        assert!(Diary::new().intervals().is_empty());
    }
}
