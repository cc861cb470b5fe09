//! A pool of worker processes, started for this run and ended with it.

use crate::record::Recorder;
use crate::{Error, Job, Listener, Pool, Run};

pub(crate) fn run(jobs: &[Job], workers: usize, listener: &dyn Listener) -> Result<Run, Error> {
    let record = Recorder::new(jobs, listener);
    let mut pool = Pool::start(workers)?;
    let start = record.elapsed();
    Ok(pool.run_recorded(&record, jobs.len(), start))
}
