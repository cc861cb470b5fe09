//! Why more workers disappoint: the same jobs on more and more workers, and what they share.

mod bandwidth;
mod published;
mod serial_part;
mod shared_counter;

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::steps::Steps;
use super::theory::{best_workers, fit_amdahl, fit_universal_scalability};
use super::{Samples, cores};
use crate::error::Error;
use crate::record::Listener;
use crate::system::{Gate, clock, spawn_all};
#[cfg(test)]
pub(super) use published::{PROCESSES, THREADS};
pub use serial_part::SerialPart;

/// The times of the same jobs on more and more workers, in several series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scaling {
    /// The jobs in words.
    pub jobs: String,
    /// What is drawn beside the points.
    pub law: Law,
    /// Up to so many workers a law speaks: as many as there are cores, where they compute.
    pub within: usize,
    /// A series for each thing that was varied.
    pub series: Vec<Series>,
    /// Who published it, where it was not measured here.
    pub source: Option<&'static str>,
}

/// The times for one value of what was varied.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// Its name in the figure.
    pub name: String,
    /// The value: a share, a number of updates or of bytes.
    pub value: f64,
    /// Numbers of workers, each with its times.
    pub times: Vec<(usize, Samples)>,
}

/// What the theory says of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Law {
    /// Amdahl's law with the value as serial share, computed from nothing that was measured.
    Amdahl,
    /// No more than one worker at a time is in the serial share: 1 over the value at the most.
    Bottleneck,
    /// The universal scalability law, fitted to the points.
    Fitted,
    /// As many times as quick as there are workers, and no more than cores.
    Ideal,
}

impl Scaling {
    /// How many times as quick so many workers are as one, in the series of this value; `None`
    /// if that was not measured.
    #[must_use]
    pub fn speed_up(&self, value: f64, workers: usize) -> Option<f64> {
        self.of(value)?.speed_up(workers)
    }

    /// How many times as large the speed-up of so many workers is as in another record; `None` if
    /// one of them was not measured.
    #[must_use]
    pub fn over(&self, other: &Scaling, value: f64, workers: usize) -> Option<f64> {
        Some(self.speed_up(value, workers)? / other.speed_up(value, workers)?)
    }

    /// The share that is not done in parallel, as Amdahl's law explains the series of this value
    /// best; `None` unless it was measured with one worker and with two, each with a core where
    /// it computes.
    #[must_use]
    pub fn serial_share(&self, value: f64) -> Option<f64> {
        Some(1.0 - fit_amdahl(&self.of(value)?.points_within(self.within))?)
    }

    /// Contention and crosstalk, as the universal scalability law explains the series of this
    /// value best; `None` unless it was measured with one worker and two larger numbers, each
    /// worker with a core where it computes.
    #[must_use]
    pub fn contention_and_crosstalk(&self, value: f64) -> Option<(f64, f64)> {
        fit_universal_scalability(&self.of(value)?.points_within(self.within))
    }

    /// The number of workers beyond which more of them are slower, as the universal scalability
    /// law explains the series of this value best; infinite without crosstalk.
    #[must_use]
    pub fn best_workers(&self, value: f64) -> Option<f64> {
        let (contention, crosstalk) = self.contention_and_crosstalk(value)?;
        Some(best_workers(contention, crosstalk))
    }

    fn of(&self, value: f64) -> Option<&Series> {
        self.series.iter().find(|series| series.value == value)
    }

    /// The most workers that were measured.
    pub(crate) fn most_workers(&self) -> usize {
        self.series.iter().flat_map(|series| &series.times).map(|(n, _)| *n).max().unwrap_or(1)
    }
}

impl Series {
    /// How many times as quick so many workers are as one.
    pub(crate) fn speed_up(&self, workers: usize) -> Option<f64> {
        let time = |workers| {
            let (_, times) = self.times.iter().find(|(number, _)| *number == workers)?;
            Some(times.median().as_secs_f64())
        };
        Some(time(1)? / time(workers)?)
    }

    /// Numbers of workers and speed-ups.
    pub(crate) fn points(&self) -> Vec<(usize, f64)> {
        let point = |(workers, _): &(usize, _)| Some((*workers, self.speed_up(*workers)?));
        self.times.iter().filter_map(point).collect()
    }

    /// Those up to so many workers.
    fn points_within(&self, most: usize) -> Vec<(usize, f64)> {
        self.points().into_iter().filter(|(workers, _)| *workers <= most).collect()
    }
}

/// So many jobs are shared out by any of the numbers of workers.
const JOBS: usize = 32;

/// 1, 2, 4 and so on, to twice the cores, or to 32.
fn worker_numbers() -> Vec<usize> {
    let powers = (0..=JOBS.ilog2()).map(|exponent| 1 << exponent);
    powers.take_while(|workers| *workers <= 2 * cores()).collect()
}

/// A series for each value, of its name and its number: the times with each number of workers,
/// `repeats` times each. They take turns: where the machine is slow for a while, it is so for all.
fn in_turns<T: Copy>(
    values: &[T],
    named: impl Fn(T) -> (String, f64),
    numbers: &[usize],
    repeats: usize,
    listener: &dyn Listener,
    time: impl Fn(T, usize) -> Result<Duration, Error>,
) -> Result<Vec<Series>, Error> {
    let mut progress = Steps::equal(listener, repeats * values.len() * numbers.len());
    let mut times = vec![vec![Vec::new(); numbers.len()]; values.len()];
    for _ in 0..repeats {
        for (value, times) in values.iter().zip(&mut times) {
            for (number, times) in numbers.iter().zip(times) {
                times.push(progress.made(time(*value, *number)?));
            }
        }
    }
    let series = values.iter().zip(times).map(|(value, times)| {
        let (name, value) = named(*value);
        let times = times.into_iter().map(Samples::from_iter);
        Series { name, value, times: numbers.iter().copied().zip(times).collect() }
    });
    Ok(series.collect())
}

/// From when all workers are there until the last of them is done.
fn together(workers: usize, work: &(dyn Fn(usize) + Sync)) -> Result<Duration, Error> {
    let gate = &Gate::default();
    thread::scope(|scope| {
        let work = |worker| move || gate.pass().map(|_| work(worker));
        let threads = spawn_all(scope, gate, "worker", workers, work)?;
        let began = Instant::now();
        gate.open(Duration::ZERO);
        for thread in threads {
            thread.join().expect("the workers of a lab do not panic");
        }
        Ok(began.elapsed())
    })
}

/// Computes so many steps, and nothing but that. Each needs the number that the one before it has
/// left, so pieces that hand it on take as long as the whole.
fn spin(from: u64, steps: u64) -> u64 {
    (0..steps).fold(from, |x, step| black_box(x.wrapping_mul(0x5851_f42d_4c95_7f2d) ^ step))
}

/// How many steps take so long on a CPU of this machine.
fn steps_taking(time: Duration) -> u64 {
    const TRIED: u64 = 1_000_000;
    let quickest = clock::least_cpu(5, || spin(1, TRIED)).max(Duration::from_nanos(1));
    (TRIED as f64 * time.as_secs_f64() / quickest.as_secs_f64()) as u64
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::labs::theory::{amdahl, universal_scalability};
    use crate::record::Silent;

    /// A record whose speed-ups are those of a law.
    pub(super) fn of_a_law(within: usize, law: &dyn Fn(usize) -> f64) -> Scaling {
        let time = |workers: usize| {
            let time = Duration::from_secs_f64(1.0 / law(workers));
            (workers, Samples::from_iter([time]))
        };
        let series = Series {
            name: "known".to_owned(),
            value: 0.2,
            times: [1, 2, 4, 8, 16].map(time).to_vec(),
        };
        let (jobs, law) = ("jobs".to_owned(), Law::Fitted);
        Scaling { jobs, law, within, series: vec![series], source: None }
    }

    #[test]
    fn values_and_numbers_of_workers_take_turns() {
        let order = RefCell::new(vec![]);
        let time = |value: u64, workers: usize| {
            order.borrow_mut().push((value, workers));
            Ok(Duration::from_secs(10 * value + workers as u64))
        };
        let named = |value: u64| (format!("number {value}"), value as f64);
        let series = in_turns(&[7, 8], named, &[1, 2], 2, &Silent, time).unwrap();
        let round = [(7, 1), (7, 2), (8, 1), (8, 2)];
        assert_eq!(order.take(), [round, round].concat());
        let samples = |seconds| Samples::from_iter([Duration::from_secs(seconds); 2]);
        assert_eq!((&*series[0].name, series[1].value), ("number 7", 8.0));
        assert_eq!(series[0].times, [(1, samples(71)), (2, samples(72))]);
        assert_eq!(series[1].times, [(1, samples(81)), (2, samples(82))]);
    }

    #[test]
    fn a_fit_gives_back_the_known_coefficients_and_looks_at_no_more_workers_than_cores() {
        let close = |a: f64, b: f64| (a - b).abs() < 1e-6;
        let record = of_a_law(16, &|workers| amdahl(0.8, workers));
        assert!(close(record.serial_share(0.2).unwrap(), 0.2));
        assert!(close(record.speed_up(0.2, 4).unwrap(), 2.5));
        assert_eq!((record.speed_up(0.2, 3), record.speed_up(0.3, 4)), (None, None));
        let ideal = of_a_law(16, &|workers| workers as f64);
        assert!(close(ideal.over(&record, 0.2, 4).unwrap(), 4.0 / 2.5));
        let record = of_a_law(16, &|workers| universal_scalability(0.1, 0.02, workers));
        let (contention, crosstalk) = record.contention_and_crosstalk(0.2).unwrap();
        assert!(close(contention, 0.1) && close(crosstalk, 0.02));
        // Beyond its cores a program gains nothing: no law may be fitted to that.
        let on_two_cores = of_a_law(2, &|workers| amdahl(0.8, workers.min(2)));
        assert!(close(on_two_cores.serial_share(0.2).unwrap(), 0.2));
        assert_eq!(on_two_cores.contention_and_crosstalk(0.2), None);
        assert_eq!(of_a_law(1, &|_| 1.0).serial_share(0.2), None);
    }

    #[test]
    fn all_numbers_of_workers_share_the_jobs_evenly() {
        let numbers = worker_numbers();
        assert!(numbers.iter().all(|workers| JOBS.is_multiple_of(*workers)), "{numbers:?}");
        assert!(numbers.starts_with(&[1, 2]));
    }

    #[test]
    fn twice_the_steps_take_longer() {
        let steps = steps_taking(Duration::from_millis(4));
        let quickest = |steps| clock::least_cpu(3, || spin(1, steps));
        let ratio = quickest(4 * steps).as_secs_f64() / quickest(steps).as_secs_f64();
        assert!((2.0..8.0).contains(&ratio), "{ratio}");
    }
}
