//! Engines for several machines: MPI, a message broker.

use crate::beyond::Beyond;
use crate::error::Error;
use crate::record::{Listener, Model, Run};
use crate::work::Job;

pub(super) fn run(model: Model, jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
    let record = Beyond::new(model).run_or_say_why(jobs, listener)?;
    record.map(|record| record.run).map_err(Error::new)
}
