//! A pulse beside other work: who keeps a runtime's thread stops the pulse.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::runtime::Builder;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::Samples;
use crate::error::Error;
use crate::format::{label, seconds};
use crate::system::room::TOKIO_THREADS;
use crate::system::{on_runtime, panic_message, try_threads};

/// The time from one beat to the next.
const PULSE: Duration = Duration::from_millis(10);
/// So long the pulse is alone before the work begins, and after it has ended.
const ALONE: Duration = Duration::from_millis(100);
/// So long a row is at least.
const LEAST: Duration = Duration::from_millis(500);

/// A strip for each piece of work: a task that beats every 10 ms, and what it does when that
/// work runs on the same runtime.
///
/// ```
/// use concurrency_demos::labs::Heartbeat;
///
/// let mut strips = Heartbeat::new();
/// let blocked = async { std::thread::sleep(std::time::Duration::from_millis(150)) };
/// strips.add("undisturbed", 1, async {})?;
/// strips.add("blocked", 1, blocked)?;
/// assert!(strips.longest("blocked") > strips.longest("undisturbed"));
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Heartbeat {
    /// The strips, in the order in which they were added.
    pub strips: Vec<Strip>,
}

/// A pulse beside one piece of work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Strip {
    /// What the work is.
    pub name: String,
    /// How many threads the runtime had for tasks.
    pub threads: usize,
    /// When the pulse beat, from its start.
    pub beats: Vec<Duration>,
    /// When the work began and when it had ended.
    pub work: (Duration, Duration),
}

impl Heartbeat {
    /// No strip yet.
    #[must_use]
    pub fn new() -> Heartbeat {
        Heartbeat::default()
    }

    /// Adds a strip: a pulse task and, 0.1 s later, the work as a second task, on a runtime with
    /// so many threads. The pulse goes on for 0.1 s after the work has ended, and for half a
    /// second in all at least.
    ///
    /// # Errors
    /// If there are no threads or they cannot be started, or if the work panics.
    pub fn add(
        &mut self,
        name: &str,
        threads: usize,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Result<&Strip, Error> {
        let builder = match threads {
            0 => return Err(Error::new("a runtime needs at least one thread, not 0")),
            1 => Builder::new_current_thread(),
            _ => {
                TOKIO_THREADS.check(threads)?;
                try_threads(threads)?;
                let mut builder = Builder::new_multi_thread();
                builder.worker_threads(threads).thread_name("async");
                builder
            }
        };
        let beside = on_runtime(builder, |runtime| runtime.block_on(beside(Box::pin(work))))?;
        let (beats, work) = beside.map_err(|why| Error::new(format!("{name} panicked: {why}")))?;
        self.strips.push(Strip { name: label(name), threads, beats, work });
        Ok(&self.strips[self.strips.len() - 1])
    }

    /// The strip of this name, the last one if there are several.
    #[must_use]
    pub fn strip(&self, name: &str) -> Option<&Strip> {
        let name = label(name);
        self.strips.iter().rfind(|strip| strip.name == name)
    }

    /// The longest gap between two beats of that strip.
    #[must_use]
    pub fn longest(&self, name: &str) -> Option<Duration> {
        Some(self.strip(name)?.gaps().range().1)
    }

    /// For which part of the time of its work the pulse of that strip stood still at a stretch.
    #[must_use]
    pub fn stopped(&self, name: &str) -> Option<f64> {
        let strip = self.strip(name)?;
        let work = strip.work_time().as_secs_f64();
        Some(self.longest(name)?.as_secs_f64() / work.max(1e-9))
    }

    /// How many times as long as that of `other` the longest gap of a strip is.
    #[must_use]
    pub fn longest_over(&self, name: &str, other: &str) -> Option<f64> {
        let other = self.longest(other)?.as_secs_f64();
        Some(self.longest(name)?.as_secs_f64() / other.max(1e-9))
    }

    /// How many times as long as that of `other` the work of a strip took.
    #[must_use]
    pub fn work_over(&self, name: &str, other: &str) -> Option<f64> {
        let other = self.strip(other)?.work_time().as_secs_f64();
        Some(self.strip(name)?.work_time().as_secs_f64() / other.max(1e-9))
    }
}

type Work = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
type Beside = (Vec<Duration>, (Duration, Duration));

/// The beats and the time of the work, or what it panicked with.
async fn beside(work: Work) -> Result<Beside, String> {
    let (start, over) = (Instant::now(), Arc::new(AtomicBool::new(false)));
    let pulse = tokio::spawn(beat(start, over.clone()));
    sleep(ALONE).await;
    let began = start.elapsed();
    let done = tokio::spawn(work).await;
    let ended = start.elapsed();
    sleep(ALONE.max(LEAST.saturating_sub(ended))).await;
    over.store(true, Ordering::Relaxed);
    let beats = pulse.await.unwrap_or_else(|error| resume_unwind(error.into_panic()));
    match done {
        Ok(()) => Ok((beats, (began, ended))),
        Err(error) => Err(panic_message(&*error.into_panic())),
    }
}

/// Beats until it is over. What was missed is not made up for.
async fn beat(start: Instant, over: Arc<AtomicBool>) -> Vec<Duration> {
    let mut pulse = interval(PULSE);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut beats = Vec::new();
    while !over.load(Ordering::Relaxed) {
        pulse.tick().await;
        beats.push(start.elapsed());
    }
    beats
}

impl Strip {
    /// From each beat to the next.
    #[must_use]
    pub fn gaps(&self) -> Samples {
        self.beats.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// How long the work took, waiting for a thread among it.
    #[must_use]
    pub fn work_time(&self) -> Duration {
        self.work.1 - self.work.0
    }

    /// The gaps of more than two beats: from when to when.
    pub(crate) fn stops(&self) -> impl Iterator<Item = (Duration, Duration)> {
        let pairs = self.beats.windows(2).map(|pair| (pair[0], pair[1]));
        pairs.filter(|(from, to)| *to - *from > 2 * PULSE)
    }

    /// The strip in one line.
    pub(crate) fn told(&self) -> [String; 3] {
        let gaps = self.gaps();
        [gaps.range().1, gaps.percentile(99.0), self.work_time()].map(seconds)
    }
}

impl fmt::Display for Strip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [longest, p99, work] = self.told();
        write!(f, "{}: {} beats, longest gap {longest}, p99 {p99}, ", self.name, self.beats.len())?;
        write!(f, "work done in {work}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hog() {
        std::thread::sleep(Duration::from_millis(200));
    }

    #[test]
    fn a_hog_stops_the_pulse_of_its_thread_and_no_other() {
        let mut strips = Heartbeat::new();
        strips.add("blocked", 1, async { hog() }).unwrap();
        let elsewhere = async { tokio::task::spawn_blocking(hog).await.unwrap() };
        strips.add("elsewhere", 1, elsewhere).unwrap();
        let hogs = async {
            let (one, two) = (tokio::spawn(async { hog() }), tokio::spawn(async { hog() }));
            let _ = tokio::join!(one, two);
        };
        strips.add("two of two", 2, hogs).unwrap();
        let blocked = Duration::from_millis(150);
        assert!(strips.longest("blocked").unwrap() > blocked);
        assert!(strips.longest("two of two").unwrap() > blocked);
        assert!(strips.longest("elsewhere").unwrap() < blocked);
        assert!(strips.longest_over("blocked", "elsewhere").unwrap() > 1.0);
        assert!(strips.work_over("blocked", "elsewhere").unwrap() > 0.1);
        assert!(strips.stopped("blocked").unwrap() > 0.7, "{strips:?}");
        let strip = strips.strip("blocked").unwrap();
        assert_eq!(strip.stops().filter(|(from, to)| *to - *from > blocked).count(), 1);
        assert!(strip.work_time() > blocked && strip.to_string().starts_with("blocked: "));
        assert_eq!(strips.longest("nobody"), None);
    }

    #[test]
    fn no_threads_and_a_panic_are_errors() {
        let mut strips = Heartbeat::new();
        assert!(strips.add("x", 0, async {}).is_err());
        let error = strips.add("x", 1, async { panic!("burnt") }).unwrap_err().to_string();
        assert_eq!(error, "x panicked: burnt");
        assert!(strips.strips.is_empty());
    }
}
