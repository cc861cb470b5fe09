//! What is left of a run beyond one machine, and how it is taken from what the engines report.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use concurrency_demos::{Cause, Failure, Job, Language, Listener, Model, Output, Run, Span, Watch};
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::protocol::Done;

/// A run, and what only engines beyond one machine have to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The record that every model leaves. Its model is `Processes`: that is what a rank is.
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// The hosts that did jobs, each once.
    #[must_use]
    pub fn hosts(&self) -> Vec<&str> {
        let busy = |seat: &&Seat| self.run.spans.iter().any(|span| span.process == seat.process);
        let mut hosts: Vec<_> =
            self.seats.iter().filter(busy).map(|seat| seat.host.as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts
    }
}

/// What is reported of a run, while it goes on.
pub(crate) struct Book<'a> {
    jobs: &'a [Job],
    listener: &'a dyn Listener,
    watch: Option<Arc<dyn Watch>>,
    workers: usize,
    origin: Duration,
    start: Duration,
    /// When the last job ended.
    wall: Duration,
    transfer: Duration,
    pub seats: Vec<Seat>,
    begun: Vec<usize>,
    /// The worker that began a job last, and when.
    last: Vec<Option<(usize, Duration)>>,
    ended: Vec<Option<(Span, Result<Output, Failure>)>>,
}

impl<'a> Book<'a> {
    /// One in which nothing has happened yet; its time begins now.
    pub fn open(jobs: &'a [Job], workers: usize, listener: &'a dyn Listener) -> Self {
        Book {
            jobs,
            listener,
            watch: listener.watch(Model::Processes(workers), jobs),
            workers,
            origin: clock::now(),
            start: Duration::ZERO,
            wall: Duration::ZERO,
            transfer: Duration::ZERO,
            seats: Vec::new(),
            begun: vec![0; jobs.len()],
            last: vec![None; jobs.len()],
            ended: vec![None; jobs.len()],
        }
    }

    /// What is to be done.
    pub fn jobs(&self) -> &[Job] {
        self.jobs
    }

    /// All workers are there, since this time.
    pub fn ready(&mut self, seats: Vec<Seat>, at: Duration) {
        self.start = at.saturating_sub(self.origin);
        self.wall = self.start;
        self.seats = seats;
    }

    /// A job was handed to a worker.
    pub fn began(&mut self, index: usize, worker: usize, at: Duration) {
        self.begun[index] += 1;
        if self.ended[index].is_some() {
            return;
        }
        self.last[index] = Some((worker, at));
        let span = self.span(index, at, at);
        self.tell(|watch| watch.began(index, span));
    }

    /// A job has ended. What comes a second time, from a job that was delivered again, changes
    /// nothing: a job has one result.
    pub fn ended(&mut self, done: Done, worker: usize, at: Duration) {
        let Done { index, timing, result } = done;
        if self.ended[index].is_some() {
            return;
        }
        let there_and_back =
            self.last[index].map_or(Duration::ZERO, |(_, sent)| at.saturating_sub(sent));
        self.transfer += there_and_back.saturating_sub(timing.finished - timing.started);
        self.last[index] = Some((worker, timing.started));
        let span = self.span(index, timing.started, timing.finished);
        let span = Span { thread: timing.thread, cpu: timing.cpu, ..span };
        self.enter(index, span, result.map_err(Cause::Panicked));
    }

    /// Whether every job has ended.
    pub fn is_full(&self) -> bool {
        self.ended.iter().all(Option::is_some)
    }

    /// How many jobs have ended without a result.
    pub fn lost(&self) -> usize {
        self.ended.iter().flatten().filter(|(_, result)| result.is_err()).count()
    }

    /// How often a job was begun.
    pub fn begun(&self, index: usize) -> usize {
        self.begun[index]
    }

    /// The jobs that have not: which, and who had begun it.
    pub fn open_jobs(&self) -> Vec<(usize, Option<usize>)> {
        let open = |index: &usize| self.ended[*index].is_none();
        let jobs = (0..self.jobs.len()).filter(open);
        jobs.map(|index| (index, self.last[index].map(|(worker, _)| worker))).collect()
    }

    /// A job has ended without a result.
    pub fn lose(&mut self, index: usize, cause: Cause) {
        let now = clock::now();
        let began = self.last[index].map_or(now, |(_, at)| at);
        self.enter(index, self.span(index, began, now), Err(cause));
    }

    /// Closes the book: every job has ended, one way or the other.
    pub fn close(self, deaths: Vec<Death>) -> Record {
        let ended = self.ended.into_iter().map(|it| it.expect("every job has ended"));
        let (spans, results) = ended.unzip();
        let run = Run {
            model: Model::Processes(self.workers),
            language: Language::Rust,
            results,
            spans,
            wall: self.wall,
            start: self.start,
            transfer: self.transfer,
        };
        if let Some(watch) = self.watch {
            let _ = catch_unwind(AssertUnwindSafe(|| watch.over(&run)));
        }
        let stored = run.results.iter().filter(|result| result.is_ok()).count();
        Record { run, seats: self.seats, deaths, begun: self.begun, stored }
    }

    fn enter(&mut self, index: usize, span: Span, result: Result<Output, Cause>) {
        let (job, process) = (self.jobs[index].name(), span.process);
        let result = result.map_err(|cause| Failure { job, process, cause });
        self.tell(|watch| watch.ended(index, span, &result));
        let heard = || self.listener.ended(&self.jobs[index], &result);
        let _ = catch_unwind(AssertUnwindSafe(heard));
        self.ended[index] = Some((span, result));
        self.wall = self.elapsed();
    }

    /// The span of a job with the worker that began it, without thread and CPU time.
    fn span(&self, index: usize, from: Duration, to: Duration) -> Span {
        let worker = self.last[index].map(|(worker, _)| worker);
        let seat = worker.and_then(|worker| self.seats.iter().rfind(|seat| seat.worker == worker));
        Span {
            job: self.jobs[index].name(),
            worker: worker.unwrap_or_default(),
            process: seat.map_or(0, |seat| seat.process),
            thread: 0,
            queued: self.start,
            started: from.saturating_sub(self.origin),
            finished: to.saturating_sub(self.origin),
            cpu: Duration::ZERO,
        }
    }

    /// A watch that panics must not end the run.
    fn tell(&self, what: impl FnOnce(&dyn Watch)) {
        if let Some(watch) = &self.watch {
            let _ = catch_unwind(AssertUnwindSafe(|| what(&**watch)));
        }
    }

    fn elapsed(&self) -> Duration {
        clock::now() - self.origin
    }
}
