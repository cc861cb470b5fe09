//! Tokio tasks: all on one thread, on several, or on the threads that Tokio
//! keeps for blocking calls.
//!
//! The runtime lives on the calling thread, or, where that thread already
//! drives one, as a notebook does once a cell has used `.await`, on a scoped
//! thread of its own: a runtime inside a runtime would panic. (Always a thread
//! of its own would be simpler, but memory is dearer there: glibc lets its heap
//! grow page by page.)

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use crate::record::{Ledger, Recorder, Timing, perform};
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
    let spawn = |shared: Arc<Shared>, index| {
        tokio::task::spawn_blocking(move || shared.ended(index, perform(&shared.jobs[index])));
    };
    run_on(builder, Model::AsyncBlocking(workers), jobs, listener, spawn)
}

/// What the tasks of a run share. A task cannot borrow from its caller, so
/// this owns a copy of the jobs.
struct Shared {
    jobs: Vec<Job>,
    done: UnboundedSender<Done>,
    clocks: Clocks,
}

/// Which job has ended, and how.
type Done = (usize, (Timing, Result<Output, String>));

impl Shared {
    /// Says that a job has ended. Nobody listens only if the run has failed.
    fn ended(&self, index: usize, how: (Timing, Result<Output, String>)) {
        let _ = self.done.send((index, how));
    }
}

/// Does a job inside a task: dishes wait without a thread, all else blocks.
///
/// One flat block that keeps as little as it can while it waits: a million
/// tasks keep it a million times.
fn spawn_task(shared: Arc<Shared>, index: usize) {
    tokio::spawn(async move {
        let Job::Cook { time, .. } = shared.jobs[index] else {
            return shared.ended(index, perform(&shared.jobs[index]));
        };
        let mut sleep = pin!(tokio::time::sleep(time));
        // How long the waiting held its thread. Asking for the thread's CPU
        // time instead would cost more than the wait itself.
        let mut held_nanos = 0;
        let cooked = poll_fn(move |context| {
            let polled = Instant::now();
            let poll = sleep.as_mut().poll(context);
            let left = Instant::now();
            held_nanos += (left - polled).as_nanos() as u64;
            let held = Duration::from_nanos(held_nanos);
            poll.map(|()| Cooked { deadline: sleep.deadline(), finished: left, held })
        })
        .await;
        shared.ended(index, shared.account(index, &cooked));
    });
}

fn run_on(
    mut builder: Builder,
    model: Model,
    jobs: &[Job],
    listener: &dyn Listener,
    spawn: impl Fn(Arc<Shared>, usize) + Send,
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
    if Handle::try_current().is_err() {
        return work();
    }
    let ended = std::thread::scope(|scope| scope.spawn(work).join());
    ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// After so many spawns the tasks get their turn: the first of a million has
/// begun long before the last is spawned, and is still in the cache.
const SPAWNED_AT_ONCE: usize = 32;

/// Spawns a task for each job and hears of each as it ends.
///
/// (Tokio's `JoinSet` does it too, with one more allocation for each task.)
async fn spawn_and_join(
    record: &Recorder<'_>,
    jobs: &[Job],
    spawn: impl Fn(Arc<Shared>, usize),
) -> Ledger {
    let queued = record.elapsed();
    let (done, mut all_done) = unbounded_channel();
    let shared = Arc::new(Shared { jobs: jobs.to_vec(), done, clocks: Clocks::now() });
    for index in 0..jobs.len() {
        spawn(shared.clone(), index);
        if index % SPAWNED_AT_ONCE == SPAWNED_AT_ONCE - 1 {
            tokio::task::yield_now().await;
        }
    }
    drop(shared);
    let process = std::process::id();
    let mut workers = Workers::default();
    let mut ended = Ledger::new(jobs.len());
    while let Some((index, (timing, result))) = all_done.recv().await {
        let result = result.map_err(crate::Cause::Panicked);
        let worker = workers.index_of(timing.thread);
        ended.enter(record.ended(index, worker, process, queued, timing, result));
    }
    ended
}

/// How the waiting for a dish went, on Tokio's clock.
struct Cooked {
    /// When its time was over: this much after its start.
    deadline: Instant,
    finished: Instant,
    held: Duration,
}

impl Shared {
    fn account(&self, index: usize, cooked: &Cooked) -> (Timing, Result<Output, String>) {
        let Job::Cook { dish, time } = self.jobs[index] else {
            unreachable!("only dishes are cooked");
        };
        let timing = Timing {
            thread: clock::thread_id(),
            started: self.clocks.translate(cooked.deadline) - time,
            finished: self.clocks.translate(cooked.finished),
            cpu: cooked.held,
        };
        (timing, Ok(Output::Ready(dish)))
    }
}

/// The same moment on Tokio's clock and on ours. Tokio's can be virtual, and
/// spans are then exact.
struct Clocks {
    tokio: Instant,
    ours: Duration,
}

impl Clocks {
    fn now() -> Clocks {
        Clocks { tokio: Instant::now(), ours: clock::now() }
    }

    fn translate(&self, instant: Instant) -> Duration {
        self.ours + (instant - self.tokio)
    }
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
        let run = record.close(Model::Async, Duration::ZERO, ended);
        for (job, span) in jobs.iter().zip(&run.spans) {
            assert_eq!(span.duration(), job.waiting());
        }
    }
}
