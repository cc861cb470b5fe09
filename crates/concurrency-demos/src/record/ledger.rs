//! The jobs of a run that have ended.

use std::time::Duration;

use super::{Failure, Span};
use crate::work::Output;

/// One job that has ended.
pub(crate) struct Ended {
    pub index: usize,
    pub span: Span,
    pub result: Result<Output, Failure>,
}

/// The jobs that have ended, each in the place that it has in the job list.
///
/// Spans and results are in two lists from the start: sorting whole entries and
/// splitting them at the end would need their memory twice.
pub(crate) struct Ledger {
    pub spans: Vec<Option<Span>>,
    pub results: Vec<Option<Result<Output, Failure>>>,
    pub transfer: Duration,
}

impl Ledger {
    /// One with room for so many jobs.
    pub fn new(jobs: usize) -> Self {
        Ledger { spans: vec![None; jobs], results: vec![None; jobs], transfer: Duration::ZERO }
    }

    /// The same, with what the transfer of jobs and results took.
    pub fn with_transfer(self, transfer: Duration) -> Self {
        Ledger { transfer, ..self }
    }

    pub fn enter(&mut self, ended: Ended) {
        let Ended { index, span, result } = ended;
        self.spans[index] = Some(span);
        self.results[index] = Some(result);
    }
}

impl FromIterator<Ended> for Ledger {
    /// All the jobs of a run, in any order.
    fn from_iter<I: IntoIterator<Item = Ended>>(all: I) -> Self {
        let all: Vec<Ended> = all.into_iter().collect();
        let mut ledger = Ledger::new(all.len());
        all.into_iter().for_each(|ended| ledger.enter(ended));
        ledger
    }
}
