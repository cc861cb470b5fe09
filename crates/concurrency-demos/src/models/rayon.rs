//! A Rayon pool of its own, dropped at the end: threads that steal work from
//! each other. Rayon's global pool is left alone, so runs cannot disturb each
//! other.

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use crate::error::Error;
use crate::record::{Ended, Listener, Model, Recorder, Run};
use crate::system::room::limit_of_threads;
use crate::work::Job;

pub(super) fn run(jobs: &[Job], workers: usize, listener: &dyn Listener) -> Result<Run, Error> {
    let record = Recorder::new(Model::Rayon(workers), jobs, listener);
    let named = |index| format!("rayon-{index}");
    let builder = ThreadPoolBuilder::new().num_threads(workers).thread_name(named);
    let pool = builder.build().map_err(|error| {
        let limit = limit_of_threads();
        Error::new(format!(
            "starting {workers} Rayon threads failed: {error}. Of what a thread takes, \
                 {limit}: use fewer threads"
        ))
    })?;
    let start = record.elapsed();
    let perform = |index| {
        let worker = rayon::current_thread_index().expect("install runs inside the pool");
        record.perform(index, worker, start)
    };
    // One job is one piece of work: without the limit a thread may keep several.
    let each = (0..jobs.len()).into_par_iter().with_max_len(1);
    let ended: Vec<Ended> = pool.install(|| each.map(perform).collect());
    Ok(record.close(start, ended.into_iter().collect()))
}
