//! A share of each job that only one worker at a time can do.
//!
//! ```text
//! in step                           not in step
//! worker 0 |parallel|LOCK|    |     |parallel|LOCK|parallel|LOCK|
//! worker 1 |parallel|    |LOCK|     |parallel|    |LOCK|parallel|LOCK|
//! ```

use std::sync::{Barrier, Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use super::{JOBS, Law, Scaling, in_turns, spin, steps_taking, together, worker_numbers};
use crate::error::Error;
use crate::format::{ratio, seconds};
use crate::labs::cores;
use crate::record::Listener;

/// Jobs that hold one lock for a share of their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SerialPart {
    /// How long one job takes, the share under the lock included.
    pub job: Duration,
    /// Whether it waits, which needs no core, or computes.
    pub waits: bool,
    /// Whether the workers begin each round of jobs together: then nobody computes while another
    /// one holds the lock. It is what Amdahl's law speaks of.
    pub in_step: bool,
}

/// The numbers of workers where jobs wait: they need no cores.
const WAITING: [usize; 4] = [1, 2, 4, 8];
const REPEATS: usize = 2;
/// Shorter ones tell of the timer, longer ones try the reader's patience.
const JOB: std::ops::RangeInclusive<Duration> = Duration::from_micros(100)..=Duration::from_secs(1);

impl SerialPart {
    /// Does 32 jobs with each of these shares, from 0 to 1, under the lock: where jobs wait, on
    /// 1, 2, 4 and 8 workers; where they compute, on 1, 2, 4 and so on up to twice the cores.
    /// Each twice, in turns, the better one counts.
    ///
    /// It takes about 150 jobs for each share.
    ///
    /// # Errors
    /// If there is no share or one is not from 0 to 1, if a job is shorter than 100 us or longer
    /// than a second, or if a thread cannot be started.
    pub fn measure(self, shares: &[f64], listener: &dyn Listener) -> Result<Scaling, Error> {
        self.check(shares)?;
        let numbers = if self.waits { WAITING.to_vec() } else { worker_numbers() };
        let steps = if self.waits { 0 } else { steps_taking(self.job) };
        let named = |share| (percent(share), share);
        let time = |share, workers| self.time(workers, share, steps);
        let series = in_turns(shares, named, &numbers, REPEATS, listener, time)?;
        Ok(Scaling {
            jobs: self.in_words(),
            law: if self.in_step { Law::Amdahl } else { Law::Bottleneck },
            within: if self.waits { WAITING[3] } else { cores() },
            series,
            source: None,
        })
    }

    fn check(self, shares: &[f64]) -> Result<(), Error> {
        if shares.is_empty() || shares.iter().any(|share| !(0.0..=1.0).contains(share)) {
            return Err(Error::new(format!(
                "a share of the work is from 0 to 1, and there is one at least; not {shares:?}"
            )));
        }
        if !JOB.contains(&self.job) {
            let job = seconds(self.job);
            return Err(Error::new(format!("a job takes 100 us to 1 s here, not {job}")));
        }
        Ok(())
    }

    /// How long so many workers take for all jobs.
    fn time(self, workers: usize, share: f64, steps: u64) -> Result<Duration, Error> {
        let (lock, barrier) = (Mutex::new(()), Barrier::new(workers));
        together(workers, &|_| {
            for _ in 0..JOBS / workers {
                self.work(1.0 - share, steps);
                if share > 0.0 {
                    let _turn = lock.lock().unwrap_or_else(PoisonError::into_inner);
                    self.work(share, steps);
                }
                if self.in_step {
                    barrier.wait();
                }
            }
        })
    }

    /// Does such a part of a job.
    fn work(self, part: f64, steps: u64) {
        if self.waits {
            sleep(self.job.mul_f64(part));
        } else {
            spin(1, (steps as f64 * part) as u64);
        }
    }

    fn in_words(self) -> String {
        let what = if self.waits { "wait" } else { "compute" };
        let pace = if self.in_step { "in step" } else { "each at its own pace" };
        format!("{JOBS} jobs that {what} for {}, {pace}", seconds(self.job))
    }
}

fn percent(share: f64) -> String {
    match 100.0 * share {
        whole if whole.fract().abs() < 1e-9 => format!("{whole:.0} %"),
        part => format!("{} %", ratio(part)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Silent;

    fn waiting(in_step: bool) -> SerialPart {
        SerialPart { job: Duration::from_millis(4), waits: true, in_step }
    }

    /// A sleep is never too short, so these bounds are sure. Half of 4 ms under the lock: a round
    /// of two takes 6 ms, and with all of it under the lock nothing is gained.
    #[test]
    fn in_step_nobody_works_while_another_one_holds_the_lock() {
        let record = waiting(true).measure(&[0.5, 1.0], &Silent).unwrap();
        let least = |series: usize, nth: usize| record.series[series].times[nth].1.range().0;
        assert!(least(0, 1) >= Duration::from_millis(16 * 6), "{record:?}");
        for workers in 0..WAITING.len() {
            assert!(least(1, workers) >= Duration::from_millis(32 * 4), "{record:?}");
        }
        assert_eq!(record.series[1].name, "100 %");
    }

    /// On a busy machine one run in five is enough.
    #[test]
    fn at_their_own_pace_two_workers_slip_past_each_other() {
        let quick = |_| {
            let took = waiting(false).time(2, 0.5, 0).unwrap();
            assert!(took >= Duration::from_millis(32 * 2), "the lock is held so long");
            took < Duration::from_millis(16 * 6)
        };
        assert!((0..5).any(quick), "as slow as in step");
    }

    #[test]
    fn what_computes_is_measured_to_twice_the_cores_and_fitted_to_the_cores() {
        let job = SerialPart { job: Duration::from_micros(100), waits: false, in_step: true };
        let record = job.measure(&[0.2], &Silent).unwrap();
        assert_eq!(record.within, cores());
        assert!(record.most_workers() > cores() || record.most_workers() == 32);
        assert!(record.jobs.contains("compute for 100 us, in step"), "{}", record.jobs);
    }

    #[test]
    fn bad_shares_and_bad_jobs_are_refused() {
        for shares in [&[][..], &[1.1], &[-0.1], &[f64::NAN]] {
            let error = waiting(true).measure(shares, &Silent).unwrap_err().to_string();
            assert!(error.contains("from 0 to 1"), "{error}");
        }
        let long = SerialPart { job: Duration::from_secs(2), ..waiting(true) };
        assert!(long.measure(&[0.5], &Silent).unwrap_err().to_string().contains("not 2.00 s"));
    }
}
