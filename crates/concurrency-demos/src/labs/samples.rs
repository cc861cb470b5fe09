//! Repeated measurements of one time.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::error::Error;

/// Repeated measurements of one time, in the order in which they were made: every one is
/// kept, the median speaks.
///
/// ```
/// use std::time::Duration;
/// use concurrency_demos::labs::Samples;
///
/// let samples: Samples = [9, 1, 5, 4].map(Duration::from_millis).into_iter().collect();
/// assert_eq!(samples.median(), Duration::from_millis(4));
/// assert_eq!(samples.range(), (Duration::from_millis(1), Duration::from_millis(9)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Calls until there are `most` samples or the `budget` is spent, but three
    /// times at least.
    pub(crate) fn within(
        most: usize,
        budget: Duration,
        mut call: impl FnMut() -> Result<Duration, Error>,
    ) -> Result<Samples, Error> {
        let began = Instant::now();
        let mut samples = Vec::new();
        while samples.len() < 3 || (samples.len() < most && began.elapsed() < budget) {
            samples.push(call()?);
        }
        Ok(Samples(samples))
    }

    /// Every sample.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Duration> + Clone {
        self.0.iter().copied()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The median, the lower one of the middle two; zero if there are no samples.
    #[must_use]
    pub fn median(&self) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or_default()
    }

    /// So many percent of the samples are at most this long: the nearest rank, so one of the
    /// samples; zero if there are none. Of fewer than 100 samples the 99th is the longest.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use concurrency_demos::labs::Samples;
    /// let samples: Samples = (1..=200).map(Duration::from_millis).collect();
    /// assert_eq!(samples.percentile(99.0), Duration::from_millis(198));
    /// ```
    #[must_use]
    pub fn percentile(&self, percent: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or_default()
    }

    /// The shortest and the longest; zero if there are no samples.
    #[must_use]
    pub fn range(&self) -> (Duration, Duration) {
        let (least, most) = (self.iter().min(), self.iter().max());
        (least.unwrap_or_default(), most.unwrap_or_default())
    }

    /// The spread: the range over the median; zero if there are no samples.
    #[must_use]
    pub fn spread(&self) -> f64 {
        let (least, most) = self.range();
        (most - least).as_secs_f64() / self.median().as_secs_f64().max(1e-9)
    }
}

impl FromIterator<Duration> for Samples {
    fn from_iter<I: IntoIterator<Item = Duration>>(samples: I) -> Self {
        Samples(samples.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_lower_middle() {
        let ms = |all: &[u64]| all.iter().map(|ms| Duration::from_millis(*ms)).collect::<Samples>();
        assert_eq!(ms(&[9, 1, 5]).median(), Duration::from_millis(5));
        assert_eq!(ms(&[9, 1, 5, 4]).median(), Duration::from_millis(4));
        assert_eq!(ms(&[]).median(), Duration::ZERO);
        assert_eq!(
            [0.0, 50.0, 99.0].map(|p| ms(&[9, 1, 5, 4]).percentile(p)),
            [1, 4, 9].map(Duration::from_millis)
        );
        assert_eq!(ms(&[]).percentile(99.0), Duration::ZERO);
        assert!((ms(&[9, 1, 4]).spread() - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_spent_budget_ends_the_sampling_and_three_samples_are_sure() {
        let second = || Ok(Duration::from_secs(1));
        assert_eq!(Samples::within(100, Duration::ZERO, second).unwrap().len(), 3);
        assert_eq!(Samples::within(7, Duration::from_secs(60), second).unwrap().len(), 7);
        assert!(Samples::within(7, Duration::ZERO, || Err(Error::new("no"))).is_err());
    }
}
