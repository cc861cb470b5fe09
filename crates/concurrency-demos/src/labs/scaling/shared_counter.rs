//! Jobs that compute, and add to one counter meanwhile: the cache line of the counter goes from
//! core to core with each addition.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{JOBS, Law, Scaling, in_turns, spin, steps_taking, together, worker_numbers};
use crate::error::Error;
use crate::format::thousands;
use crate::labs::cores;
use crate::record::Listener;

/// What one job computes.
const JOB: Duration = Duration::from_millis(2);
const REPEATS: usize = 3;
/// More would be nothing but additions.
const MOST: usize = 1_000_000;

impl Scaling {
    /// Does 32 jobs of 2 ms, each of which adds to one shared counter so many times, evenly
    /// spread over its time; on 1, 2, 4 and so on workers, up to twice the cores. Each three
    /// times, in turns, the median counts.
    ///
    /// # Errors
    /// If there is no number of updates, if one is above a million, or if a thread cannot be
    /// started.
    pub fn of_shared_counter(updates: &[usize], listener: &dyn Listener) -> Result<Scaling, Error> {
        if updates.is_empty() || updates.iter().any(|updates| *updates > MOST) {
            return Err(Error::new(format!(
                "a job adds up to {} times, and there is one number at least; not {updates:?}",
                thousands(MOST)
            )));
        }
        let steps = steps_taking(JOB);
        let named = |updates| (format!("{} updates", thousands(updates)), updates as f64);
        let time = |updates, workers| time(workers, updates, steps);
        let series = in_turns(updates, named, &worker_numbers(), REPEATS, listener, time)?;
        let jobs = format!("{JOBS} jobs that compute for 2 ms and add to one counter");
        Ok(Scaling { jobs, law: Law::Fitted, within: cores(), series, source: None })
    }
}

fn time(workers: usize, updates: usize, steps: u64) -> Result<Duration, Error> {
    let counter = AtomicU64::new(0);
    let took = together(workers, &|_| {
        for _ in 0..JOBS / workers {
            job(&counter, updates as u64, steps);
        }
    })?;
    assert_eq!(counter.into_inner(), (updates * JOBS) as u64, "no addition is lost");
    Ok(took)
}

/// Computes in as many pieces as there are updates, and adds after each.
fn job(counter: &AtomicU64, updates: u64, steps: u64) {
    let pieces = updates.max(1);
    let mut number = 1;
    for piece in 0..pieces {
        let done = |pieces_done| steps * pieces_done / pieces;
        number = spin(number, done(piece + 1) - done(piece));
        if updates > 0 {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Silent;
    use crate::system::clock;

    #[test]
    fn every_number_of_updates_is_a_series_from_one_worker_on() {
        let record = Scaling::of_shared_counter(&[0, 1_000], &Silent).unwrap();
        let names: Vec<_> = record.series.iter().map(|series| &*series.name).collect();
        assert_eq!(names, ["0 updates", "1,000 updates"]);
        assert_eq!((record.speed_up(0.0, 1), record.speed_up(1e3, 1)), (Some(1.0), Some(1.0)));
        assert_eq!(record.contention_and_crosstalk(0.0).is_some(), cores() > 2);
    }

    #[test]
    fn a_job_in_pieces_takes_no_less_than_a_whole_one() {
        let (counter, steps) = (AtomicU64::new(0), steps_taking(JOB));
        let time = |updates| clock::least_cpu(1, || job(&counter, updates, steps));
        let [mut whole, mut pieces] = [Duration::MAX; 2];
        for _ in 0..20 {
            // In turns: the machine may be quicker for a while.
            (whole, pieces) = (whole.min(time(0)), pieces.min(time(100_000)));
        }
        assert!(pieces > whole.mul_f64(0.8), "{pieces:?} {whole:?}");
    }

    #[test]
    fn no_number_and_too_many_updates_are_refused() {
        for updates in [&[][..], &[1_000_001]] {
            let error = Scaling::of_shared_counter(updates, &Silent).unwrap_err().to_string();
            assert!(error.contains("1,000,000"), "{error}");
        }
    }
}
