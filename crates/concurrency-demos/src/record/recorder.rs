//! How a record is taken: the same few lines around every job of every model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::sync::atomic::{AtomicBool, Ordering};
use super::{
    Cause, Ended, Failure, Language, Ledger, Listener, Model, Run, Span, Timing, Watched, perform,
};
use crate::system::clock;
use crate::work::{Job, JobName, Output};

/// Takes the record of one run. It counts time from its making.
pub(crate) struct Recorder<'a> {
    pub(super) origin: Duration,
    model: Model,
    jobs: &'a [Job],
    listener: &'a dyn Listener,
    watched: Watched,
    /// Whether the listener has panicked: it hears no more.
    deaf: AtomicBool,
}

/// Who does a job, and since when it was there to be taken.
#[derive(Clone, Copy)]
pub(crate) struct Seat {
    pub worker: usize,
    pub process: u32,
    pub queued: Duration,
}

impl Seat {
    /// A worker of this process.
    pub fn here(worker: usize, queued: Duration) -> Self {
        Seat { worker, process: std::process::id(), queued }
    }

    /// The span of a job that begins here, on this thread at this time of the run.
    pub fn began(self, job: JobName, thread: u64, at: Duration) -> Span {
        let Seat { worker, process, queued } = self;
        let (started, finished, cpu) = (at, at, Duration::ZERO);
        Span { job, worker, process, thread, queued, started, finished, cpu }
    }
}

impl<'a> Recorder<'a> {
    pub fn new(model: Model, jobs: &'a [Job], listener: &'a dyn Listener) -> Self {
        let watched = Watched::by(listener.watch(model, jobs));
        let (origin, deaf) = (clock::now(), AtomicBool::new(false));
        Recorder { origin, model, jobs, listener, watched, deaf }
    }

    /// Who watches the run.
    pub fn watched(&self) -> &Watched {
        &self.watched
    }

    /// Time since the start of the run.
    pub fn elapsed(&self) -> Duration {
        clock::now() - self.origin
    }

    /// How many jobs there are.
    pub fn jobs(&self) -> usize {
        self.jobs.len()
    }

    pub fn job(&self, index: usize) -> &'a Job {
        &self.jobs[index]
    }

    /// Does a job on the calling thread and records it.
    pub fn perform(&self, index: usize, worker: usize, queued: Duration) -> Ended {
        let seat = Seat::here(worker, queued);
        self.watched.tell(|watch| {
            let at = self.elapsed();
            watch.began(index, seat.began(self.job(index).name(), clock::thread_id(), at));
        });
        let (timing, result) = perform(self.job(index));
        self.ended(index, seat, timing, result.map_err(Cause::Panicked))
    }

    /// Says that a job is sent to another process.
    pub fn sent(&self, index: usize, seat: Seat) {
        self.watched.tell(|watch| {
            watch.began(index, seat.began(self.job(index).name(), 0, self.elapsed()));
        });
    }

    /// Records a job that was done somewhere, and tells the listener.
    pub fn ended(
        &self,
        index: usize,
        seat: Seat,
        timing: Timing,
        result: Result<Output, Cause>,
    ) -> Ended {
        let (job, Seat { worker, process, queued }) = (self.job(index), seat);
        let result = result.map_err(|cause| Failure { job: job.name(), process, cause });
        self.tell(job, &result);
        let span = Span {
            job: job.name(),
            worker,
            process,
            thread: timing.thread,
            queued,
            started: timing.started.saturating_sub(self.origin),
            finished: timing.finished.saturating_sub(self.origin),
            cpu: timing.cpu,
        };
        self.watched.tell(|watch| watch.ended(index, span, &result));
        Ended { index, span, result }
    }

    /// A panic of the listener must not reach the model, which would take it for a job's.
    fn tell(&self, job: &Job, result: &Result<Output, Failure>) {
        if self.deaf.load(Ordering::Relaxed) {
            return;
        }
        if catch_unwind(AssertUnwindSafe(|| self.listener.ended(job, result))).is_err() {
            self.deaf.store(true, Ordering::Relaxed);
        }
    }

    /// Closes the record of a run in which every job has ended.
    pub fn close(&self, start: Duration, ended: Ledger) -> Run {
        let wall = self.elapsed();
        let Ledger { spans, results, transfer } = ended;
        let run = Run {
            model: self.model,
            language: Language::Rust,
            results: results.into_iter().map(|r| r.expect("every job has ended")).collect(),
            spans: spans.into_iter().map(|s| s.expect("every job has ended")).collect(),
            wall,
            start,
            transfer,
            hosts: Vec::new(),
        };
        self.watched.tell(|watch| watch.over(&run));
        run
    }
}
