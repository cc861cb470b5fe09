//! A pool of worker processes, started for this run and ended with it.

use crate::error::Error;
use crate::pool::Pool;
use crate::record::{Listener, Model, Recorder, Run};
use crate::work::Job;

pub(super) fn run(jobs: &[Job], workers: usize, listener: &dyn Listener) -> Result<Run, Error> {
    let record = Recorder::new(Model::Processes(workers), jobs, listener);
    Pool::start(workers)?.run_recorded(&record)
}
