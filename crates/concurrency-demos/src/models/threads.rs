//! OS threads: one for each job, or a pool that takes the jobs from one queue.
//!
//! All threads are scoped: they have ended, and their results are in hand,
//! when the function returns.

use std::thread::{Builder, Scope, ScopedJoinHandle};

use crate::queue::Queue;
use crate::record::{Ended, Recorder};
use crate::{Error, Job, Listener, Model, Run};

/// A pool: each of the `workers` threads takes the next job until none is left.
pub(crate) fn run(jobs: &[Job], workers: usize, listener: &dyn Listener) -> Result<Run, Error> {
    let record = Recorder::new(jobs, listener);
    let queue = Queue::new(jobs.len());
    let queued = record.elapsed();
    std::thread::scope(|scope| {
        let (record, queue) = (&record, &queue);
        let work = |worker| {
            move || -> Vec<Ended> {
                queue.map(|index| record.perform(index, worker, queued)).collect()
            }
        };
        let threads = spawn_all(scope, workers, work)?;
        let start = record.elapsed();
        let ended = threads.into_iter().flat_map(join).collect();
        Ok(record.close(Model::Threads(workers), start, ended))
    })
}

/// A new thread for each job, as the source does it.
pub(crate) fn run_each(jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
    let record = Recorder::new(jobs, listener);
    let queued = record.elapsed();
    std::thread::scope(|scope| {
        let record = &record;
        let work = |index| move || record.perform(index, index, queued);
        let threads = spawn_all(scope, jobs.len(), work)?;
        let start = record.elapsed();
        let ended = threads.into_iter().map(join).collect();
        Ok(record.close(Model::ThreadPerJob, start, ended))
    })
}

fn spawn_all<'scope, F, T>(
    scope: &'scope Scope<'scope, '_>,
    count: usize,
    work: impl Fn(usize) -> F,
) -> Result<Vec<ScopedJoinHandle<'scope, T>>, Error>
where
    F: FnOnce() -> T + Send + 'scope,
    T: Send + 'scope,
{
    let spawn = |index: usize| {
        let builder = Builder::new().name(format!("thread-{index}"));
        builder.spawn_scoped(scope, work(index)).map_err(|error| {
            Error::new(format!(
                "starting thread {} of {count} failed: {error}. The limit is the machine's \
                 (ulimit -u, the cgroup's pids.max); use fewer threads",
                index + 1
            ))
        })
    };
    (0..count).map(spawn).collect()
}

fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().expect("a job's panic is caught where the job is done")
}
