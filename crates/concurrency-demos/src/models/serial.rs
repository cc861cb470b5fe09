//! One job after the other on the calling thread: the baseline.

use std::time::Duration;

use crate::error::Error;
use crate::record::{Listener, Model, Recorder, Run};
use crate::work::Job;

pub(super) fn run(jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
    let record = Recorder::new(Model::Serial, jobs, listener);
    let queued = record.elapsed();
    let ended = (0..jobs.len()).map(|index| record.perform(index, 0, queued)).collect();
    Ok(record.close(Duration::ZERO, ended))
}
