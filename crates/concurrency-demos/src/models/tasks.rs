//! Tokio tasks: all on one thread, on several, or on the threads that Tokio
//! keeps for blocking calls.
//!
//! The runtime lives on a scoped thread of its own. Built on the calling
//! thread it would panic wherever that thread already drives a runtime, as a
//! notebook does once a cell has used `.await`.

use std::future::poll_fn;
use std::pin::pin;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::queue::in_job_order;
use crate::record::{Ended, Recorder, Timing, perform};
use crate::{Error, Job, Listener, Model, Output, Run, clock};

/// A task for each job on a runtime of `workers` threads. A job that computes
/// keeps its thread until it is done.
pub(crate) fn run(jobs: &[Job], workers: usize, listener: &dyn Listener) -> Result<Run, Error> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers).thread_name("async");
    run_on(builder, Model::AsyncThreads(workers), jobs, listener, spawn_task)
}

/// A task for each job, all of them on one thread.
pub(crate) fn run_on_one_thread(jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
    let builder = Builder::new_current_thread();
    run_on(builder, Model::Async, jobs, listener, spawn_task)
}

/// Each job on one of `workers` threads for blocking calls; the one thread of
/// the runtime stays free.
pub(crate) fn run_blocking(
    jobs: &[Job],
    workers: usize,
    listener: &dyn Listener,
) -> Result<Run, Error> {
    let mut builder = Builder::new_current_thread();
    builder.max_blocking_threads(workers).thread_name("blocking");
    let spawn = |tasks: &mut Tasks, index, job: Job| {
        tasks.spawn_blocking(move || (index, perform(&job)));
    };
    run_on(builder, Model::AsyncBlocking(workers), jobs, listener, spawn)
}

/// A task cannot borrow from its caller, so it owns its job and hands back
/// which one it was.
type Tasks = JoinSet<(usize, (Timing, Result<Output, String>))>;

fn spawn_task(tasks: &mut Tasks, index: usize, job: Job) {
    tasks.spawn(async move { (index, perform_async(job).await) });
}

fn run_on(
    mut builder: Builder,
    model: Model,
    jobs: &[Job],
    listener: &dyn Listener,
    spawn: impl Fn(&mut Tasks, usize, Job) + Send,
) -> Result<Run, Error> {
    let record = Recorder::new(jobs, listener);
    let work = || {
        let runtime = builder
            .enable_time()
            .build()
            .map_err(|error| Error::new(format!("starting the runtime failed: {error}")))?;
        let start = record.elapsed();
        let ended = runtime.block_on(spawn_and_join(&record, jobs, spawn));
        Ok(record.close(model, start, ended))
    };
    let ended = std::thread::scope(|scope| scope.spawn(work).join());
    ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Spawns a task for each job and hears of each as it ends.
async fn spawn_and_join(
    record: &Recorder<'_>,
    jobs: &[Job],
    spawn: impl Fn(&mut Tasks, usize, Job),
) -> Vec<Ended> {
    let queued = record.elapsed();
    let mut tasks = JoinSet::new();
    for (index, job) in jobs.iter().enumerate() {
        spawn(&mut tasks, index, job.clone());
    }
    let mut workers = Workers::default();
    let mut ended = Vec::with_capacity(jobs.len());
    while let Some(task) = tasks.join_next().await {
        let (index, (timing, result)) = task.expect("a job's panic is caught inside its task");
        let result = result.map_err(crate::Cause::Panicked);
        let worker = workers.index_of(timing.thread);
        let process = std::process::id();
        ended.push((index, record.ended(index, worker, process, queued, timing, result)));
    }
    in_job_order(ended.into_iter())
}

/// Does a job inside a task: dishes wait without a thread, all else blocks.
async fn perform_async(job: Job) -> (Timing, Result<Output, String>) {
    let Job::Cook { dish, time } = job else {
        return perform(&job);
    };
    let started = clock::now();
    let waited_from = tokio::time::Instant::now();
    let held = wait(time).await;
    let timing = Timing {
        thread: clock::thread_id(),
        started,
        // Tokio's clock, so that virtual time gives exact spans.
        finished: started + waited_from.elapsed(),
        cpu: held,
    };
    (timing, Ok(Output::Ready(dish)))
}

/// Waits, and returns how long the waiting held its thread. Asking for the
/// thread's CPU time instead would cost more than the wait itself.
async fn wait(time: Duration) -> Duration {
    let mut sleep = pin!(tokio::time::sleep(time));
    let mut held = Duration::ZERO;
    poll_fn(|context| {
        let polled = Instant::now();
        let poll = sleep.as_mut().poll(context);
        held += polled.elapsed();
        poll
    })
    .await;
    held
}

/// Numbers the threads in the order in which they are first heard of.
#[derive(Default)]
struct Workers(Vec<u64>);

impl Workers {
    fn index_of(&mut self, thread: u64) -> usize {
        let known = self.0.iter().position(|known| *known == thread);
        known.unwrap_or_else(|| {
            self.0.push(thread);
            self.0.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Silent, breakfast};

    /// In virtual time the schedule is exact, and takes no time.
    #[tokio::test(start_paused = true)]
    async fn breakfast_for_a_thousand_takes_five_virtual_seconds() {
        let jobs = breakfast::order(1000, 1.0).unwrap();
        let record = Recorder::new(&jobs, &Silent);
        let began = tokio::time::Instant::now();
        let ended = spawn_and_join(&record, &jobs, spawn_task).await;
        assert_eq!(began.elapsed(), Duration::from_secs(5));
        for (job, ended) in jobs.iter().zip(&ended) {
            assert_eq!(ended.span.duration(), job.waiting());
        }
    }
}
