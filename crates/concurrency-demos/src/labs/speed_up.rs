//! The same computing work on 1, 2, ... workers.

use std::collections::BTreeSet;
use std::time::Duration;

use super::median;
use crate::fib::n_taking;
use crate::format::{ratio, seconds};
use crate::theory::{fit_amdahl, fit_universal_scalability};
use crate::{Error, Job, Listener, Machine, Model, Silent, cores};

/// Divides evenly among 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48 and 96 workers.
const JOBS: usize = 96;

/// How much quicker the same computing work is done by more workers.
#[derive(Clone, Debug)]
pub struct SpeedUp {
    /// The jobs in words: `96 x fib(30)`.
    pub jobs: String,
    /// The median wall time of the jobs one after the other.
    pub serial: Duration,
    /// The median wall time of each model, starting its workers included.
    pub times: Vec<(Model, Duration)>,
    /// The cores that this program may use.
    pub cores: usize,
    /// The cores of the machine, those with two hardware threads counted once.
    pub physical_cores: Option<usize>,
}

impl SpeedUp {
    /// Measures about so much `work`, divided into equal jobs, with each kind
    /// of model on 1, 2, ... up to twice as many workers as there are cores.
    /// The number in a model does not matter: `Model::Threads(1)` stands for
    /// threads. A model without workers is measured once.
    ///
    /// The models take turns. It takes about 3 times the work for each kind
    /// and repeat, on any number of cores.
    ///
    /// # Errors
    /// If there is no kind or no repeat, or if a run or one of its jobs fails.
    pub fn of(
        work: Duration,
        kinds: &[Model],
        repeats: usize,
        listener: &dyn Listener,
    ) -> Result<SpeedUp, Error> {
        if kinds.is_empty() || repeats == 0 {
            return Err(Error::new("a speed-up needs at least one kind of model and one repeat"));
        }
        let jobs = vec![Job::Fib(n_taking(work / JOBS as u32)); JOBS];
        let mut models = vec![Model::Serial];
        models.extend(kinds.iter().flat_map(|kind| sizes(*kind, cores())));
        let mut samples = vec![Vec::with_capacity(repeats); models.len()];
        for round in 1..=repeats {
            for (model, samples) in models.iter().zip(&mut samples) {
                let run = model.run(&jobs, &Silent)?;
                run.outputs()?;
                samples.push(run.wall);
            }
            listener.progress(&format!("round {round} of {repeats} is done"));
        }
        let mut times = models.into_iter().zip(samples.iter().map(|samples| median(samples)));
        let (_, serial) = times.next().expect("serial is the first");
        let record = SpeedUp {
            jobs: format!("{JOBS} x {}", jobs[0]),
            serial,
            times: times.collect(),
            cores: cores(),
            physical_cores: Machine::read().physical_cores,
        };
        for (model, time) in &record.times {
            let speed_up = record.speed_up(*model).map(ratio).unwrap_or_default();
            listener.progress(&format!("{model}: {} ({speed_up} x)", seconds(*time)));
        }
        Ok(record)
    }

    /// How many times as quick the model is as serial; `None` if that number
    /// of workers was not measured.
    #[must_use]
    pub fn speed_up(&self, model: Model) -> Option<f64> {
        let (_, time) = self.times.iter().find(|(measured, _)| *measured == model)?;
        Some(self.serial.as_secs_f64() / time.as_secs_f64())
    }

    /// The share of the work of such a model that is done in parallel, as
    /// Amdahl's law explains its speed-ups on no more workers than cores.
    #[must_use]
    pub fn parallel_share(&self, kind: Model) -> Option<f64> {
        fit_amdahl(&self.within_cores(kind))
    }

    /// Contention and crosstalk of such a model, as the universal scalability
    /// law explains its speed-ups on no more workers than cores.
    #[must_use]
    pub fn contention_and_crosstalk(&self, kind: Model) -> Option<(f64, f64)> {
        fit_universal_scalability(&self.within_cores(kind))
    }

    /// Both laws speak of workers that have a core each.
    fn within_cores(&self, kind: Model) -> Vec<(usize, f64)> {
        let points = self.points(kind);
        points.into_iter().filter(|(workers, _)| *workers <= self.cores).collect()
    }

    /// Numbers of workers and speed-ups of such a model.
    pub(crate) fn points(&self, kind: Model) -> Vec<(usize, f64)> {
        let same = |model: &&(Model, _)| is_of(model.0, kind);
        let point = |(model, _): &(Model, _)| Some((model.workers()?, self.speed_up(*model)?));
        self.times.iter().filter(same).filter_map(point).collect()
    }

    /// One model of each kind, in the order in which they were asked for.
    pub(crate) fn kinds(&self) -> Vec<Model> {
        let mut kinds: Vec<Model> = Vec::new();
        for (model, _) in &self.times {
            if !kinds.iter().any(|kind| is_of(*kind, *model)) {
                kinds.push(*model);
            }
        }
        kinds
    }
}

fn is_of(model: Model, kind: Model) -> bool {
    std::mem::discriminant(&model) == std::mem::discriminant(&kind)
}

/// The kind with each number of workers that is worth a measurement.
fn sizes(kind: Model, cores: usize) -> Vec<Model> {
    let workers = worker_numbers(cores).into_iter();
    let with: fn(usize) -> Model = match kind {
        Model::Serial | Model::Async | Model::ThreadPerJob => return vec![kind],
        Model::Processes(_) => Model::Processes,
        Model::Threads(_) => Model::Threads,
        Model::Rayon(_) => Model::Rayon,
        Model::AsyncThreads(_) => Model::AsyncThreads,
        Model::AsyncBlocking(_) => Model::AsyncBlocking,
    };
    workers.map(with).collect()
}

/// 1, 2, 3, 4, 6, 8, 12, 16, ... to twice the cores, and the cores themselves.
fn worker_numbers(cores: usize) -> BTreeSet<usize> {
    let powers = (0..usize::BITS - 2).map(|exponent| 1 << exponent);
    let powers = powers.take_while(|power| *power <= 2 * cores);
    let between = powers.clone().skip(1).map(|power: usize| power + power / 2);
    let numbers = powers.chain(between).chain([2, cores, 2 * cores]);
    numbers.filter(|number| *number <= 2 * cores).collect()
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
            serial: Duration::from_millis(800),
            times: times.map(|(model, ms)| (model, Duration::from_millis(ms))).to_vec(),
            cores: 2,
            physical_cores: None,
        }
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
    fn speed_ups_are_over_serial_and_fits_stay_within_the_cores() {
        let record = record();
        assert_eq!(record.speed_up(Model::Threads(2)), Some(2.0));
        assert_eq!(record.speed_up(Model::Threads(3)), None);
        // With the point of four workers the share would be below one.
        assert_eq!(record.parallel_share(Model::Threads(1)), Some(1.0));
        assert_eq!(record.contention_and_crosstalk(Model::Threads(1)), None);
        assert_eq!(record.parallel_share(Model::Async), None);
        assert_eq!(record.kinds(), [Model::Async, Model::Threads(1)]);
    }

    #[test]
    fn nothing_to_measure_is_refused() {
        let work = Duration::from_millis(1);
        assert!(SpeedUp::of(work, &[], 1, &Silent).is_err());
        assert!(SpeedUp::of(work, &[Model::Async], 0, &Silent).is_err());
    }

    #[test]
    fn a_model_without_workers_is_measured_once() {
        let kinds = [Model::Async, Model::Threads(7)];
        let record = SpeedUp::of(Duration::from_millis(5), &kinds, 1, &Silent).unwrap();
        assert_eq!(record.times.len(), 1 + worker_numbers(cores()).len());
        assert!(record.times.iter().all(|(_, time)| *time > Duration::ZERO));
        assert!(record.speed_up(Model::Threads(1)).is_some_and(|speed_up| speed_up > 0.0));
    }
}
