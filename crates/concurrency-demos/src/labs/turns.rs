//! Measurements that take turns, so that a disturbance of the machine meets all of them.

use super::Samples;
use crate::error::Error;
use crate::format::seconds;
use crate::record::{Model, Run};

/// Runs each model `repeats` times, after one unmeasured run if there is more than one
/// repeat. Every second round goes backwards: who follows whom changes.
///
/// # Errors
/// If a run or one of its jobs fails.
pub(super) fn take_turns(
    models: &[Model],
    repeats: usize,
    run: &dyn Fn(Model) -> Result<Run, Error>,
    told: &mut dyn FnMut(&Turn<'_>),
) -> Result<Vec<Vec<Run>>, Error> {
    let warm_ups = warm_ups(repeats);
    let mut runs = vec![Vec::new(); models.len()];
    for round in 0..repeats.saturating_add(warm_ups) {
        for place in 0..models.len() {
            let index = if round % 2 == 0 { place } else { models.len() - 1 - place };
            let run = run(models[index])?;
            run.outputs()?;
            let last = place + 1 == models.len();
            let number = (round + 1).checked_sub(warm_ups).filter(|number| *number > 0);
            told(&Turn { run: &run, number, repeats, last });
            if number.is_some() {
                runs[index].push(run);
            }
        }
    }
    Ok(runs)
}

fn warm_ups(repeats: usize) -> usize {
    usize::from(repeats > 1)
}

/// How many runs so many models make in all, unmeasured ones too.
pub(super) fn turns(models: usize, repeats: usize) -> usize {
    models.saturating_mul(repeats.saturating_add(warm_ups(repeats)))
}

/// One run that was made.
pub(super) struct Turn<'a> {
    pub run: &'a Run,
    /// Which of the measured ones, counted from 1; `None`: a warm-up.
    pub number: Option<usize>,
    pub repeats: usize,
    /// Whether it is the last one of its round.
    pub last: bool,
}

impl Turn<'_> {
    /// The run and its time in words.
    pub fn told(&self) -> String {
        let what = format!("{}: {}", self.run.label(), seconds(self.run.wall));
        match self.number {
            Some(number) => format!("run {number} of {}, {what}", self.repeats),
            None => format!("warm-up, {what}"),
        }
    }
}

/// The wall times of these runs.
pub(super) fn walls(runs: &[Run]) -> Samples {
    runs.iter().map(|run| run.wall).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::record::Silent;
    use crate::work::Job;

    #[test]
    fn every_second_round_goes_backwards_and_the_warm_up_does_not_count() {
        let (models, order) = ([Model::Serial, Model::ThreadPerJob], RefCell::new(vec![]));
        let run = |model: Model| {
            order.borrow_mut().push(model);
            model.run(&[Job::Fib(1)], &Silent)
        };
        let mut numbers = vec![];
        let mut told = |turn: &Turn<'_>| numbers.push((turn.number, turn.last));
        let runs = take_turns(&models, 2, &run, &mut told).unwrap();
        let (serial, threads) = (Model::Serial, Model::ThreadPerJob);
        assert_eq!(order.take(), [serial, threads, threads, serial, serial, threads]);
        assert_eq!(numbers.len(), turns(2, 2));
        assert_eq!(runs.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
        assert!(runs[0].iter().all(|run| run.model == serial));
        let expected = [None, None, Some(1), Some(1), Some(2), Some(2)];
        assert_eq!(numbers.iter().map(|told| told.0).collect::<Vec<_>>(), expected);
        assert!(numbers.iter().skip(1).step_by(2).all(|told| told.1));
    }

    #[test]
    fn a_failed_job_ends_the_measurement() {
        let run = |model: Model| model.run(&[Job::Fault(crate::work::Fault::Panic)], &Silent);
        assert!(take_turns(&[Model::Serial], 1, &run, &mut |_| ()).is_err());
    }
}
