//! From which size of a job on more workers pay: the same two jobs, growing.

use std::collections::BTreeSet;
use std::f64::consts::GOLDEN_RATIO;

use serde::Serialize;

use super::Samples;
use super::steps::Steps;
use super::turns::{take_turns, turns, walls};
use crate::error::Error;
use crate::record::{Listener, Model, Silent};
use crate::work::Job;

/// A model pays where it takes at most this share of the baseline's time: less could be
/// chance.
pub(crate) const PAYS: f64 = 0.95;

/// Two jobs `fib(n)`, measured for growing n with several models.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreakEven {
    /// The sizes that were measured, growing.
    pub sizes: Vec<u32>,
    /// For each model the wall times at each size, in the order of `sizes`.
    pub series: Vec<(Model, Vec<Samples>)>,
}

impl BreakEven {
    /// Measures two jobs `fib(n)` for every n of `sizes` with each model, from the smallest
    /// n to the largest. The first model is the baseline.
    ///
    /// At each size the models take turns, so that a disturbance of the machine
    /// meets all of them. Before more than one repeat, each model runs once unmeasured, so it
    /// takes as long as `repeats + 1` runs of each model at each size; a step of n takes 1.6
    /// times as long as the one before.
    ///
    /// # Errors
    /// If there is no size, model or repeat, or if a run fails.
    pub fn measure(
        sizes: &[u32],
        models: &[Model],
        repeats: usize,
        listener: &dyn Listener,
    ) -> Result<BreakEven, Error> {
        if sizes.is_empty() || models.is_empty() || repeats == 0 {
            return Err(Error::new("a break-even needs sizes, models and at least one repeat"));
        }
        let sizes = Vec::from_iter(BTreeSet::from_iter(sizes.iter().copied()));
        let each: Vec<_> = sizes.iter().map(|n| Job::Fib(*n)).collect();
        models.iter().try_for_each(|model| model.can_run(&each))?;
        let mut series: Vec<_> = models.iter().map(|model| (*model, Vec::new())).collect();
        // What fib(n) takes grows by the golden ratio with each n.
        let work = |n: u32| GOLDEN_RATIO.powf(f64::from(n));
        let turns = turns(models.len(), repeats);
        let all = sizes.iter().map(|n| work(*n) * turns as f64).sum();
        let mut steps = Steps::start(listener, sizes.len().saturating_mul(turns), all);
        for n in &sizes {
            let jobs = vec![Job::Fib(*n); 2];
            let run = |model: Model| model.run(&jobs, &Silent);
            let runs = take_turns(models, repeats, &run, &mut |turn| {
                let last = turn.last && turn.number == Some(repeats);
                let found = last.then(|| format!("2 x fib({n}) is measured"));
                steps.step(work(*n), found.as_deref());
            })?;
            for ((_, times), runs) in series.iter_mut().zip(runs) {
                times.push(walls(&runs));
            }
        }
        Ok(BreakEven { sizes, series })
    }

    /// The smallest size from which on the model is always quicker than the baseline, by
    /// at least 5 % of the medians. `None` if it is not at the largest size.
    #[must_use]
    pub fn pays_from(&self, model: Model) -> Option<u32> {
        let (_, baseline) = self.series.first()?;
        let (_, times) = self.series.iter().find(|(of, _)| *of == model)?;
        let pays =
            |index: &usize| times[*index].median() <= baseline[*index].median().mul_f64(PAYS);
        let paying = (0..self.sizes.len()).rev().take_while(pays).last()?;
        Some(self.sizes[paying])
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_pays_from_where_it_stays_quicker() {
        let even = BreakEven {
            sizes: vec![10, 11, 12, 13],
            series: vec![
                (Model::Serial, ms([1, 2, 4, 8])),
                (Model::Threads(2), ms([0, 3, 3, 4])),
                (Model::Async, ms([1, 2, 4, 9])),
            ],
        };
        assert_eq!(even.pays_from(Model::Threads(2)), Some(12));
        assert_eq!(even.pays_from(Model::Async), None);
    }

    fn ms(times: [u64; 4]) -> Vec<Samples> {
        times.map(|time| Samples::from_iter([Duration::from_millis(time)])).to_vec()
    }

    #[test]
    fn what_could_be_chance_does_not_pay() {
        let even = BreakEven {
            sizes: vec![10, 11, 12, 13],
            series: vec![
                (Model::Serial, ms([100, 200, 400, 1000])),
                (Model::Threads(2), ms([200, 300, 400, 999])),
                (Model::Rayon(2), ms([200, 300, 380, 950])),
            ],
        };
        assert_eq!(even.pays_from(Model::Threads(2)), None);
        assert_eq!(even.pays_from(Model::Rayon(2)), Some(12));
    }

    #[test]
    fn sizes_are_measured_from_the_smallest_and_each_once() {
        let even = BreakEven::measure(&[3, 1, 3, 2], &[Model::Serial], 1, &Silent).unwrap();
        assert_eq!(even.sizes, [1, 2, 3]);
        assert_eq!(even.series[0].1.len(), 3);
    }
}
