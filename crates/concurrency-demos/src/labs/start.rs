//! How long it takes to start one more, from the call until its first answer.

use std::thread::Builder;
use std::time::{Duration, Instant};

use super::{on_runtime, samples};
use crate::{Error, Pool};

const BUDGET: Duration = Duration::from_millis(200);
/// So many tasks make one sample: reading the clock for each would show.
const TASKS: u32 = 100;

/// A worker process, until it has said hello. Ending it is not counted.
pub(super) fn process() -> Result<Vec<Duration>, Error> {
    samples(50, BUDGET, || {
        let began = Instant::now();
        let pool = Pool::start(1)?;
        let took = began.elapsed();
        drop(pool);
        Ok(took)
    })
}

/// A thread that returns at once, until it is joined.
pub(super) fn thread() -> Result<Vec<Duration>, Error> {
    samples(500, BUDGET, || {
        let began = Instant::now();
        let thread = Builder::new()
            .spawn(|| ())
            .map_err(|error| Error::new(format!("starting a thread failed: {error}")))?;
        thread.join().expect("a thread that does nothing cannot panic");
        Ok(began.elapsed())
    })
}

/// A task that returns at once, until it is joined.
pub(super) fn task() -> Result<Vec<Duration>, Error> {
    on_runtime(|| async {
        let mut taken = Vec::new();
        for _ in 0..500 {
            let began = Instant::now();
            for _ in 0..TASKS {
                let task = tokio::spawn(async {});
                task.await.expect("a task that does nothing cannot panic");
            }
            taken.push(began.elapsed() / TASKS);
        }
        taken
    })
}
