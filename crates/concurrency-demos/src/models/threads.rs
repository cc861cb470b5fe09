//! OS threads: one for each job, or a pool that takes the jobs from one queue.
//!
//! All threads are scoped: they have ended, and their results are in hand,
//! when the function returns. None begins a job before all of them are there.

use std::thread::{self, ScopedJoinHandle};

use crate::error::Error;
use crate::record::{Ended, Listener, Model, Queue, Recorder, Run};
use crate::system::{Gate, spawn_all};
use crate::work::Job;

/// A pool: each of the `workers` threads takes the next job until none is left.
pub(super) fn run(jobs: &[Job], workers: usize, listener: &dyn Listener) -> Result<Run, Error> {
    let record = Recorder::new(Model::Threads(workers), jobs, listener);
    let (gate, queue) = (Gate::default(), Queue::new(jobs.len()));
    thread::scope(|scope| {
        let (record, gate, queue) = (&record, &gate, &queue);
        let work = |worker| {
            move || -> Option<Vec<Ended>> {
                let queued = gate.pass()?;
                Some(queue.map(|index| record.perform(index, worker, queued)).collect())
            }
        };
        let threads = spawn_all(scope, gate, "thread", workers, work)?;
        let start = record.elapsed();
        gate.open(start);
        let ended = threads.into_iter().filter_map(join).flatten().collect();
        Ok(record.close(start, ended))
    })
}

/// A new thread for each job, as the source does it.
pub(super) fn run_each(jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
    let record = Recorder::new(Model::ThreadPerJob, jobs, listener);
    let gate = Gate::default();
    thread::scope(|scope| {
        let (record, gate) = (&record, &gate);
        let work = |index| move || Some(record.perform(index, index, gate.pass()?));
        let threads = spawn_all(scope, gate, "thread", jobs.len(), work)?;
        let start = record.elapsed();
        gate.open(start);
        let ended = threads.into_iter().filter_map(join).collect();
        Ok(record.close(start, ended))
    })
}

fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().expect("a job's panic is caught where the job is done")
}
