//! Engines for several machines: MPI, a message broker.

use crate::beyond::{Beyond, is_there};
use crate::error::Error;
use crate::record::{Listener, Model, Run};
use crate::work::Job;

pub(super) fn run(model: Model, jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
    is_there().map_err(Error::new)?;
    let record = Beyond::new(model).run(jobs, listener)?;
    record.map(|record| record.run).ok_or_else(|| Error::new("what it needs is not installed here"))
}
