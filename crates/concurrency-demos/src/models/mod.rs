//! One file for each model. Compare two of them: what differs is the model.
//!
//! Each `run` takes the same jobs and returns the same record.

pub(crate) mod processes;
pub(crate) mod rayon;
pub(crate) mod serial;
pub(crate) mod tasks;
pub(crate) mod threads;
