//! Tokio tasks: all on one thread, on several, or on the threads that Tokio
//! keeps for blocking calls.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::Instant;

use crate::error::Error;
use crate::record::{Ledger, Listener, Model, Recorder, Run, Silent, Tasks, watched};
use crate::system::{on_runtime, try_threads};
use crate::work::Job;

/// A task for each job on a runtime of `workers` threads. A job that computes
/// keeps its thread until it is done.
pub(super) fn run(jobs: &[Job], workers: usize, listener: &dyn Listener) -> Result<Run, Error> {
    // Tokio hangs where one of its workers cannot be started.
    try_threads(workers)?;
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers).thread_name("async");
    run_on(builder, Model::AsyncThreads(workers), jobs, listener, spawn_task)
}

/// A task for each job, all of them on one thread.
pub(super) fn run_on_one_thread(jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
    run_on(Builder::new_current_thread(), Model::Async, jobs, listener, spawn_task)
}

/// The same on Tokio's paused clock, which stands still while a task runs and jumps to the next
/// timer when all of them wait; and how long it took by that clock.
pub(super) fn run_paused(jobs: &[Job]) -> Result<(Duration, Run), Error> {
    let mut builder = Builder::new_current_thread();
    builder.start_paused(true);
    let owned = jobs.to_vec();
    let record = Recorder::new(Model::Async, jobs, &Silent);
    on_runtime(builder, |runtime| {
        runtime.block_on(async {
            let began = Instant::now();
            let ended = spawn_and_join(&record, owned, spawn_task).await;
            (began.elapsed(), record.close(Duration::ZERO, ended))
        })
    })
}

/// Each job on one of `workers` threads for blocking calls; the one thread of
/// the runtime stays free.
pub(super) fn run_blocking(
    jobs: &[Job],
    workers: usize,
    listener: &dyn Listener,
) -> Result<Run, Error> {
    // Tokio would go on with fewer of them, and the record would not say so.
    try_threads(workers)?;
    let mut builder = Builder::new_current_thread();
    builder.max_blocking_threads(workers).thread_name("blocking");
    run_on(builder, Model::AsyncBlocking(workers), jobs, listener, |tasks, index| {
        tokio::task::spawn_blocking(move || tasks.block(index));
    })
}

/// Does a job inside a task: a dish waits without a thread, all else keeps one.
async fn perform(tasks: Arc<Tasks>, index: usize) {
    match tasks.waiting(index) {
        Some(time) => {
            tasks.began(index);
            let mut sleep = pin!(tokio::time::sleep(time));
            let waited = watched(sleep.as_mut()).await;
            tasks.waited(index, &waited);
        }
        None => tasks.block(index),
    }
}

fn spawn_task(tasks: Arc<Tasks>, index: usize) {
    tokio::spawn(perform(tasks, index));
}

fn run_on(
    builder: Builder,
    model: Model,
    jobs: &[Job],
    listener: &dyn Listener,
    spawn: impl Fn(Arc<Tasks>, usize) + Send,
) -> Result<Run, Error> {
    // Tasks own their jobs. The copy is no part of the run: no other model makes one.
    let owned = jobs.to_vec();
    let record = Recorder::new(model, jobs, listener);
    on_runtime(builder, |runtime| {
        let start = record.elapsed();
        let ended = runtime.block_on(spawn_and_join(&record, owned, spawn));
        record.close(start, ended)
    })
}

/// After so many spawns the tasks get their turn: the first of a million has
/// begun long before the last is spawned, and is still in the cache.
const SPAWNED_AT_ONCE: usize = 32;

/// Spawns a task for each job and hears of each as it ends.
///
/// (Tokio's `JoinSet` does it too, with one more allocation for each task.)
async fn spawn_and_join(
    record: &Recorder<'_>,
    jobs: Vec<Job>,
    spawn: impl Fn(Arc<Tasks>, usize),
) -> Ledger {
    let (queued, count) = (record.elapsed(), jobs.len());
    let (tasks, join) = Tasks::new(jobs, record, queued);
    for index in 0..count {
        spawn(tasks.clone(), index);
        if index % SPAWNED_AT_ONCE == SPAWNED_AT_ONCE - 1 {
            tokio::task::yield_now().await;
        }
    }
    drop(tasks);
    join.all(record).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::breakfast;

    /// In virtual time the schedule is exact, and takes no time.
    #[test]
    fn breakfast_for_a_thousand_takes_five_virtual_seconds() {
        let jobs = breakfast::order(1000, 1.0).unwrap();
        let (took, run) = run_paused(&jobs).unwrap();
        assert_eq!(took, Duration::from_secs(5));
        for (job, span) in jobs.iter().zip(&run.spans) {
            assert_eq!(span.duration(), job.waiting());
        }
    }
}
