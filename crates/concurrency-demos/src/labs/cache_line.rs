//! Two counters, and where in memory they lie. A core takes over memory in lines of 64 or 128
//! bytes: two threads that write into one line take it from each other each time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::Samples;
use super::steps::Steps;
use crate::error::Error;
use crate::record::Listener;
use crate::system::{Gate, spawn_all};

/// The longest cache line of the usual machines; x86 fetches two lines of 64 bytes together.
pub(crate) const APART: usize = 128;

/// How long additions take where two threads add at the same time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CacheLine {
    /// How often each thread added, each time.
    pub additions: u32,
    /// The time of so many, each time that it was measured: one thread alone.
    pub alone: Samples,
    /// Two threads, each on a counter of its own, 128 bytes apart.
    pub apart: Samples,
    /// Two threads, each on a counter of its own, side by side in one line.
    pub one_line: Samples,
    /// Two threads on the same counter.
    pub one_counter: Samples,
}

/// Both counters in the same line.
#[repr(align(128))]
#[derive(Default)]
struct Together([AtomicU64; 2]);

/// A counter that has its lines for itself.
#[repr(align(128))]
#[derive(Default)]
struct Alone(AtomicU64);

/// So often two threads meet and add.
const ROUNDS: usize = 50;
const MOST: u32 = 1_000_000;
/// Who waits longer for the other one than so many turns lets others have its core.
const PATIENCE: u32 = 100_000;

impl CacheLine {
    /// Adds so many times with each thread, fifty times, for each of the four cases. Before each
    /// time the threads meet, each on a core: on a busy machine they would else seldom add at the
    /// same time.
    ///
    /// # Errors
    /// If there is no addition, if there are more than a million, or if a thread cannot be
    /// started.
    pub fn measure(additions: u32, listener: &dyn Listener) -> Result<CacheLine, Error> {
        if !(1..=MOST).contains(&additions) {
            return Err(Error::new(format!(
                "1 to 1,000,000 additions can be timed here, not {additions}"
            )));
        }
        let (near, far) = (Together::default(), <[Alone; 2]>::default());
        let mut steps = Steps::equal(listener, 4);
        let mut add = |counters: &[&AtomicU64]| add(counters, additions).map(|it| steps.made(it));
        Ok(CacheLine {
            additions,
            alone: add(&[&far[0].0])?,
            apart: add(&[&far[0].0, &far[1].0])?,
            one_line: add(&[&near.0[0], &near.0[1]])?,
            one_counter: add(&[&near.0[0], &near.0[0]])?,
        })
    }

    /// How many times as long an addition takes in a shared line as in a line of its own.
    #[must_use]
    pub fn line_over_apart(&self) -> f64 {
        self.one_line.median().as_secs_f64() / self.apart.median().as_secs_f64()
    }

    /// One addition in one of the four cases, in nanoseconds.
    #[must_use]
    pub fn nanoseconds(&self, case: &Samples) -> f64 {
        case.median().as_secs_f64() * 1e9 / f64::from(self.additions)
    }

    /// How many times as long two threads 128 bytes apart take as one thread alone.
    #[must_use]
    pub fn apart_over_alone(&self) -> f64 {
        self.apart.median().as_secs_f64() / self.alone.median().as_secs_f64()
    }
}

/// How long each time took where a thread for each counter adds: the mean of the threads.
fn add(counters: &[&AtomicU64], additions: u32) -> Result<Samples, Error> {
    let (gate, arrived) = (&Gate::default(), &Alone::default());
    let threads = counters.len();
    let round = |round: usize, counter: &AtomicU64| {
        meet(&arrived.0, (threads * (round + 1)) as u64);
        let began = Instant::now();
        for _ in 0..additions {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        began.elapsed()
    };
    let times = thread::scope(|scope| {
        let (round, rounds) = (&round, 0..ROUNDS);
        let work = |thread: usize| {
            let rounds = rounds.clone();
            move || -> Option<Vec<Duration>> {
                gate.pass()?;
                Some(rounds.map(|nth| round(nth, counters[thread])).collect())
            }
        };
        let threads = spawn_all(scope, gate, "adds", threads, work)?;
        gate.open(Duration::ZERO);
        let times = threads.into_iter().filter_map(|thread| thread.join().expect("it only adds"));
        Ok::<_, Error>(times.collect::<Vec<_>>())
    })?;
    let mean = |nth: usize| times.iter().map(|times| times[nth]).sum::<Duration>() / threads as u32;
    Ok((0..ROUNDS).map(mean).collect())
}

/// Waits until so many have arrived, without giving the core away, so that all leave together.
fn meet(arrived: &AtomicU64, all: u64) {
    arrived.fetch_add(1, Ordering::AcqRel);
    let mut turns = 0;
    while arrived.load(Ordering::Acquire) < all {
        std::hint::spin_loop();
        turns += 1;
        if turns % PATIENCE == 0 {
            thread::yield_now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Silent;

    #[test]
    fn the_counters_lie_where_they_should() {
        let (near, far) = (Together::default(), <[Alone; 2]>::default());
        let distance = |a: &AtomicU64, b: &AtomicU64| {
            std::ptr::from_ref(b).addr() - std::ptr::from_ref(a).addr()
        };
        assert_eq!(distance(&near.0[0], &near.0[1]), size_of::<AtomicU64>());
        assert_eq!(std::ptr::from_ref(&near).addr() % APART, 0, "both are in one line");
        assert_eq!(distance(&far[0].0, &far[1].0), APART);
    }

    #[test]
    fn every_case_is_measured_in_every_round() {
        let record = CacheLine::measure(1_000, &Silent).unwrap();
        for case in [&record.alone, &record.apart, &record.one_line, &record.one_counter] {
            assert!(case.len() == ROUNDS, "{record:?}");
        }
        assert!(record.nanoseconds(&record.alone) > 0.0);
        assert!(record.line_over_apart() > 0.0 && record.apart_over_alone() > 0.0);
    }

    /// As long as all have not arrived, nobody leaves.
    #[test]
    fn who_meets_leaves_together() {
        let (arrived, left) = (&AtomicU64::new(0), &AtomicU64::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                meet(arrived, 2);
                left.fetch_add(1, Ordering::SeqCst);
            });
            thread::sleep(Duration::from_millis(20));
            assert_eq!(left.load(Ordering::SeqCst), 0);
            meet(arrived, 2);
        });
        assert_eq!(left.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn no_addition_is_refused() {
        assert!(CacheLine::measure(0, &Silent).unwrap_err().to_string().contains("not 0"));
        assert!(CacheLine::measure(MOST + 1, &Silent).is_err());
    }
}
