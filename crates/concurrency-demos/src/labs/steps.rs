//! How far a measurement has come, told step by step.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::record::{Listener, Progress};

/// The steps of one measurement. What each takes beside the others is known beforehand, in
/// whatever unit: so the time left can be told.
pub(super) struct Steps<'a> {
    listener: &'a dyn Listener,
    id: u64,
    began: Instant,
    steps: usize,
    done: usize,
    work: f64,
    work_done: f64,
    found: Option<String>,
}

impl<'a> Steps<'a> {
    /// Starts with so many steps of the same length, 1 each.
    pub fn equal(listener: &'a dyn Listener, steps: usize) -> Steps<'a> {
        Steps::start(listener, steps, steps as f64)
    }

    /// Starts with so many steps, which are so much work together.
    pub fn start(listener: &'a dyn Listener, steps: usize, work: f64) -> Steps<'a> {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let (id, began) = (STARTED.fetch_add(1, Ordering::Relaxed), Instant::now());
        let (done, work_done, found) = (0, 0.0, None);
        let steps = Steps { listener, id, began, steps, done, work, work_done, found };
        steps.tell(false);
        steps
    }

    /// A step of so much work is done; what it found is told if it is worth a line.
    pub fn step(&mut self, work: f64, found: Option<&str>) {
        self.done += 1;
        self.work_done += work;
        if let Some(found) = found {
            self.found = Some(found.to_owned());
        }
        self.tell(found.is_some());
    }

    /// Something is worth a line between two steps.
    pub fn say(&mut self, what: &str) {
        self.found = Some(what.to_owned());
        self.tell(true);
    }

    /// A step of length 1 has made this.
    pub fn made<T>(&mut self, what: T) -> T {
        self.step(1.0, None);
        what
    }

    fn tell(&self, is_new: bool) {
        let Steps { id, done, steps, .. } = *self;
        let (elapsed, found) = (self.began.elapsed(), self.found.as_deref());
        let left = left(elapsed, self.work_done, self.work);
        self.listener.progress(&Progress { id, done, steps, elapsed, left, found, is_new });
    }
}

/// How long the rest takes, if what is done took so long.
fn left(elapsed: Duration, done: f64, all: f64) -> Option<Duration> {
    let to_come = (all - done).max(0.0) / done;
    Duration::try_from_secs_f64(elapsed.as_secs_f64() * to_come).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn the_time_left_follows_the_work() {
        let second = Duration::from_secs(1);
        assert_eq!(left(second, 0.0, 4.0), None);
        assert_eq!(left(second, 1.0, 4.0), Some(3 * second));
        assert_eq!(left(second, 4.1, 4.0), Some(Duration::ZERO));
    }

    type Told = (u64, [usize; 2], Option<String>);

    #[derive(Default)]
    struct Heard(Mutex<Vec<Told>>);

    impl Listener for Heard {
        fn progress(&self, progress: &Progress<'_>) {
            let Progress { id, done, steps, found, is_new, .. } = *progress;
            let found = found.map(|found| format!("{found}, new: {is_new}"));
            self.0.lock().unwrap().push((id, [done, steps], found));
        }
    }

    #[test]
    fn it_tells_the_start_and_each_step_under_a_number_of_its_own() {
        let heard = Heard::default();
        let mut steps = Steps::equal(&heard, 2);
        steps.step(1.0, Some("much"));
        steps.step(1.0, None);
        Steps::equal(&heard, 1);
        let heard = heard.0.into_inner().unwrap();
        let (id, other) = (heard[0].0, heard[3].0);
        assert_ne!(id, other);
        let [new, known] = [true, false].map(|new| Some(format!("much, new: {new}")));
        let expected =
            [(id, [0, 2], None), (id, [1, 2], new), (id, [2, 2], known), (other, [0, 1], None)];
        assert_eq!(heard, expected);
    }
}
