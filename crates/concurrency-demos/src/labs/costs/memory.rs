//! How much memory one more keeps while it waits. A thread or task is measured among many, by
//! how much a new worker process grows.

use crate::error::Error;
use crate::pool::{Pool, Waiting};
use crate::system::memory::own_of;

/// So many threads are waiting while the memory is read: the differences of
/// single pages even out, and every machine allows as many.
const THREADS: usize = 256;
const TASKS: usize = 100_000;

/// What a worker process that waits for its first job holds of its own: the pages of its
/// program it shares with all that run the same one.
pub(super) fn of_a_process() -> Result<Option<u64>, Error> {
    let pool = Pool::start(1)?;
    Ok(pool.processes().first().and_then(|process| own_of(*process)))
}

/// By how much a process grows for each thread that waits.
pub(super) fn of_a_thread() -> Result<Option<u64>, Error> {
    Ok(Pool::growth(Waiting::Threads(THREADS))?.map(|grown| grown / THREADS as u64))
}

/// By how much a process grows for each task that sleeps.
pub(super) fn of_a_task() -> Result<Option<u64>, Error> {
    Ok(Pool::growth(Waiting::Tasks(TASKS))?.map(|grown| grown / TASKS as u64))
}
