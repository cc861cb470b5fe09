//! The farm on paper: what share of their time the workers work.

use std::time::Duration;

/// What a job costs besides itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Farm {
    /// From an answer to the next job: a message there and one back, with no bytes in them.
    pub round_trip: Duration,
    /// How long the one that hands out is busy with one job.
    pub scheduler: Duration,
    /// The bytes of a job and its result together.
    pub bytes: f64,
    /// How many bytes the network carries in a second.
    pub bytes_per_second: f64,
}

impl Farm {
    /// The efficiency of so many ranks that work, at jobs of this length, from 0 to 1.
    ///
    /// A rank waits for a round trip and its bytes between two jobs; and all of them together
    /// get no more jobs than the one that hands out can hand out, one after the other.
    #[must_use]
    pub fn efficiency(&self, ranks: usize, job: Duration) -> f64 {
        let job = job.as_secs_f64();
        let transfer = self.bytes / self.bytes_per_second;
        let alone = job + self.round_trip.as_secs_f64() + self.scheduler.as_secs_f64() + transfer;
        let served = ranks as f64 * (self.scheduler.as_secs_f64() + transfer);
        job / alone.max(served)
    }

    /// From so many ranks on, more of them do no more jobs of this length.
    #[must_use]
    pub fn most_ranks(&self, job: Duration) -> f64 {
        let transfer = self.bytes / self.bytes_per_second;
        let served = self.scheduler.as_secs_f64() + transfer;
        (job.as_secs_f64() + self.round_trip.as_secs_f64() + served) / served
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn farm(round_trip: u64) -> Farm {
        Farm {
            round_trip: Duration::from_micros(round_trip),
            scheduler: Duration::from_micros(5),
            bytes: 100.0,
            bytes_per_second: 1e9,
        }
    }

    #[test]
    fn a_job_as_long_as_its_round_trip_has_half_the_efficiency() {
        let job = Duration::from_millis(40);
        let half = farm(40_000).efficiency(1, job);
        assert!((0.49..0.5).contains(&half), "{half}");
        assert!(farm(100).efficiency(4, job) > 0.99);
    }

    #[test]
    fn beyond_the_most_ranks_the_work_done_stays_the_same() {
        let job = Duration::from_millis(1);
        let most = farm(50).most_ranks(job);
        assert!((200.0..212.0).contains(&most), "{most}");
        let done = |ranks| ranks as f64 * farm(50).efficiency(ranks, job);
        assert!(done(150) > done(100) * 1.4);
        assert!((done(10_000) - done(1_000)).abs() < 1.0);
    }
}
