//! Repeated runs: every sample is kept, the median speaks.

use std::time::Duration;

use serde::Serialize;

use super::python::{self, Python};
use super::steps::Steps;
use super::theory::lower_bound;
use super::turns::{take_turns, turns, walls};
use super::{Samples, cores};
use crate::error::Error;
use crate::record::{Language, Listener, Model, Run, Silent, Span};
use crate::work::Job;

/// What repeated runs of the same jobs by one model took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measurement {
    /// Who did the jobs.
    pub model: Model,
    /// In which language.
    pub language: Language,
    /// The wall time of every run.
    pub samples: Samples,
    /// The record of the run whose wall time is the median.
    pub run: Run,
}

impl Measurement {
    /// The measurement that these runs make; `None` if there are none.
    pub(crate) fn of(mut runs: Vec<Run>) -> Option<Measurement> {
        let samples = walls(&runs);
        let median = samples.median();
        let middle = runs.iter().position(|run| run.wall == median)?;
        let run = runs.swap_remove(middle);
        Some(Measurement { model: run.model, language: run.language, samples, run })
    }

    /// The median of the samples, the lower one of the middle two.
    #[must_use]
    pub fn median(&self) -> Duration {
        self.run.wall
    }

    /// The shortest and the longest sample.
    #[must_use]
    pub fn range(&self) -> (Duration, Duration) {
        self.samples.range()
    }

    /// The name under which it stands in figures: `2 threads`, `Python, serial`.
    #[must_use]
    pub fn label(&self) -> String {
        self.run.label()
    }
}

/// The same jobs, measured with several models in the same run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The jobs in words: `2 x fib(31)`.
    pub title: String,
    /// One measurement for each model, the baseline first.
    pub measurements: Vec<Measurement>,
    /// What could not be measured, and why.
    pub notes: Vec<String>,
    #[serde(skip)]
    jobs: Vec<Job>,
    repeats: usize,
}

impl Comparison {
    /// Measures the jobs with each model, `repeats` times. The first model is
    /// the baseline.
    ///
    /// The models take turns, so that a disturbance of the machine meets all of
    /// them. Before more than one repeat, each model runs once unmeasured, so it takes as
    /// long as `repeats + 1` runs of each.
    ///
    /// # Errors
    /// If there is no model or no repeat, or if a run or one of its jobs fails.
    pub fn measure(
        jobs: &[Job],
        models: &[Model],
        repeats: usize,
        listener: &dyn Listener,
    ) -> Result<Comparison, Error> {
        if models.is_empty() || repeats == 0 {
            return Err(Error::new("a comparison needs at least one model and one repeat"));
        }
        let mut steps = Steps::equal(listener, turns(models.len(), repeats));
        Comparison::in_rust(jobs, models, repeats, &mut steps)
    }

    /// The same as a part of a longer measurement.
    pub(super) fn in_rust(
        jobs: &[Job],
        models: &[Model],
        repeats: usize,
        steps: &mut Steps<'_>,
    ) -> Result<Comparison, Error> {
        models.iter().try_for_each(|model| model.can_run(jobs))?;
        let run = |model: Model| model.run(jobs, &Silent);
        let measurements = measured(models, repeats, steps, &run)?;
        let (title, jobs) = (title(jobs), jobs.to_vec());
        Ok(Comparison { title, measurements, notes: vec![], jobs, repeats })
    }

    /// Adds the same jobs done by Python, measured now, and its version as a
    /// note. Where no Python is found the note says so and nothing is added.
    ///
    /// # Errors
    /// If Python is there but fails, or has no version of a model or job.
    pub fn with_python(
        mut self,
        models: &[Model],
        listener: &dyn Listener,
    ) -> Result<Comparison, Error> {
        match python::find() {
            Ok(python) => {
                let mut steps = Steps::equal(listener, turns(models.len(), self.repeats));
                self.add(&python, models, &mut steps)?;
            }
            Err(note) => self.notes.push(note),
        }
        Ok(self)
    }

    /// Adds what this Python makes of the same jobs, as a part of a longer measurement.
    pub(super) fn add(
        &mut self,
        python: &Python,
        models: &[Model],
        steps: &mut Steps<'_>,
    ) -> Result<(), Error> {
        let run = |model: Model| python.run(model, &self.jobs);
        self.measurements.extend(measured(models, self.repeats, steps, &run)?);
        self.notes.push(python.version());
        Ok(())
    }

    /// The measurement of a model in Rust.
    #[must_use]
    pub fn rust(&self, model: Model) -> Option<&Measurement> {
        self.find(model, Language::Rust)
    }

    /// The measurement of a model in Python.
    #[must_use]
    pub fn python(&self, model: Model) -> Option<&Measurement> {
        self.find(model, Language::Python)
    }

    /// How many times as quick the model is as the baseline, in Rust.
    #[must_use]
    pub fn speed_up(&self, model: Model) -> Option<f64> {
        Some(times_as_quick(self.rust(model)?, self.measurements.first()?))
    }

    /// How many times as quick the model is as the baseline's model, in Python.
    #[must_use]
    pub fn python_speed_up(&self, model: Model) -> Option<f64> {
        self.speed_up_in(Language::Python, model)
    }

    /// How many times as quick the model is as the baseline's model in the same language.
    #[must_use]
    pub fn speed_up_in(&self, language: Language, model: Model) -> Option<f64> {
        let baseline = self.find(self.measurements.first()?.model, language)?;
        Some(times_as_quick(self.find(model, language)?, baseline))
    }

    /// How many times as quick the model is in Rust as in Python.
    #[must_use]
    pub fn rust_over_python(&self, model: Model) -> Option<f64> {
        Some(times_as_quick(self.rust(model)?, self.python(model)?))
    }

    fn find(&self, model: Model, language: Language) -> Option<&Measurement> {
        self.measurements.iter().find(|m| m.model == model && m.language == language)
    }

    /// The time that this model cannot beat on this machine: the work shared
    /// by the workers, or the longest job. A job needs the time it waits, as
    /// ordered, and the CPU time it took in the serial run in the same
    /// language, or in this run if that was less: the program of the worker processes is
    /// compiled apart and may be quicker. `None` where serial was not measured.
    #[must_use]
    pub fn bound(&self, measurement: &Measurement) -> Option<Duration> {
        let serial = &self.find(Model::Serial, measurement.language)?.run;
        let least = |(one, other): (&Span, &Span)| one.cpu.min(other.cpu);
        let computing = serial.spans.iter().zip(&measurement.run.spans).map(least);
        let waiting = self.jobs.iter().map(Job::waiting);
        let needs: Vec<Duration> =
            waiting.zip(computing.clone()).map(|(waits, computes)| waits + computes).collect();
        let longest = needs.iter().max().copied().unwrap_or_default();
        let workers = measurement.model.workers().unwrap_or(needs.len()).max(1);
        let computing = lower_bound(computing.sum(), longest, workers.min(cores()));
        if measurement.model.waits_without_worker() {
            return Some(computing);
        }
        Some(computing.max(lower_bound(needs.iter().sum(), longest, workers)))
    }
}

fn times_as_quick(measurement: &Measurement, baseline: &Measurement) -> f64 {
    baseline.median().as_secs_f64() / measurement.median().as_secs_f64()
}

/// A measurement of each model.
fn measured(
    models: &[Model],
    repeats: usize,
    steps: &mut Steps<'_>,
    run: &dyn Fn(Model) -> Result<Run, Error>,
) -> Result<Vec<Measurement>, Error> {
    let runs = take_turns(models, repeats, run, &mut |turn| steps.step(1.0, Some(&turn.told())))?;
    Ok(runs.into_iter().filter_map(Measurement::of).collect())
}

/// The jobs in words, equal ones counted: `1 x omelet, 1 x salad, 2 x toast`.
fn title(jobs: &[Job]) -> String {
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for name in jobs.iter().map(Job::to_string) {
        match kinds.iter_mut().find(|(kind, _)| *kind == name) {
            Some((_, count)) => *count += 1,
            None => kinds.push((name, 1)),
        }
    }
    let kinds: Vec<_> = kinds.iter().map(|(kind, count)| format!("{count} x {kind}")).collect();
    kinds.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Silent;
    use crate::work::breakfast;

    #[test]
    fn the_bound_of_a_breakfast_is_work_by_workers_or_the_longest_dish() {
        let models = [Model::Serial, Model::Threads(2), Model::ThreadPerJob, Model::Async];
        let jobs = breakfast::order(1, 0.01).unwrap();
        let comparison = Comparison::measure(&jobs, &models, 1, &Silent).unwrap();
        let expected = [120, 60, 50, 50].map(Duration::from_millis);
        for (measurement, expected) in comparison.measurements.iter().zip(expected) {
            let bound = comparison.bound(measurement).unwrap();
            // A little CPU time comes on top of the waiting.
            assert!((expected..expected.mul_f64(1.2)).contains(&bound), "{bound:?}");
            assert!(measurement.median() >= expected, "{:?}", measurement.median());
        }
    }

    #[test]
    fn a_comparison_of_nothing_is_refused() {
        assert!(Comparison::measure(&[], &[], 1, &Silent).is_err());
        assert!(Comparison::measure(&[], &[Model::Serial], 0, &Silent).is_err());
    }

    #[test]
    fn equal_jobs_are_counted_in_the_title() {
        let title = title(&breakfast::order(2, 1.0).unwrap());
        assert_eq!(title, "2 x omelet, 2 x salad, 4 x toast");
    }

    #[test]
    fn a_quicker_program_has_a_lower_bound() {
        let models = [Model::Serial, Model::Threads(1)];
        let mut comparison = Comparison::measure(&[Job::Fib(20)], &models, 1, &Silent).unwrap();
        let cpu = [10, 8].map(Duration::from_millis);
        for (measurement, cpu) in comparison.measurements.iter_mut().zip(cpu) {
            measurement.run.spans[0].cpu = cpu;
        }
        let bounds = comparison.measurements.iter().map(|it| comparison.bound(it).unwrap());
        assert_eq!(bounds.collect::<Vec<_>>(), cpu);
    }
}
