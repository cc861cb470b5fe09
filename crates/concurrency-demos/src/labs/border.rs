//! What a job pays to cross a border: to another process, to another thread, to a task.

use std::sync::mpsc;
use std::time::Duration;

use serde::Serialize;
use tokio::runtime::Builder;
use tokio::sync::{mpsc::unbounded_channel, oneshot};

use super::steps::Steps;
use crate::error::Error;
use crate::pool::Pool;
use crate::record::{Kind, Listener, Silent};
use crate::system::{clock, on_runtime, spawn};
use crate::work::{Job, Output};

/// One job that mixes bytes, given to one new worker of each kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Border {
    /// For each number of bytes, in the order in which they were asked for.
    pub jobs: Vec<Crossings>,
}

/// The same job, given to each kind of worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Crossings {
    /// So many bytes are sent, mixed, and come back.
    pub bytes: usize,
    /// By a worker process: through pipes.
    pub process: Crossing,
    /// By a thread: through channels.
    pub thread: Crossing,
    /// By a task on the thread that sends: through Tokio's channels.
    pub task: Crossing,
}

/// Where the time went, of the run with the median time in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Crossing {
    /// Until the worker was there and had said so.
    pub start: Duration,
    /// From when the job was sent until the worker began it.
    pub send: Duration,
    /// Until it was done.
    pub compute: Duration,
    /// Until the result was there.
    pub receive: Duration,
}

/// The parts of a crossing, in order.
pub(crate) const PARTS: [&str; 4] = ["start", "send", "compute", "receive"];

const RUNS: usize = 7;
/// A job of 64 MiB takes a tenth of a second and more.
const MOST: usize = 64 << 20;
const HUNG_UP: &str = "the worker lives as long as its channels";

impl Border {
    /// Measures a job of each of these numbers of bytes, seven times by each kind of worker.
    ///
    /// # Errors
    /// If there is no number or one is above 64 MiB, or if a process, a thread or a runtime
    /// cannot be started.
    pub fn measure(bytes: &[usize], listener: &dyn Listener) -> Result<Border, Error> {
        if bytes.is_empty() || bytes.iter().any(|bytes| *bytes > MOST) {
            return Err(Error::new(format!(
                "a job of up to 64 MiB crosses the border here, and there is one; not {bytes:?}"
            )));
        }
        let mut steps = Steps::equal(listener, 3 * bytes.len());
        let mut measured = |bytes: &usize| {
            Ok(Crossings {
                bytes: *bytes,
                process: steps.made(median(*bytes, &by_process)?),
                thread: steps.made(median(*bytes, &by_thread)?),
                task: steps.made(median(*bytes, &by_task)?),
            })
        };
        let jobs = bytes.iter().map(&mut measured).collect::<Result<_, Error>>()?;
        Ok(Border { jobs })
    }

    /// The job of so many bytes; `None` if it was not measured.
    #[must_use]
    pub fn of(&self, bytes: usize) -> Option<Crossings> {
        self.jobs.iter().find(|job| job.bytes == bytes).copied()
    }
}

impl Crossings {
    /// The three kinds with their names, the most expensive first.
    pub(crate) fn kinds(&self) -> [(&'static str, Kind, Crossing); 3] {
        [
            ("process", Kind::Processes, self.process),
            ("thread", Kind::Threads, self.thread),
            ("task", Kind::Async, self.task),
        ]
    }
}

impl Crossing {
    /// From the start of the worker until the result was there.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.parts().into_iter().sum()
    }

    /// The share of it that was not spent computing, from 0 to 1.
    #[must_use]
    pub fn border(&self) -> f64 {
        1.0 - self.compute.as_secs_f64() / self.total().as_secs_f64().max(1e-9)
    }

    /// The name of the part that took longest.
    #[must_use]
    pub fn longest_part(&self) -> &'static str {
        let parts = PARTS.into_iter().zip(self.parts());
        parts.max_by_key(|(_, time)| *time).map_or("start", |(name, _)| name)
    }

    /// How many times as long as another one it was not computing.
    #[must_use]
    pub fn border_over(&self, other: &Crossing) -> f64 {
        let border = |it: &Crossing| (it.total() - it.compute).as_secs_f64();
        border(self) / border(other).max(1e-9)
    }

    /// Start, send, compute, receive.
    pub(crate) fn parts(&self) -> [Duration; 4] {
        [self.start, self.send, self.compute, self.receive]
    }

    /// From five readings of the clock, in the order of the parts between them.
    fn between(at: [Duration; 5]) -> Crossing {
        let part = |nth: usize| at[nth + 1].saturating_sub(at[nth]);
        Crossing { start: part(0), send: part(1), compute: part(2), receive: part(3) }
    }
}

/// The run with the median time.
fn median(bytes: usize, cross: &dyn Fn(Job) -> Result<Crossing, Error>) -> Result<Crossing, Error> {
    let job = Job::Mix(vec![7; bytes]);
    let run = |_| cross(job.clone());
    let mut runs = (0..RUNS).map(run).collect::<Result<Vec<_>, _>>()?;
    runs.sort_unstable_by_key(Crossing::total);
    Ok(runs[RUNS / 2])
}

/// Ending the process is not counted.
fn by_process(job: Job) -> Result<Crossing, Error> {
    let began = clock::now();
    let mut pool = Pool::start(1)?;
    let there = clock::now();
    let jobs = [job];
    let run = pool.run(&jobs, &Silent)?;
    run.outputs()?;
    let span = run.spans[0];
    // The run counts from its own beginning, which is when the pool is there.
    let at = |time: Duration| there + time;
    Ok(Crossing::between([began, there, at(span.started), at(span.finished), at(run.wall)]))
}

/// What a worker of this process sends back: its result, when it began and when it was done.
type Done = (Output, [Duration; 2]);

fn perform(job: &Job) -> Done {
    let began = clock::now();
    let output = job.perform();
    (output, [began, clock::now()])
}

fn by_thread(job: Job) -> Result<Crossing, Error> {
    let (to_worker, inbox) = mpsc::channel::<Job>();
    let (up, started) = mpsc::channel();
    let (answer, answers) = mpsc::channel::<Done>();
    let began = clock::now();
    let worker = move || {
        up.send(()).expect(HUNG_UP);
        answer.send(perform(&inbox.recv().expect(HUNG_UP))).expect(HUNG_UP);
    };
    let thread = spawn("border-0", worker)?;
    started.recv().expect(HUNG_UP);
    let there = clock::now();
    to_worker.send(job).expect(HUNG_UP);
    let (_output, [begun, done]) = answers.recv().expect(HUNG_UP);
    let back = clock::now();
    thread.join().expect("it only mixes bytes");
    Ok(Crossing::between([began, there, begun, done, back]))
}

/// The runtime is there before: one serves any number of tasks.
fn by_task(job: Job) -> Result<Crossing, Error> {
    on_runtime(Builder::new_current_thread(), |runtime| runtime.block_on(cross_to_task(job)))
}

async fn cross_to_task(job: Job) -> Crossing {
    let (to_worker, mut inbox) = unbounded_channel::<Job>();
    let (up, started) = oneshot::channel();
    let (answer, answers) = oneshot::channel::<Done>();
    let began = clock::now();
    tokio::spawn(async move {
        up.send(()).expect(HUNG_UP);
        let job = inbox.recv().await.expect(HUNG_UP);
        answer.send(perform(&job)).expect(HUNG_UP);
    });
    started.await.expect(HUNG_UP);
    let there = clock::now();
    to_worker.send(job).expect(HUNG_UP);
    let (_output, [begun, done]) = answers.await.expect(HUNG_UP);
    Crossing::between([began, there, begun, done, clock::now()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_follow_each_other() {
        let at = [1, 3, 6, 10, 15].map(Duration::from_millis);
        let crossing = Crossing::between(at);
        assert_eq!(crossing.parts(), [2, 3, 4, 5].map(Duration::from_millis));
        assert_eq!(crossing.total(), Duration::from_millis(14));
        assert!((crossing.border() - 10.0 / 14.0).abs() < 1e-9);
        assert_eq!(crossing.longest_part(), "receive");
        let half = Crossing::between([1, 3, 3, 7, 10].map(Duration::from_millis));
        assert_eq!(crossing.border_over(&half), 2.0);
    }

    #[test]
    fn inside_a_process_every_part_is_measured() {
        for cross in [by_thread, by_task] {
            let crossing = cross(Job::Mix(vec![7; 1 << 20])).unwrap();
            assert!(crossing.start > Duration::ZERO, "{crossing:?}");
            assert!(crossing.compute > Duration::ZERO, "{crossing:?}");
            assert!(crossing.border() > 0.0 && crossing.border() < 1.0);
        }
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        for bytes in [&[][..], &[MOST + 1]] {
            let error = Border::measure(bytes, &Silent).unwrap_err().to_string();
            assert!(error.contains("64 MiB"), "{error}");
        }
    }
}
