//! Who hears of a run while it goes on.

use std::sync::Arc;
use std::time::Duration;

use super::{Failure, Model, Watch};
use crate::work::{Job, Output};

/// Hears of each job as it ends, from whichever thread sees it first. What it does counts as
/// a part of the run: let it be short. By default it does nothing.
///
/// If [`ended`](Listener::ended) panics, the panic is reported as any other is, the run goes
/// on, and the listener hears no more of its jobs, but for what another thread was about to tell
/// it (`src/pool/schedules`, in thousands of schedules). A panic in
/// [`progress`](Listener::progress) reaches the caller of the measurement.
pub trait Listener: Sync {
    /// A job has ended.
    fn ended(&self, job: &Job, result: &Result<Output, Failure>) {
        let _ = (job, result);
    }

    /// Something long has made a step.
    fn progress(&self, progress: &Progress<'_>) {
        let _ = progress;
    }

    /// A run of these jobs by this model is about to start: whoever wants to see where each of
    /// them begins and ends watches it.
    fn watch(&self, model: Model, jobs: &[Job]) -> Option<Arc<dyn Watch>> {
        let _ = (model, jobs);
        None
    }
}

/// How far something long has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress<'a> {
    /// Which of all long things in this program: a number that no other one has.
    pub id: u64,
    /// How many steps are done: none when it starts, all of them when it is over.
    pub done: usize,
    /// How many steps there are.
    pub steps: usize,
    /// Time since it started.
    pub elapsed: Duration,
    /// How much longer it takes if the steps to come are like those done; `None` before the
    /// first is done.
    pub left: Option<Duration>,
    /// What was found out last, if that is worth a line.
    pub found: Option<&'a str>,
    /// Whether this step has found it.
    pub is_new: bool,
}

impl Progress<'_> {
    /// The part of the work that is done, from 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        let past = self.elapsed.as_secs_f64();
        let share = self.left.map(|left| past / (past + left.as_secs_f64()).max(1e-9));
        share.unwrap_or(0.0)
    }
}

/// Says nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Listener for Silent {}
