//! The same computing work on 1, 2, ... workers.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use serde::Serialize;

use super::spent::Spent;
use super::steps::Steps;
use super::theory::{fit_amdahl, fit_universal_scalability};
use super::turns::{take_turns, turns, walls};
use super::{Machine, Samples, cores};
use crate::error::Error;
use crate::record::{Kind, Listener, Model, Run, Silent};
use crate::work::Job;
use crate::work::fib::n_taking;

/// How much quicker the same computing work is done by more workers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpeedUp {
    /// The jobs in words: `96 x fib(30)`.
    pub jobs: String,
    /// The wall times of the jobs one after the other.
    pub serial: Samples,
    /// Where its time went.
    pub serial_spent: Spent,
    /// The times of each model.
    pub times: Vec<Scaled>,
    /// The cores that this program may use.
    pub cores: usize,
    /// The cores of the machine, those with two hardware threads counted once.
    pub physical_cores: Option<usize>,
}

/// The times of one model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scaled {
    /// Who did the jobs.
    pub model: Model,
    /// The wall times, starting the workers included.
    pub wall: Samples,
    /// The same without the start. The laws speak of these: starting n workers takes n
    /// times as long as starting one, which a law would read as crosstalk.
    pub work: Samples,
    /// Where the time of all workers went, in the run with the median time.
    pub spent: Spent,
}

impl Scaled {
    fn of(model: Model, runs: &[Run]) -> Scaled {
        let work = runs.iter().map(|run| run.wall.saturating_sub(run.start)).collect();
        let wall = walls(runs);
        let median = runs.iter().find(|run| run.wall == wall.median());
        Scaled { model, work, spent: median.map(Spent::of).unwrap_or_default(), wall }
    }
}

impl SpeedUp {
    /// Measures about so much `work`, divided into equal jobs, with each kind
    /// of model on 1, 2, ... up to twice as many workers as there are cores.
    /// A kind without workers is measured once.
    ///
    /// There are so many jobs that each of these numbers of workers shares them out evenly.
    /// The models take turns; before more than one repeat, each runs once unmeasured. It
    /// takes about 3 times the work for each kind and round, on any number of cores, and
    /// once more the work for serial.
    ///
    /// # Errors
    /// If there is no kind or no repeat, or if a run or one of its jobs fails.
    pub fn measure(
        work: Duration,
        kinds: &[Kind],
        repeats: usize,
        listener: &dyn Listener,
    ) -> Result<SpeedUp, Error> {
        if kinds.is_empty() || repeats == 0 {
            return Err(Error::new("a speed-up needs at least one kind of model and one repeat"));
        }
        let numbers = worker_numbers(cores());
        let count = evenly_shared(&numbers);
        let jobs = vec![Job::Fib(n_taking(work / count as u32)); count];
        let mut models = vec![Model::Serial];
        models.extend(distinct(kinds.iter().copied()).flat_map(|kind| of_kind(kind, &numbers)));
        let run = |model: Model| model.run(&jobs, &Silent);
        let mut steps = Steps::equal(listener, turns(models.len(), repeats));
        let runs = take_turns(&models, repeats, &run, &mut |turn| {
            let round = turn.number.filter(|_| turn.last);
            let found = round.map(|number| format!("round {number} of {repeats} is done"));
            steps.step(1.0, found.as_deref());
        })?;
        let mut times = models.into_iter().zip(runs).map(|(model, runs)| Scaled::of(model, &runs));
        let serial = times.next().expect("serial is the first");
        Ok(SpeedUp {
            jobs: format!("{count} x {}", jobs[0]),
            serial: serial.wall,
            serial_spent: serial.spent,
            times: times.collect(),
            cores: cores(),
            physical_cores: Machine::limits().physical_cores,
        })
    }

    /// How many times as quick the model is as serial; `None` if that number
    /// of workers was not measured.
    #[must_use]
    pub fn speed_up(&self, model: Model) -> Option<f64> {
        let wall = &self.measured(model)?.wall;
        Some(self.serial.median().as_secs_f64() / wall.median().as_secs_f64())
    }

    /// How many times as quick one model is as another; `None` if one of them was not measured.
    #[must_use]
    pub fn over(&self, model: Model, other: Model) -> Option<f64> {
        Some(self.speed_up(model)? / self.speed_up(other)?)
    }

    /// Where the time of the workers of this model went; `None` if it was not measured.
    #[must_use]
    pub fn spent(&self, model: Model) -> Option<Spent> {
        Some(self.measured(model)?.spent)
    }

    fn measured(&self, model: Model) -> Option<&Scaled> {
        self.times.iter().find(|scaled| scaled.model == model)
    }

    /// The share of the work of such a model that is done in parallel, as
    /// Amdahl's law explains how much quicker it is than with one worker, on no more workers
    /// than cores. `None` unless it was measured with one worker and with two.
    #[must_use]
    pub fn parallel_share(&self, kind: Kind) -> Option<f64> {
        fit_amdahl(&self.within_cores(kind))
    }

    /// Contention and crosstalk of such a model, as the universal scalability
    /// law explains how much quicker it is than with one worker, on no more workers than
    /// cores. `None` unless it was measured with one worker and with two larger numbers.
    #[must_use]
    pub fn contention_and_crosstalk(&self, kind: Kind) -> Option<(f64, f64)> {
        fit_universal_scalability(&self.within_cores(kind))
    }

    /// Both laws speak of workers that have a core each, and of the time with one of them:
    /// serial is another program. Two hardware threads count as two cores here; the caption
    /// of the figure says how many are physical.
    pub(crate) fn within_cores(&self, kind: Kind) -> Vec<(usize, f64)> {
        let time = |scaled: &Scaled| scaled.work.median().as_secs_f64();
        let Some(one) = self.of(kind).find(|scaled| scaled.model.workers() == Some(1)) else {
            return Vec::new();
        };
        let point = |scaled: &Scaled| Some((scaled.model.workers()?, time(one) / time(scaled)));
        let points = self.of(kind).filter_map(point);
        points.filter(|(workers, _)| *workers <= self.cores).collect()
    }

    /// Numbers of workers and speed-ups over serial of such a model.
    pub(crate) fn points(&self, kind: Kind) -> Vec<(usize, f64)> {
        let point =
            |Scaled { model, .. }: &Scaled| Some((model.workers()?, self.speed_up(*model)?));
        self.of(kind).filter_map(point).collect()
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Scaled> {
        self.times.iter().filter(move |scaled| scaled.model.kind() == kind)
    }

    /// The kinds, in the order in which they were asked for.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        distinct(self.times.iter().map(|scaled| scaled.model.kind())).collect()
    }
}

/// Each kind once, in the order of the first.
fn distinct(kinds: impl Iterator<Item = Kind>) -> impl Iterator<Item = Kind> {
    let mut seen = HashSet::new();
    kinds.filter(move |kind| seen.insert(*kind))
}

/// The kind with each number of workers that is worth a measurement.
fn of_kind(kind: Kind, numbers: &BTreeSet<usize>) -> Vec<Model> {
    let numbers = numbers.iter().map(|workers| kind.with(*workers));
    numbers.take(if kind.has_workers() { usize::MAX } else { 1 }).collect()
}

/// 1, 2, 3, 4, 6, 8, 12, 16, ... to twice the cores, and the cores themselves.
fn worker_numbers(cores: usize) -> BTreeSet<usize> {
    let powers = (0..usize::BITS - 2).map(|exponent| 1 << exponent);
    let powers = powers.take_while(|power| *power <= 2 * cores);
    let between = powers.clone().skip(1).map(|power: usize| power + power / 2);
    let numbers = powers.chain(between).chain([cores, 2 * cores]);
    numbers.filter(|number| *number <= 2 * cores).collect()
}

/// About so many jobs at the least, and about so many at the most.
const JOBS: (usize, usize) = (96, 10_000);

/// A number of jobs that each of these numbers of workers shares out evenly, so that the
/// last jobs leave nobody idle; where that would be too many, as on 127 cores, the most jobs.
fn evenly_shared(numbers: &BTreeSet<usize>) -> usize {
    let (least, most) = JOBS;
    let multiple = |all: usize, number: &usize| all / gcd(all, *number) * number;
    let all = numbers.iter().fold(1, |all, number| multiple(all, number).min(most + 1));
    if all > most { most } else { least.next_multiple_of(all) }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> SpeedUp {
        let times = [
            (Model::Async, 800),
            (Model::Threads(1), 800),
            (Model::Threads(2), 400),
            (Model::Threads(4), 400),
        ];
        SpeedUp {
            jobs: "96 x fib(20)".to_owned(),
            serial: ms(800),
            serial_spent: Spent::default(),
            times: times.map(|(model, time)| scaled(model, time, 0)).to_vec(),
            cores: 2,
            physical_cores: None,
        }
    }

    fn ms(time: u64) -> Samples {
        Samples::from_iter([Duration::from_millis(time)])
    }

    fn scaled(model: Model, wall: u64, start: u64) -> Scaled {
        Scaled { model, wall: ms(wall), work: ms(wall - start), spent: Spent::default() }
    }

    #[test]
    fn numbers_of_workers_reach_twice_the_cores() {
        let numbers = |cores| worker_numbers(cores).into_iter().collect::<Vec<_>>();
        assert_eq!(numbers(1), [1, 2]);
        assert_eq!(numbers(2), [1, 2, 3, 4]);
        assert_eq!(numbers(4), [1, 2, 3, 4, 6, 8]);
        assert_eq!(numbers(10), [1, 2, 3, 4, 6, 8, 10, 12, 16, 20]);
    }

    #[test]
    fn every_number_of_workers_shares_the_jobs_evenly() {
        for cores in [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 22, 24, 32, 48, 64, 96, 128] {
            let numbers = worker_numbers(cores);
            let jobs = evenly_shared(&numbers);
            let uneven = numbers.iter().filter(|number| !jobs.is_multiple_of(**number));
            assert_eq!(uneven.count(), 0, "{jobs} jobs on {cores} cores");
            assert!((96..=10_000).contains(&jobs), "{jobs} jobs on {cores} cores");
        }
        assert_eq!(evenly_shared(&worker_numbers(2)), 96);
        assert_eq!(evenly_shared(&worker_numbers(127)), 10_000);
    }

    #[test]
    fn speed_ups_are_over_serial_and_fits_stay_within_the_cores() {
        let record = record();
        assert_eq!(record.speed_up(Model::Threads(2)), Some(2.0));
        assert_eq!(record.speed_up(Model::Threads(3)), None);
        assert_eq!(record.over(Model::Threads(4), Model::Threads(1)), Some(2.0));
        assert_eq!(record.over(Model::Threads(4), Model::Threads(3)), None);
        assert_eq!(record.spent(Model::Threads(3)), None);
        // With the point of four workers the share would be below one.
        assert_eq!(record.parallel_share(Kind::Threads), Some(1.0));
        assert_eq!(record.contention_and_crosstalk(Kind::Threads), None);
        assert_eq!(record.parallel_share(Kind::Async), None);
        assert_eq!(record.kinds(), [Kind::Async, Kind::Threads]);
    }

    #[test]
    fn laws_begin_at_one_worker_of_the_same_kind_and_leave_the_start_out() {
        // One worker takes longer than serial, and each start takes 10 ms: independent jobs.
        let times = [(1, 1010, 10), (2, 520, 20), (4, 290, 40)];
        let times = times.map(|(n, wall, start)| scaled(Model::Processes(n), wall, start));
        let record = SpeedUp { times: times.to_vec(), cores: 4, ..record() };
        assert_eq!(record.parallel_share(Kind::Processes), Some(1.0));
        assert_eq!(record.contention_and_crosstalk(Kind::Processes), Some((0.0, 0.0)));
        assert_eq!(record.speed_up(Model::Processes(1)), Some(800.0 / 1010.0));
        let without_one = SpeedUp { times: record.times[1..].to_vec(), ..record };
        assert_eq!(without_one.parallel_share(Kind::Processes), None);
    }

    #[test]
    fn nothing_to_measure_is_refused() {
        let work = Duration::from_millis(1);
        assert!(SpeedUp::measure(work, &[], 1, &Silent).is_err());
        assert!(SpeedUp::measure(work, &[Kind::Async], 0, &Silent).is_err());
    }

    #[test]
    fn a_model_without_workers_is_measured_once() {
        let kinds = [Kind::Async, Kind::Threads, Kind::Async];
        let record = SpeedUp::measure(Duration::from_millis(5), &kinds, 1, &Silent).unwrap();
        assert_eq!(record.times.len(), 1 + worker_numbers(cores()).len());
        assert!(record.times.iter().all(|scaled| scaled.wall.median() > Duration::ZERO));
        assert!(record.speed_up(Model::Threads(1)).is_some_and(|speed_up| speed_up > 0.0));
        assert!(record.serial_spent.cpu > Duration::ZERO);
        for scaled in &record.times {
            let all = scaled.wall.median() * scaled.model.workers().unwrap() as u32;
            assert_eq!(scaled.spent.total(), all, "{scaled:?}");
        }
    }
}
