//! What is left of a run beyond one machine.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Network;
use crate::record::{Cause, Run};

/// A run, and what only engines beyond one machine have to tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The record that every model leaves.
    pub run: Run,
    /// Who did the jobs: one for each worker of the run, in their order.
    pub seats: Vec<Seat>,
    /// Who died in it, as far as it was told.
    pub deaths: Vec<Death>,
    /// How often each job was begun: more than once where a broker delivered it again, never
    /// where everything had ended before.
    pub begun: Vec<usize>,
    /// How many results were stored: more than there are jobs where one was done twice and
    /// nobody recognised the second result.
    pub stored: usize,
    /// Where it ran, in words: which hosts, or why there is only this machine.
    pub hosts: String,
    /// Several hosts, and what lay between them; none where it was this machine alone.
    pub network: Option<Network>,
    /// How long a bare message of MPI took there and back, if some were asked for.
    pub bare: Option<Duration>,
}

/// A worker, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seat {
    /// Its place in the run: rank 1 of an MPI program is worker 0.
    pub worker: usize,
    /// The name of its host.
    pub host: String,
    /// The id of its process there.
    pub process: u32,
}

/// A worker that died.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Death {
    /// Which, if that is known; rank 0 of an MPI program, which hands out, is none.
    pub worker: Option<usize>,
    /// How its process ended.
    pub cause: Cause,
    /// What its death did to the others, in one sentence.
    pub consequence: String,
}

impl Record {
    /// How many jobs have a result.
    #[must_use]
    pub fn ended(&self) -> usize {
        self.run.results.iter().filter(|result| result.is_ok()).count()
    }

    /// How many jobs have none.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.run.results.len() - self.ended()
    }

    /// How often a job was begun that had been begun before.
    #[must_use]
    pub fn begun_again(&self) -> usize {
        self.begun.iter().map(|times| times.saturating_sub(1)).sum()
    }

    /// From when the workers were there to the last result: a start of MPI takes longer than
    /// most jobs of a lesson.
    #[must_use]
    pub fn working(&self) -> Duration {
        self.run.wall.saturating_sub(self.run.start)
    }

    /// The names of the hosts that did jobs, each once.
    #[must_use]
    pub fn busy_hosts(&self) -> Vec<&str> {
        let busy = |seat: &&Seat| self.run.spans.iter().any(|span| span.process == seat.process);
        let mut hosts: Vec<_> =
            self.seats.iter().filter(busy).map(|seat| seat.host.as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts
    }
}
