//! The record of tasks that a cell writes itself.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::recorder::Seat;
use super::task::Workers;
use super::{Cause, Failure, Language, Model, Run, Span, distinct};
use crate::system::clock;
use crate::work::{JobName, Output};

/// Notes when futures and functions begin and end, and which futures are dropped before their
/// end. It counts time from its making, on Tokio's clock, and its clones note in the same record.
///
/// ```
/// use std::time::Duration;
/// use concurrency_demos::Recording;
/// use tokio::time::sleep;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// let kitchen = Recording::new();
/// runtime.block_on(async {
///     tokio::select! {
///         () = kitchen.span("toast", sleep(Duration::from_millis(2))) => {}
///         () = kitchen.span("salad", sleep(Duration::from_millis(50))) => {}
///     }
/// });
/// assert_eq!(kitchen.ended(), 1);
/// assert_eq!(kitchen.run().failures()[0].to_string(), "salad was dropped before its end");
/// ```
#[derive(Clone)]
pub struct Recording(Arc<Shared>);

struct Shared {
    origin: Instant,
    workers: Workers,
    entries: Mutex<Vec<Entry>>,
}

/// What has begun.
struct Entry {
    span: Span,
    /// Whether it is a function, which holds its thread from its begin to its end.
    holds_thread: bool,
    state: State,
}

enum State {
    Open,
    Ended,
    Failed(Cause),
}

/// What is in progress. Dropped without [`end`](Open::end), it did not reach its end.
struct Open {
    recording: Recording,
    place: usize,
    /// How long it held a thread until now.
    held: Duration,
}

impl Recording {
    /// A record in which nothing has begun.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it takes the time, which is no default")]
    pub fn new() -> Recording {
        let (workers, entries) = (Workers::default(), Mutex::new(Vec::new()));
        Recording(Arc::new(Shared { origin: Instant::now(), workers, entries }))
    }

    /// The same future, noted: queued now, begun when it is polled first, ended when it is ready.
    /// One that is never polled leaves no span; one that is dropped later, or whose task is
    /// aborted, leaves a span that ends there, with [`Cause::Dropped`].
    ///
    /// The CPU time of the span is how long its polls took.
    #[must_use = "a future does nothing unless it is awaited or spawned"]
    pub fn span<F: Future>(
        &self,
        name: &'static str,
        future: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        let (recording, queued) = (self.clone(), self.elapsed());
        async move {
            let mut future = pin!(future);
            let mut open = recording.begin(name, queued, false);
            let output = poll_fn(|context| {
                let polled = Instant::now();
                let poll = future.as_mut().poll(context);
                open.held += polled.elapsed();
                poll
            });
            let output = output.await;
            open.end();
            output
        }
    }

    /// Calls a function on this thread and notes it, for threads that a cell starts itself.
    pub fn call<T>(&self, name: &'static str, function: impl FnOnce() -> T) -> T {
        let mut open = self.begin(name, self.elapsed(), true);
        let cpu = clock::thread_cpu();
        let value = function();
        open.held = clock::thread_cpu() - cpu;
        open.end();
        value
    }

    /// How many have reached their end.
    #[must_use]
    pub fn ended(&self) -> usize {
        self.entries().iter().filter(|entry| matches!(entry.state, State::Ended)).count()
    }

    /// The record until now, in the order of begin. What is still in progress has a span until
    /// now; the run is as long as its last span.
    #[must_use]
    pub fn run(&self) -> Run {
        let (now, entries) = (self.elapsed(), self.entries());
        let span = |entry: &Entry| match entry.state {
            State::Open => Span { finished: now, ..entry.span },
            State::Ended | State::Failed(_) => entry.span,
        };
        let result = |Entry { span, state, .. }: &Entry| match state {
            State::Open | State::Ended => Ok(Output::Nothing),
            State::Failed(cause) => {
                Err(Failure { job: span.job, process: span.process, cause: cause.clone() })
            }
        };
        let spans: Vec<Span> = entries.iter().map(span).collect();
        Run {
            model: model(&entries),
            language: Language::Rust,
            results: entries.iter().map(result).collect(),
            wall: spans.iter().map(|span| span.finished).max().unwrap_or_default(),
            spans,
            start: Duration::ZERO,
            transfer: Duration::ZERO,
            hosts: Vec::new(),
        }
    }

    fn begin(&self, name: &'static str, queued: Duration, holds_thread: bool) -> Open {
        let thread = clock::thread_id();
        let seat = Seat::here(self.0.workers.index_of(thread), queued);
        let mut entries = self.entries();
        // The time is taken under the lock, so that entries are in order of time.
        let span = seat.began(JobName::Task(name), thread, self.elapsed());
        entries.push(Entry { span, holds_thread, state: State::Open });
        Open { recording: self.clone(), place: entries.len() - 1, held: Duration::ZERO }
    }

    fn elapsed(&self) -> Duration {
        self.0.origin.elapsed()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who did it, as far as can be told from outside.
fn model(entries: &[Entry]) -> Model {
    let threads = distinct(entries.iter().map(|entry| entry.span.thread)).len();
    match (entries.iter().any(|entry| entry.holds_thread), threads) {
        (false, 0 | 1) => Model::Async,
        (false, _) => Model::AsyncThreads(threads),
        (true, 1) => Model::Serial,
        (true, _) => Model::Threads(threads),
    }
}

impl Open {
    fn end(self) {
        self.close(State::Ended);
    }

    fn close(&self, state: State) {
        let mut entries = self.recording.entries();
        let entry = &mut entries[self.place];
        if matches!(entry.state, State::Open) {
            entry.span.finished = self.recording.elapsed();
            entry.span.cpu = self.held;
            entry.state = state;
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.close(State::Failed(match std::thread::panicking() {
            true => Cause::Panicked("it is told where the task or thread is joined".to_owned()),
            false => Cause::Dropped,
        }));
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::{Builder, Runtime};
    use tokio::time::sleep;

    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    /// A runtime whose clock jumps from one timer to the next: times are exact.
    fn virtual_time() -> Runtime {
        Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
    }

    /// From when to when each was in progress, in milliseconds, and whether it reached its end.
    fn told(recording: &Recording) -> Vec<(String, u128, u128, bool)> {
        let run = recording.run();
        let spans = run.spans.iter().zip(&run.results);
        let tell = |(span, result): (&Span, &Result<_, _>)| {
            let (from, to) = (span.started.as_millis(), span.finished.as_millis());
            (span.job.to_string(), from, to, result.is_ok())
        };
        spans.map(tell).collect()
    }

    #[test]
    fn the_loser_of_a_race_ends_when_it_is_dropped() {
        virtual_time().block_on(async {
            let kitchen = Recording::new();
            tokio::select! {
                () = kitchen.span("toast", sleep(MS(200))) => {}
                () = kitchen.span("salad", sleep(MS(500))) => unreachable!("the toast is first"),
            }
            sleep(MS(900)).await;
            let mut all = told(&kitchen);
            all.sort();
            assert_eq!(
                all,
                [("salad".to_owned(), 0, 200, false), ("toast".to_owned(), 0, 200, true)]
            );
            assert_eq!((kitchen.ended(), kitchen.run().wall), (1, MS(200)));
            assert_eq!(kitchen.run().failures()[0].cause, Cause::Dropped);
        });
    }

    #[test]
    fn an_aborted_task_is_dropped_and_one_whose_handle_is_gone_goes_on() {
        virtual_time().block_on(async {
            let kitchen = Recording::new();
            drop(tokio::spawn(kitchen.span("left alone", sleep(MS(300)))));
            let task = tokio::spawn(kitchen.span("aborted", sleep(MS(300))));
            sleep(MS(100)).await;
            task.abort();
            sleep(MS(300)).await;
            assert_eq!(
                told(&kitchen),
                [("left alone".to_owned(), 0, 300, true), ("aborted".to_owned(), 0, 100, false)]
            );
        });
    }

    #[test]
    fn it_is_queued_when_made_begins_when_polled_and_is_open_until_it_ends() {
        virtual_time().block_on(async {
            let kitchen = Recording::new();
            let never = kitchen.span("never polled", sleep(MS(1)));
            let late = kitchen.span("late", sleep(MS(500)));
            drop(never);
            sleep(MS(200)).await;
            assert_eq!(told(&kitchen), []);
            let task = tokio::spawn(late);
            sleep(MS(100)).await;
            assert_eq!(told(&kitchen), [("late".to_owned(), 200, 300, true)]);
            assert_eq!(kitchen.ended(), 0);
            task.await.unwrap();
            let run = kitchen.run();
            assert_eq!(run.spans[0].queued, Duration::ZERO);
            assert_eq!((run.wall, kitchen.ended()), (run.spans[0].finished, 1));
        });
    }

    #[test]
    fn a_panic_is_no_drop() {
        let kitchen = Recording::new();
        let burnt = kitchen.span("toast", async { panic!("burnt") });
        assert!(virtual_time().block_on(async { tokio::spawn(burnt).await }).is_err());
        assert!(matches!(kitchen.run().failures()[0].cause, Cause::Panicked(_)));
    }

    #[test]
    fn functions_on_threads_are_noted_with_their_threads() {
        let (kitchen, both) = (Recording::new(), std::sync::Barrier::new(2));
        std::thread::scope(|scope| {
            for name in ["toast", "salad"] {
                scope.spawn(|| kitchen.call(name, || both.wait()));
            }
        });
        let run = kitchen.run();
        assert_eq!((run.model, run.in_progress(), run.threads().len()), (Model::Threads(2), 2, 2));
        let alone = Recording::new();
        assert_eq!(alone.call("toast", || 7), 7);
        assert_eq!((alone.run().model, alone.ended()), (Model::Serial, 1));
        assert_eq!(Recording::new().run().model, Model::Async);
    }
}
