//! The record that every run leaves, whatever model made it.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Failure, Model};
use crate::error::Error;
use crate::work::{JobName, Output};

/// What a run did, and what it cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Who did the jobs.
    pub model: Model,
    /// In which language they were done.
    pub language: Language,
    /// One result for each job, in the order of the jobs.
    pub results: Vec<Result<Output, Failure>>,
    /// One span for each job, in the order of the jobs.
    pub spans: Vec<Span>,
    /// From the call until the last result was there.
    pub wall: Duration,
    /// How much of it went by until the workers were there to take jobs. The threads that
    /// Tokio keeps for blocking calls are not in it: they start as the jobs come.
    pub start: Duration,
    /// What it took to send jobs and receive results, added up over all jobs.
    /// Zero where workers share the memory of the caller.
    pub transfer: Duration,
    /// The name of the host of each worker, where there can be several hosts; empty elsewhere.
    pub hosts: Vec<String>,
}

/// The language of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// This crate.
    Rust,
    /// The Python versions of the same workloads.
    Python,
    /// The same in a Python without interpreter lock, called free-threaded.
    FreePython,
}

/// Where and when one job was done. Times count from the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The job.
    pub job: JobName,
    /// The worker that began it, counted from 0.
    pub worker: usize,
    /// The id of the process in which it ran; 0 if none could be started for it.
    pub process: u32,
    /// The operating system's id of the thread that began it; 0 if its process was lost.
    /// A task that waits may end on another thread.
    pub thread: u64,
    /// When the job was there to be taken.
    pub queued: Duration,
    /// When a worker began it.
    pub started: Duration,
    /// When it ended.
    pub finished: Duration,
    /// How long it used a CPU. For a task that waits: how long it held its thread.
    pub cpu: Duration,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Language::Rust => "Rust",
            Language::Python => "Python",
            Language::FreePython => "Python without lock",
        })
    }
}

impl Run {
    /// The name under which it stands in figures: `2 threads`, `Python, serial`.
    #[must_use]
    pub fn label(&self) -> String {
        match self.language {
            Language::Rust => self.model.to_string(),
            language => format!("{language}, {}", self.model),
        }
    }

    /// Every output, in the order of the jobs.
    ///
    /// # Errors
    /// If any job failed: the first failure.
    pub fn outputs(&self) -> Result<Vec<Output>, Error> {
        let all = self.results.iter().cloned();
        Ok(all.collect::<Result<_, Failure>>()?)
    }

    /// The numbers that the jobs computed, in the order of the jobs.
    ///
    /// # Errors
    /// If any job failed, or gave something that is no number.
    pub fn numbers(&self) -> Result<Vec<u64>, Error> {
        let number = |output| match output {
            Output::Number(number) => Ok(number),
            other => Err(Error::new(format!("a job gave \"{other}\", which is no number"))),
        };
        self.outputs()?.into_iter().map(number).collect()
    }

    /// The failures of the run, in the order of the jobs.
    #[must_use]
    pub fn failures(&self) -> Vec<Failure> {
        let all = self.results.iter();
        all.filter_map(|result| result.as_ref().err().cloned()).collect()
    }

    /// The sum of all spans: what one worker would need for the jobs, if each had a core of
    /// its own.
    #[must_use]
    pub fn work(&self) -> Duration {
        self.spans.iter().map(Span::duration).sum()
    }

    /// The CPU time of all jobs.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        self.spans.iter().map(|span| span.cpu).sum()
    }

    /// The longest span: no number of workers makes the run shorter than this.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.spans.iter().map(Span::duration).max().unwrap_or_default()
    }

    /// The largest number of jobs that were in progress at the same moment.
    #[must_use]
    pub fn in_progress(&self) -> usize {
        // What ends at a moment makes room for what begins at it; but what begins and ends
        // at the same moment was in progress then.
        const END: u8 = 0;
        const START: u8 = 1;
        const END_OF_MOMENT: u8 = 2;
        let starts = self.spans.iter().map(|span| (span.started, START));
        let ends = self.spans.iter().map(|span| match span.duration() {
            Duration::ZERO => (span.started, END_OF_MOMENT),
            _ => (span.finished, END),
        });
        let mut events: Vec<(Duration, u8)> = starts.chain(ends).collect();
        events.sort_unstable();
        let running = events.into_iter().scan(0_usize, |now, (_, event)| {
            *now = if event == START { *now + 1 } else { *now - 1 };
            Some(*now)
        });
        running.max().unwrap_or(0)
    }

    /// The ids of the processes that did the jobs, each once.
    #[must_use]
    pub fn processes(&self) -> Vec<u32> {
        distinct(self.spans.iter().map(|span| span.process))
    }

    /// The operating system's ids of the threads that did the jobs, each once.
    #[must_use]
    pub fn threads(&self) -> Vec<u64> {
        distinct(self.spans.iter().map(|span| span.thread))
    }
}

/// Each id once, without the 0 of a job that had no process or has lost it.
pub(crate) fn distinct<Id: Ord + Default>(ids: impl Iterator<Item = Id>) -> Vec<Id> {
    BTreeSet::from_iter(ids.filter(|id| *id != Id::default())).into_iter().collect()
}

impl Span {
    /// From start to end.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.finished.saturating_sub(self.started)
    }

    /// The share of the span that was spent on a CPU, from 0 to 1.
    #[must_use]
    pub fn cpu_share(&self) -> f64 {
        let length = self.duration().as_secs_f64();
        if length == 0.0 { 0.0 } else { (self.cpu.as_secs_f64() / length).min(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of jobs from and to these milliseconds, the first one lost by its process.
    fn run(spans: &[(u64, u64)]) -> Run {
        let span = |(index, &(from, to)): (usize, &(u64, u64))| Span {
            job: JobName::Fib(1),
            worker: 0,
            process: 7 * index as u32,
            thread: 7 * index as u64,
            queued: Duration::ZERO,
            started: Duration::from_millis(from),
            finished: Duration::from_millis(to),
            cpu: Duration::ZERO,
        };
        Run {
            model: Model::Serial,
            language: Language::Rust,
            results: vec![Ok(Output::Nothing); spans.len()],
            spans: spans.iter().enumerate().map(span).collect(),
            wall: Duration::ZERO,
            start: Duration::ZERO,
            transfer: Duration::ZERO,
            hosts: Vec::new(),
        }
    }

    #[test]
    fn what_takes_no_time_was_in_progress_too() {
        assert_eq!(run(&[(5, 5)]).in_progress(), 1);
        assert_eq!(run(&[(5, 5), (5, 5)]).in_progress(), 2);
        assert_eq!(run(&[(0, 5), (5, 5), (5, 9)]).in_progress(), 2);
    }

    #[test]
    fn what_ends_makes_room_for_what_begins() {
        assert_eq!(run(&[(0, 5), (5, 9)]).in_progress(), 1);
        assert_eq!(run(&[(0, 6), (5, 9), (8, 9)]).in_progress(), 2);
        assert_eq!(run(&[]).in_progress(), 0);
    }

    #[test]
    fn a_job_without_a_process_counts_for_none() {
        let run = run(&[(0, 1), (1, 2), (2, 3)]);
        assert_eq!((run.processes(), run.threads()), (vec![7, 14], vec![7, 14]));
    }
}
