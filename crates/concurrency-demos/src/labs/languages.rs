//! Both workloads in each model that Rust and Python have: what did the language change?

use std::time::Duration;

use serde::Serialize;

use super::Comparison;
use super::python::{self, Python};
use super::steps::Steps;
use super::turns::turns;
use crate::error::Error;
use crate::record::{Language, Listener, Model};
use crate::work::{Job, breakfast, fib};

/// How often each run is measured.
const REPEATS: usize = 2;
/// How long a computing job takes in Rust at a scale of 1, at the least.
const COMPUTES: Duration = Duration::from_millis(8);
/// How much shorter than the real breakfast the one of this lab is, at a scale of 1.
const BREAKFAST: f64 = 1.0 / 20.0;
/// A language that gains less than this part of what Rust gains is behind.
const BEHIND: f64 = 0.8;

/// How many times as quick 4 threads compute fib(40) in Python 3.14 without its interpreter
/// lock as with it: [Grinberg 2025][1], on another machine.
///
/// [1]: https://blog.miguelgrinberg.com/post/python-3-14-is-here-how-fast-is-it
pub(crate) const PUBLISHED_WITHOUT_LOCK: f64 = 3.1;

/// The same jobs, computing and waiting, in Rust, in Python and, where one is found, in a
/// Python without interpreter lock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Languages {
    /// As many Fibonacci numbers as there are workers: serially, in processes, in threads, in
    /// tasks on one thread.
    pub computing: Comparison,
    /// The breakfast of one person, with a process, a thread, a task for each dish.
    pub waiting: Comparison,
}

impl Languages {
    /// Measures all of it, in turns, three runs each, of which the first does not count. At a
    /// scale of 1 that takes about ten seconds for each Python.
    ///
    /// # Errors
    /// If the scale is not a positive number, if there are no workers, or if a run fails.
    pub fn measure(
        scale: f64,
        workers: usize,
        listener: &dyn Listener,
    ) -> Result<Languages, Error> {
        breakfast::check(1, scale)?;
        Model::Processes(workers).can_run(&[])?;
        let dishes = breakfast::order(1, scale * BREAKFAST)?;
        let numbers = vec![Job::Fib(fib::n_taking(COMPUTES.mul_f64(scale))); workers];
        let computing = [Model::Processes(workers), Model::Threads(workers), Model::Async];
        let waiting = [Model::Processes(dishes.len()), Model::ThreadPerJob, Model::Async];
        let (pythons, notes) = found();
        let models = 2 * (1 + computing.len()) * (1 + pythons.len());
        let mut steps = Steps::equal(listener, turns(models, REPEATS));
        let mut measure = |jobs: &[Job], others: [Model; 3]| {
            let models = [&[Model::Serial], &others[..]].concat();
            let mut all = Comparison::in_rust(jobs, &models, REPEATS, &mut steps)?;
            for python in &pythons {
                all.add(python, &models, &mut steps)?;
            }
            all.notes.extend(notes.iter().cloned());
            Ok::<_, Error>(all)
        };
        Ok(Languages {
            computing: measure(&numbers, computing)?,
            waiting: measure(&dishes, waiting)?,
        })
    }

    /// What each model gains over serial in this language, computing first.
    pub(crate) fn gains(&self, language: Language) -> [Vec<(Model, f64)>; 2] {
        [&self.computing, &self.waiting].map(|comparison| {
            let models = comparison.measurements.iter().filter(|m| m.language == Language::Rust);
            let gain = |model| Some((model, comparison.speed_up_in(language, model)?));
            models.skip(1).filter_map(|measurement| gain(measurement.model)).collect()
        })
    }

    /// Where Python gains less than 0.8 of what Rust gains, such as `computing, 2 threads`.
    /// `None`: there is no Python here.
    #[must_use]
    pub fn python_is_behind(&self) -> Option<Vec<String>> {
        let (rust, python) = (self.gains(Language::Rust), self.gains(Language::Python));
        if python.iter().all(Vec::is_empty) {
            return None;
        }
        let mut behind = Vec::new();
        for (what, (rust, python)) in ["computing", "waiting"].iter().zip(rust.iter().zip(&python))
        {
            let pairs = rust.iter().zip(python).filter(|(rust, python)| python.1 < BEHIND * rust.1);
            behind.extend(pairs.map(|((model, _), _)| format!("{what}, {model}")));
        }
        Some(behind)
    }
}

/// The Pythons of this machine, and why one is missing.
fn found() -> (Vec<Python>, Vec<String>) {
    let (mut pythons, mut notes) = (Vec::new(), Vec::new());
    for python in [python::find(), python::find_free()] {
        match python {
            Ok(python) => pythons.push(python),
            Err(note) => notes.push(note),
        }
    }
    (pythons, notes)
}
