//! How the record of a run is taken from what the engines report.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use concurrency_demos::beyond::{Death, Record, Seat, now};
use concurrency_demos::{Cause, Failure, Job, Language, Listener, Model, Output, Run, Span, Watch};

use crate::protocol::Done;

/// What is reported of a run, while it goes on.
pub(crate) struct Book<'a> {
    jobs: &'a [Job],
    listener: &'a dyn Listener,
    watch: Option<Arc<dyn Watch>>,
    model: Model,
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
    pub fn open(jobs: &'a [Job], model: Model, listener: &'a dyn Listener) -> Self {
        Book {
            jobs,
            listener,
            watch: listener.watch(model, jobs),
            model,
            origin: now(),
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

    /// Jobs were handed to a worker in one message.
    pub fn began(&mut self, jobs: &[usize], worker: usize, at: Duration) {
        for &index in jobs {
            self.begun[index] += 1;
            if self.ended[index].is_none() {
                self.last[index] = Some((worker, at));
                let span = self.span(index, at, at);
                self.tell(|watch| watch.began(index, span));
            }
        }
    }

    /// Jobs have ended that one message brought back. What comes a second time, from a job that
    /// was delivered again, changes nothing: a job has one result.
    pub fn ended(&mut self, mut jobs: Vec<Done>, worker: usize, at: Duration) {
        jobs.retain(|done| self.ended[done.index].is_none());
        let sent = jobs.first().and_then(|done| self.last[done.index]);
        let there_and_back = sent.map_or(Duration::ZERO, |(_, sent)| at.saturating_sub(sent));
        let worked = jobs.iter().map(|done| done.timing.finished - done.timing.started).sum();
        self.transfer += there_and_back.saturating_sub(worked);
        for Done { index, timing, result } in jobs {
            self.last[index] = Some((worker, timing.started));
            let span = self.span(index, timing.started, timing.finished);
            let span = Span { thread: timing.thread, cpu: timing.cpu, ..span };
            self.enter(index, span, result.map_err(Cause::Panicked));
        }
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

    /// The jobs that have not: which, who began it last, and when.
    pub fn open_jobs(&self) -> Vec<(usize, Option<(usize, Duration)>)> {
        let open = |index: &usize| self.ended[*index].is_none();
        (0..self.jobs.len()).filter(open).map(|index| (index, self.last[index])).collect()
    }

    /// A job has ended without a result.
    pub fn lose(&mut self, index: usize, cause: Cause) {
        let now = now();
        let began = self.last[index].map_or(now, |(_, at)| at);
        self.enter(index, self.span(index, began, now), Err(cause));
    }

    /// Closes the book: every job has ended, one way or the other.
    pub fn close(self, deaths: Vec<Death>) -> Record {
        let ended = self.ended.into_iter().map(|it| it.expect("every job has ended"));
        let (spans, results) = ended.unzip();
        let run = Run {
            model: self.model,
            language: Language::Rust,
            results,
            spans,
            wall: self.wall,
            start: self.start,
            transfer: self.transfer,
            hosts: hosts(&self.seats, self.model.workers().unwrap_or_default()),
        };
        if let Some(watch) = self.watch {
            let _ = catch_unwind(AssertUnwindSafe(|| watch.over(&run)));
        }
        let stored = run.results.iter().filter(|result| result.is_ok()).count();
        let (hosts, bare) = (String::new(), None);
        let (seats, begun) = (self.seats, self.begun);
        Record { run, seats, deaths, begun, stored, hosts, network: None, bare }
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
        now() - self.origin
    }
}

/// The name of the host of each worker.
fn hosts(seats: &[Seat], workers: usize) -> Vec<String> {
    let host = |worker| seats.iter().rfind(|seat| seat.worker == worker);
    (0..workers).map(|it| host(it).map_or_else(String::new, |seat| seat.host.clone())).collect()
}
