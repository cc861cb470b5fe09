//! How long it takes to start one more, from the call until its first answer.

use std::time::{Duration, Instant};

use super::{Samples, on_one_thread};
use crate::error::Error;
use crate::pool::Pool;
use crate::system::spawn;

const BUDGET: Duration = Duration::from_millis(200);
/// So many tasks make one sample: reading the clock for each would show.
const TASKS: u32 = 100;

/// A worker process, until it has said hello. Ending it is not counted.
pub(super) fn process() -> Result<Samples, Error> {
    Samples::within(50, BUDGET, || {
        let began = Instant::now();
        let pool = Pool::start(1)?;
        let took = began.elapsed();
        drop(pool);
        Ok(took)
    })
}

/// A thread that returns at once, until it is joined.
pub(super) fn thread() -> Result<Samples, Error> {
    Samples::within(500, BUDGET, || {
        let began = Instant::now();
        let thread = spawn("started", || ())?;
        thread.join().expect("a thread that does nothing cannot panic");
        Ok(began.elapsed())
    })
}

/// A task that returns at once, until it is joined.
pub(super) fn task() -> Result<Samples, Error> {
    on_one_thread(async || {
        let mut taken = Vec::new();
        for _ in 0..500 {
            let began = Instant::now();
            for _ in 0..TASKS {
                let task = tokio::spawn(async {});
                task.await.expect("a task that does nothing cannot panic");
            }
            taken.push(began.elapsed() / TASKS);
        }
        taken.into_iter().collect()
    })
}
