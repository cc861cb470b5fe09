//! How the jobs of a run get to the workers of a pool.

use std::path::Path;
use std::time::Duration;

use super::place::{Done, Place};
use super::process::Process;
use super::sync::atomic::AtomicUsize;
use super::thread::{self, ScopedJoinHandle};
use super::{Gate, Queue, Recorder, spawn_all};
use crate::error::Error;
use crate::record::{Ledger, Run};

/// Has the jobs of a record done, by a thread for each worker. Each job ends once.
pub fn dispatch(
    workers: &mut [Option<Process>],
    binary: &Path,
    limit: Option<Duration>,
    record: &Recorder,
) -> Result<Run, Error> {
    let (queue, gate) = (&Queue::new(record.jobs()), &Gate::default());
    let living = AtomicUsize::new(workers.len());
    let mut places = Place::all(workers, binary, limit, &living);
    let first = places.remove(0);
    let serve = |place: Place<'_>| Some(place.serve_all(record, queue, gate.pass()?));
    let (done, start) = thread::scope(|scope| {
        let mut places = places.into_iter();
        let (count, work) = (places.len(), |_| {
            let place = places.next().expect("a thread for each place");
            move || serve(place)
        });
        let threads = spawn_all(scope, gate, "pool", count, work)?;
        let start = record.elapsed();
        gate.open(start);
        // The calling thread takes a place too: a pool of one needs no other.
        let done = serve(first).into_iter();
        let join = |thread: ScopedJoinHandle<'_, _>| thread.join().expect("it never panics");
        let done = done.chain(threads.into_iter().filter_map(join));
        Ok::<_, Error>((done.flatten().collect::<Vec<Done>>(), start))
    })?;
    let transfer = done.iter().map(|done| done.transfer).sum();
    let ended: Ledger = done.into_iter().map(|done| done.ended).collect();
    Ok(record.close(start, ended.with_transfer(transfer)))
}
