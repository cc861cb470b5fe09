//! Labs: experiments on the models themselves. Each leaves a record from which
//! its figure is drawn.

mod costs;
mod crowd;
mod memory;
mod published;
mod speed_up;
mod start;
mod transfer;

pub use costs::{Cost, Costs};
pub(crate) use crowd::seconds_or_days;
pub use crowd::{Crowd, Waited};
pub(crate) use memory::{bytes, held_by};
pub(crate) use published::{PUBLISHED, Published, PublishedCost};
pub use speed_up::SpeedUp;

use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;

use crate::Error;

/// Calls until there are `most` samples or the `budget` is spent, but three
/// times at least.
fn samples(
    most: usize,
    budget: Duration,
    mut call: impl FnMut() -> Result<Duration, Error>,
) -> Result<Vec<Duration>, Error> {
    let began = Instant::now();
    let mut samples = Vec::new();
    while samples.len() < 3 || (samples.len() < most && began.elapsed() < budget) {
        samples.push(call()?);
    }
    Ok(samples)
}

/// The median, the lower one of the middle two; zero if there are no samples.
fn median(samples: &[Duration]) -> Duration {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// An amount of memory in words.
fn memory_told(memory: Option<u64>) -> String {
    memory.map_or_else(|| "not measured".to_owned(), bytes)
}

/// Runs an async lab on a runtime with one thread of its own, so that it works
/// inside and outside of another runtime.
fn on_runtime<T, F>(lab: impl FnOnce() -> F + Send) -> Result<T, Error>
where
    T: Send,
    F: Future<Output = T>,
{
    let work = || {
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime =
            runtime.map_err(|error| Error::new(format!("starting the runtime failed: {error}")))?;
        Ok(runtime.block_on(lab()))
    };
    thread::scope(|scope| scope.spawn(work).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_lower_middle() {
        let ms = |all: &[u64]| all.iter().map(|ms| Duration::from_millis(*ms)).collect::<Vec<_>>();
        assert_eq!(median(&ms(&[9, 1, 5])), Duration::from_millis(5));
        assert_eq!(median(&ms(&[9, 1, 5, 4])), Duration::from_millis(4));
        assert_eq!(median(&[]), Duration::ZERO);
    }

    #[test]
    fn a_spent_budget_ends_the_sampling_and_three_samples_are_sure() {
        let second = || Ok(Duration::from_secs(1));
        assert_eq!(samples(100, Duration::ZERO, second).unwrap().len(), 3);
        assert_eq!(samples(7, Duration::from_secs(60), second).unwrap().len(), 7);
        assert!(samples(7, Duration::ZERO, || Err(Error::new("no"))).is_err());
    }
}
