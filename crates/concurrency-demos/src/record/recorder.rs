//! How a record is taken: the same few lines around every job of every model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Cause, Failure, Language, Listener, Model, Run, Span, Watched};
use crate::system::{clock, panic_message};
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

/// What the doing of a job took, on the machine's monotonic clock.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Timing {
    /// The operating system's id of the thread that did it.
    pub thread: u64,
    /// When it began.
    pub started: Duration,
    /// When it ended.
    pub finished: Duration,
    /// How long the thread used a CPU for it.
    pub cpu: Duration,
}

/// One job that has ended.
pub(crate) struct Ended {
    index: usize,
    span: Span,
    result: Result<Output, Failure>,
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

/// The jobs that have ended, each in the place that it has in the job list.
///
/// Spans and results are in two lists from the start: sorting whole entries and
/// splitting them at the end would need their memory twice.
pub(crate) struct Ledger {
    spans: Vec<Option<Span>>,
    results: Vec<Option<Result<Output, Failure>>>,
    transfer: Duration,
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

/// Does a job on the calling thread.
///
/// # Errors
/// If it panics: what the panic said.
pub fn perform(job: &Job) -> (Timing, Result<Output, String>) {
    perform_in_turn([job]).next().expect("there is one for each job")
}

/// Does jobs on the calling thread, each when the one before it has ended: between two of them
/// the clocks are read once, for that takes longer than a tiny job.
pub fn perform_in_turn<'a>(
    jobs: impl IntoIterator<Item = &'a Job>,
) -> impl Iterator<Item = (Timing, Result<Output, String>)> {
    let thread = clock::thread_id();
    let mut before = (clock::now(), clock::thread_cpu());
    jobs.into_iter().map(move |job| {
        let result = catch_unwind(AssertUnwindSafe(|| job.perform()));
        let (cpu, now) = (clock::thread_cpu(), clock::now());
        let (started, finished) = (before.0, now);
        // Two clocks are never read at one moment.
        let cpu_time = (cpu - before.1).min(finished - started);
        before = (now, cpu);
        let timing = Timing { thread, started, finished, cpu: cpu_time };
        (timing, result.map_err(|panic| panic_message(&*panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::Fault;

    #[test]
    fn jobs_in_turn_follow_each_other_and_a_panic_ends_one_of_them() {
        let jobs = [Job::Fib(20), Job::Fault(Fault::Panic), Job::Fib(1)];
        let (times, results): (Vec<_>, Vec<_>) = perform_in_turn(&jobs).unzip();
        assert!(times.array_windows().all(|[one, next]| one.finished == next.started));
        assert!(times.iter().all(|it| it.started < it.finished));
        assert!(times.iter().all(|it| it.cpu <= it.finished - it.started));
        assert_eq!([0, 1, 2].map(|index| results[index].is_ok()), [true, false, true]);
    }
}
