//! Two counters, and where in memory they lie. A core takes over memory in lines of 64 or 128
//! bytes: two threads that write into one line take it from each other each time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::Samples;
use super::steps::Steps;
use crate::error::Error;
use crate::record::Listener;
use crate::system::{Gate, clock, spawn_all};

/// The longest cache line of the usual machines; x86 fetches two lines of 64 bytes together.
pub(crate) const APART: usize = 128;

/// The CPU time of additions where two threads add at the same time. (On a busy machine the wall
/// time would tell who had no CPU.)
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CacheLine {
    /// How often each thread added.
    pub additions: u32,
    /// The time of all its additions: one thread alone.
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

const ROUNDS: usize = 5;
/// In all of it are four such rows.
const MOST: u32 = 100_000_000;

impl CacheLine {
    /// Adds so many times with each thread, in five rounds, for each of the four cases in turn.
    ///
    /// # Errors
    /// If there is no addition, if there are more than a hundred million, or if a thread cannot
    /// be started.
    pub fn measure(additions: u32, listener: &dyn Listener) -> Result<CacheLine, Error> {
        if !(1..=MOST).contains(&additions) {
            return Err(Error::new(format!(
                "1 to 100,000,000 additions can be timed here, not {additions}"
            )));
        }
        let (near, far) = (Together::default(), <[Alone; 2]>::default());
        let cases: [&[&AtomicU64]; 4] = [
            &[&far[0].0],
            &[&far[0].0, &far[1].0],
            &[&near.0[0], &near.0[1]],
            &[&near.0[0], &near.0[0]],
        ];
        let mut steps = Steps::equal(listener, ROUNDS);
        let mut taken = [const { Vec::new() }; 4];
        for _ in 0..ROUNDS {
            for (counters, taken) in cases.iter().zip(&mut taken) {
                taken.push(add(counters, additions)?);
            }
            steps.step(1.0, None);
        }
        let [alone, apart, one_line, one_counter] = taken.map(Samples::from_iter);
        Ok(CacheLine { additions, alone, apart, one_line, one_counter })
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

/// The CPU time in which a thread for each counter adds so many times: the mean of both.
fn add(counters: &[&AtomicU64], additions: u32) -> Result<Duration, Error> {
    let gate = &Gate::default();
    let times = thread::scope(|scope| {
        let work = |thread: usize| {
            move || {
                gate.pass()?;
                let began = clock::thread_cpu();
                for _ in 0..additions {
                    counters[thread].fetch_add(1, Ordering::Relaxed);
                }
                Some(clock::thread_cpu() - began)
            }
        };
        let threads = spawn_all(scope, gate, "adds", counters.len(), work)?;
        gate.open(Duration::ZERO);
        let times = threads.into_iter().filter_map(|thread| thread.join().expect("it only adds"));
        Ok::<_, Error>(times.collect::<Vec<Duration>>())
    })?;
    Ok(times.iter().sum::<Duration>() / times.len() as u32)
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

    #[test]
    fn no_addition_is_refused() {
        assert!(CacheLine::measure(0, &Silent).unwrap_err().to_string().contains("not 0"));
        assert!(CacheLine::measure(MOST + 1, &Silent).is_err());
    }
}
