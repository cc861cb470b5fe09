//! How the record of a task is taken. A task cannot borrow from its caller, it may be moved
//! from thread to thread, and while it waits it holds no thread at all.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, Sleep};

use super::{Cause, Ledger, Recorder, Seat, Timing, Watched, perform};
use crate::system::clock;
use crate::work::{Job, Output};

/// What the tasks of a run share.
pub(crate) struct Tasks {
    jobs: Vec<Job>,
    done: UnboundedSender<Done>,
    clocks: Clocks,
    watched: Watched,
    /// When the run started.
    origin: Duration,
    queued: Duration,
    workers: Arc<Workers>,
}

/// Which job has ended, and how.
type Done = (usize, (Timing, Result<Output, String>));

/// Hears of each task as it ends.
pub(crate) struct Join {
    ends: UnboundedReceiver<Done>,
    queued: Duration,
    workers: Arc<Workers>,
}

impl Tasks {
    /// Takes the jobs of a record, queued at this time, and gives what hears of their ends.
    pub fn new(jobs: Vec<Job>, record: &Recorder<'_>, queued: Duration) -> (Arc<Self>, Join) {
        let (done, ends) = unbounded_channel();
        let (watched, origin) = (record.watched().clone(), record.origin);
        let workers = Arc::new(Workers::default());
        let join = Join { ends, queued, workers: workers.clone() };
        let clocks = Clocks::now();
        (Arc::new(Tasks { jobs, done, clocks, watched, origin, queued, workers }), join)
    }

    /// How long a job waits without a thread; `None` if it needs one.
    pub fn waiting(&self, index: usize) -> Option<Duration> {
        match self.jobs[index] {
            Job::Cook { time, .. } => Some(time),
            _ => None,
        }
    }

    /// Says that a job begins on the calling thread.
    pub fn began(&self, index: usize) {
        self.watched.tell(|watch| {
            let thread = clock::thread_id();
            let seat = Seat::here(self.workers.index_of(thread), self.queued);
            let at = clock::now().saturating_sub(self.origin);
            watch.began(index, seat.began(self.jobs[index].name(), thread, at));
        });
    }

    /// Takes the record of a job that has waited.
    pub fn waited(&self, index: usize, waited: &Waited) {
        self.ended(index, self.account(index, waited));
    }

    /// Does a job on the calling thread and blocks it until the end.
    pub fn block(&self, index: usize) {
        self.began(index);
        self.ended(index, perform(&self.jobs[index]));
    }

    /// Says that a job has ended. Nobody listens only if the run has failed.
    fn ended(&self, index: usize, how: (Timing, Result<Output, String>)) {
        let _ = self.done.send((index, how));
    }

    fn account(&self, index: usize, waited: &Waited) -> (Timing, Result<Output, String>) {
        let Job::Cook { dish, time } = self.jobs[index] else {
            unreachable!("only dishes are cooked");
        };
        let timing = Timing {
            thread: waited.thread,
            started: self.clocks.translate(waited.deadline) - time,
            finished: self.clocks.translate(waited.finished),
            cpu: waited.held,
        };
        (timing, Ok(Output::Ready(dish)))
    }
}

/// How the waiting for a dish went, on Tokio's clock.
pub(crate) struct Waited {
    /// On which it began.
    thread: u64,
    /// When its time was over: this much after its start.
    deadline: Instant,
    finished: Instant,
    held: Duration,
}

/// Waits until the time is over, and tells how long that held a thread. (Asking for the
/// thread's CPU time instead would cost more than the wait itself.)
///
/// It keeps as little as it can: a million tasks keep it a million times.
pub(crate) fn watched(mut sleep: Pin<&mut Sleep>) -> impl Future<Output = Waited> {
    let (thread, mut held_nanos) = (clock::thread_id(), 0);
    poll_fn(move |context| {
        let polled = Instant::now();
        let poll = sleep.as_mut().poll(context);
        let left = Instant::now();
        held_nanos += (left - polled).as_nanos() as u64;
        let held = Duration::from_nanos(held_nanos);
        poll.map(|()| Waited { thread, deadline: sleep.deadline(), finished: left, held })
    })
}

impl Join {
    /// Waits until every task has ended.
    pub async fn all(mut self, record: &Recorder<'_>) -> Ledger {
        let mut ledger = Ledger::new(record.jobs());
        while let Some((index, (timing, result))) = self.ends.recv().await {
            let seat = Seat::here(self.workers.index_of(timing.thread), self.queued);
            ledger.enter(record.ended(index, seat, timing, result.map_err(Cause::Panicked)));
        }
        ledger
    }
}

/// The same moment on Tokio's clock and on ours. Tokio's can be virtual, and
/// spans are then exact.
struct Clocks {
    tokio: Instant,
    ours: Duration,
}

impl Clocks {
    fn now() -> Clocks {
        Clocks { tokio: Instant::now(), ours: clock::now() }
    }

    fn translate(&self, instant: Instant) -> Duration {
        self.ours + (instant - self.tokio)
    }
}

/// Numbers the threads in the order in which they are first heard of.
#[derive(Default)]
pub(super) struct Workers(Mutex<Vec<u64>>);

impl Workers {
    pub fn index_of(&self, thread: u64) -> usize {
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = threads.iter().position(|known| *known == thread);
        known.unwrap_or_else(|| {
            threads.push(thread);
            threads.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;
    use crate::record::{Model, Silent};
    use crate::work::Dish;

    #[test]
    fn a_task_that_moved_belongs_to_the_thread_that_began_it() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let time = Duration::from_millis(20);
        let dish = Job::Cook { dish: Dish::Toast, time };
        let inside = runtime.enter();
        let jobs = vec![dish];
        let record = Recorder::new(Model::Async, &jobs, &Silent);
        let (tasks, mut join) = Tasks::new(jobs.clone(), &record, Duration::ZERO);
        let mut task = Box::pin(async move {
            let mut sleep = pin!(tokio::time::sleep(time));
            tasks.waited(0, &watched(sleep.as_mut()).await);
        });
        assert!(task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(inside);
        let ended_on = std::thread::spawn(move || {
            runtime.block_on(task);
            clock::thread_id()
        });
        let (_, (timing, _)) = join.ends.blocking_recv().expect("the task ends");
        assert_eq!(timing.thread, clock::thread_id());
        assert_ne!(timing.thread, ended_on.join().unwrap());
    }
}
