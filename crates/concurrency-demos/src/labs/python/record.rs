//! What Python answers, turned into the record that every run leaves.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::record::{Language, Model, Run, Span};
use crate::work::{Job, Output};

/// What Python answers. All times are nanoseconds of the monotonic clock.
#[derive(Deserialize)]
pub(super) struct Record {
    began: u64,
    ended: u64,
    spans: Vec<Done>,
}

#[derive(Deserialize)]
struct Done {
    result: Value,
    process: u32,
    thread: u64,
    started: u64,
    finished: u64,
    cpu: u64,
}

impl Record {
    /// The run that these jobs made.
    pub fn into_run(self, language: Language, model: Model, jobs: &[Job]) -> Result<Run, String> {
        if self.spans.len() != jobs.len() {
            return Err(format!("{} spans for {} jobs", self.spans.len(), jobs.len()));
        }
        let since = |time: u64| Duration::from_nanos(time.saturating_sub(self.began));
        let (workers, start) = self.workers(model);
        let both = jobs.iter().zip(&self.spans);
        let span = |(worker, (job, done)): (usize, (&Job, &Done))| Span {
            job: job.name(),
            worker,
            process: done.process,
            thread: done.thread,
            // All jobs are there when the model is called.
            queued: Duration::ZERO,
            started: since(done.started),
            finished: since(done.finished),
            cpu: Duration::from_nanos(done.cpu),
        };
        let outputs: Result<Vec<_>, _> = both.clone().map(|(job, done)| done.output(job)).collect();
        Ok(Run {
            model,
            language,
            results: outputs?.into_iter().map(Ok).collect(),
            spans: workers.into_iter().zip(both).map(span).collect(),
            wall: since(self.ended),
            start: since(start),
            transfer: Duration::ZERO,
            hosts: Vec::new(),
        })
    }

    /// The worker of each job, and when the last of them began its first job.
    /// Workers are numbered in the order in which they began.
    fn workers(&self, model: Model) -> (Vec<usize>, u64) {
        let mut order: Vec<usize> = (0..self.spans.len()).collect();
        if model == Model::ThreadPerJob {
            // Not by id: the system gives the id of an ended thread again.
            return (order, self.spans.iter().map(|done| done.started).max().unwrap_or(0));
        }
        order.sort_by_key(|index| self.spans[*index].started);
        let (mut known, mut start) = (Vec::new(), 0);
        let mut workers = vec![0; order.len()];
        for index in order {
            let Done { process, thread, started, .. } = self.spans[index];
            let worker = known.iter().position(|known| *known == (process, thread));
            workers[index] = worker.unwrap_or_else(|| {
                known.push((process, thread));
                start = started;
                known.len() - 1
            });
        }
        (workers, start)
    }
}

impl Done {
    fn output(&self, job: &Job) -> Result<Output, String> {
        let output = match job {
            Job::Fib(_) => self.result.as_u64().map(Output::Number),
            Job::Cook { dish, .. } if self.result == dish.to_string() => Some(Output::Ready(*dish)),
            _ => None,
        };
        output.ok_or_else(|| format!("{} as the result of {job}", self.result))
    }
}
