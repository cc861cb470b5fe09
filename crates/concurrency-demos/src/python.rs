//! The same workloads in Python, measured beside Rust.
use crate::{Error, Job, Model, Run};

pub(crate) const NOT_FOUND: &str =
    "Python is not shown: no python3 was found on PATH (set CONCURRENCY_PYTHON to name one)";

pub(crate) struct Python;

pub(crate) fn find() -> Option<Python> {
    None
}

impl Python {
    pub fn run(&self, _model: Model, _jobs: &[Job]) -> Result<Run, Error> {
        Err(Error::new(NOT_FOUND))
    }
}
