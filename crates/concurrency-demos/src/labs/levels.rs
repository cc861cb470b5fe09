//! How long a queue is, and how much memory is held, over time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::format;
use crate::system::memory;

/// The memory is asked for no more often than this: the system counts pages for it.
const ASKED: Duration = Duration::from_millis(20);

/// How long a queue is over time, as those who use it note it, and by how much this process has
/// grown: one curve for each name, each from its first note on.
///
/// A clone is the same record, so each thread or task may have one of its own.
///
/// ```
/// use concurrency_demos::labs::Levels;
///
/// let levels = Levels::new();
/// for length in [0, 3, 2] {
///     levels.note("orders", length);
/// }
/// assert_eq!(levels.most("orders"), Some(3));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Levels(Arc<Mutex<Vec<Curve>>>);

/// One queue over time.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    pub name: String,
    /// When it was how long, from the first note on.
    pub lengths: Vec<(Duration, usize)>,
    /// By how many bytes the process had grown since the first note.
    pub memory: Vec<(Duration, u64)>,
    began: Instant,
    /// The memory of the process at the first note, if the system tells it.
    before: Option<u64>,
}

impl Levels {
    /// Nothing is noted yet.
    #[must_use]
    pub fn new() -> Levels {
        Levels::default()
    }

    /// The queue of this name is so long now.
    pub fn note(&self, name: &str, length: usize) {
        let mut curves = self.held();
        let place = place(&curves, name).unwrap_or_else(|| {
            curves.push(Curve::new(name));
            curves.len() - 1
        });
        curves[place].note(length);
    }

    /// How long that queue has been at the most.
    #[must_use]
    pub fn most(&self, name: &str) -> Option<usize> {
        let held = self.held();
        held[place(&held, name)?].most()
    }

    /// By how many bytes, at the most, the process has grown while that queue was noted; `None`
    /// where the system does not tell.
    #[must_use]
    pub fn growth(&self, name: &str) -> Option<u64> {
        let held = self.held();
        held[place(&held, name)?].growth()
    }

    /// How many times as much as beside `other` the process has grown beside one queue; a growth
    /// below 1 MiB counts as that.
    #[must_use]
    pub fn growth_over(&self, name: &str, other: &str) -> Option<f64> {
        let [growth, other] = [self.growth(name)?, self.growth(other)?];
        Some(growth.max(1 << 20) as f64 / other.max(1 << 20) as f64)
    }

    /// All curves, in the order in which they began.
    pub(crate) fn curves(&self) -> Vec<Curve> {
        self.held().clone()
    }

    fn held(&self) -> MutexGuard<'_, Vec<Curve>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the curve of this name is. A note of a known name takes no memory.
fn place(curves: &[Curve], name: &str) -> Option<usize> {
    let of = |name: &str| curves.iter().position(|curve| curve.name == name);
    of(name).or_else(|| of(&format::label(name)))
}

impl Curve {
    fn new(name: &str) -> Curve {
        // Room beforehand: what grows later would lie above the memory that is measured, and
        // keep it from going back to the system.
        let (lengths, memory) = (Vec::with_capacity(4096), Vec::with_capacity(1024));
        let before = memory::own();
        Curve { name: format::label(name), lengths, memory, began: Instant::now(), before }
    }

    fn note(&mut self, length: usize) {
        let now = self.began.elapsed();
        self.lengths.push((now, length));
        let is_due = self.memory.last().is_none_or(|(last, _)| now - *last >= ASKED);
        if let Some(before) = self.before.filter(|_| is_due) {
            let grown = memory::own().map(|held| held.saturating_sub(before));
            self.memory.extend(grown.map(|grown| (now, grown)));
        }
    }

    pub fn most(&self) -> Option<usize> {
        self.lengths.iter().map(|(_, length)| *length).max()
    }

    pub fn growth(&self) -> Option<u64> {
        self.memory.iter().map(|(_, grown)| *grown).max()
    }

    /// The curve in a sentence.
    pub fn told(&self) -> String {
        let most = format::thousands(self.most().unwrap_or(0));
        let (last, length) = self.lengths.last().copied().unwrap_or_default();
        format!(
            "{}: at the most {most}, at the end {} after {}; memory grew by {} at the most",
            self.name,
            format::thousands(length),
            format::seconds(last),
            format::memory(self.growth())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_a_curve_of_its_own_and_a_clone_writes_into_it() {
        let levels = Levels::new();
        let other = levels.clone();
        std::thread::spawn(move || other.note("a", 7)).join().unwrap();
        levels.note("a", 5);
        levels.note("b", 1);
        let curves = levels.curves();
        let lengths = |curve: &Curve| curve.lengths.iter().map(|at| at.1).collect::<Vec<_>>();
        assert_eq!(curves.iter().map(lengths).collect::<Vec<_>>(), [vec![7, 5], vec![1]]);
        assert_eq!((levels.most("a"), levels.most("c")), (Some(7), None));
        assert!(curves[0].told().starts_with("a: at the most 7, at the end 5 after "));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_that_is_held_is_seen() {
        let levels = Levels::new();
        levels.note("queue", 0);
        let held = vec![1_u8; 64 << 20];
        std::thread::sleep(2 * ASKED);
        levels.note("queue", held.len());
        assert!(levels.growth("queue").unwrap() >= 60 << 20, "{:?}", levels.growth("queue"));
        levels.note("other", 0);
        assert!(levels.growth_over("queue", "other").unwrap() >= 60.0);
        assert_eq!(levels.growth_over("queue", "nobody"), None);
    }
}
