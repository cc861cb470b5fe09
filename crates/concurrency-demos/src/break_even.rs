//! From which size of a job on more workers pay: the same two jobs, growing.

use std::time::Duration;

use crate::format::seconds;
use crate::measure::take_turns;
use crate::{Error, Job, Listener, Model, Silent};

/// Two jobs `fib(n)`, measured for growing n with several models.
#[derive(Clone, Debug)]
pub struct BreakEven {
    /// The sizes that were measured.
    pub sizes: Vec<u32>,
    /// For each model the median wall time at each size, in the order of `sizes`.
    pub series: Vec<(Model, Vec<Duration>)>,
}

impl BreakEven {
    /// Measures two jobs `fib(n)` for every n of `sizes` with each model. The
    /// first model is the baseline.
    ///
    /// At each size the models take turns, so that a disturbance of the machine
    /// meets all of them.
    ///
    /// # Errors
    /// If there is no size, model or repeat, or if a run fails.
    pub fn of(
        sizes: &[u32],
        models: &[Model],
        repeats: usize,
        listener: &dyn Listener,
    ) -> Result<BreakEven, Error> {
        if sizes.is_empty() || models.is_empty() || repeats == 0 {
            return Err(Error::new("a break-even needs sizes, models and at least one repeat"));
        }
        let mut series: Vec<_> = models.iter().map(|model| (*model, Vec::new())).collect();
        for n in sizes {
            let jobs = vec![Job::Fib(*n); 2];
            let run = |model: Model| model.run(&jobs, &Silent);
            let measured = take_turns(models, 0, repeats, &Silent, &run)?;
            for ((_, times), measured) in series.iter_mut().zip(measured) {
                times.push(measured.median());
            }
            let baseline = series[0].1.last().copied().unwrap_or_default();
            listener.progress(&format!("2 x fib({n}): {} {}", models[0], seconds(baseline)));
        }
        Ok(BreakEven { sizes: sizes.to_vec(), series })
    }

    /// The smallest size from which on the model is always quicker than the
    /// baseline. `None` if it is not quicker at the largest size.
    #[must_use]
    pub fn pays_from(&self, model: Model) -> Option<u32> {
        let (_, baseline) = self.series.first()?;
        let (_, times) = self.series.iter().find(|(of, _)| *of == model)?;
        let quicker = |index: &usize| times[*index] < baseline[*index];
        let paying = (0..self.sizes.len()).rev().take_while(quicker).last()?;
        Some(self.sizes[paying])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_pays_from_where_it_stays_quicker() {
        let ms = |times: [u64; 4]| times.map(Duration::from_millis).to_vec();
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
}
