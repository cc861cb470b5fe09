//! A pool of worker processes.
//!
//! ```text
//! parent                                   worker process
//! one thread a worker ── job, framed ──►   main thread: does it
//!        takes the next job  ◄── answer, framed ──┘
//! ```
//!
//! One job is in flight for each worker: the parent writes it whole, then
//! reads the answer whole, so large payloads cannot deadlock.

mod find;
mod pipe;
mod process;
mod protocol;
mod worker;

use std::path::{Path, PathBuf};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

use crate::queue::Queue;
use crate::record::{Ended, Recorder, Timing};
use crate::{Cause, Error, Job, Listener, Model, Run, clock};
use process::Process;
pub(crate) use protocol::LARGEST_PAYLOAD;
pub use worker::worker_main;

/// A pool of worker processes that can do many runs.
///
/// A worker that dies is replaced when the next job comes to it. Dropping the
/// pool ends every worker.
///
/// ```no_run
/// use concurrency_demos::{Job, Pool, Silent};
///
/// let mut pool = Pool::start(2)?;
/// let run = pool.run(&vec![Job::Fib(31); 2], &Silent)?;
/// assert_eq!(run.numbers()?, [1_346_269, 1_346_269]);
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
pub struct Pool {
    binary: PathBuf,
    /// `None`: this worker has died and nothing has needed it since.
    workers: Vec<Option<Process>>,
    limit: Option<Duration>,
}

impl Pool {
    /// Starts so many worker processes and waits until all are ready.
    ///
    /// # Errors
    /// If `workers` is 0, if the worker binary is missing or was built from
    /// other sources, or if a process cannot be started.
    pub fn start(workers: usize) -> Result<Pool, Error> {
        if workers == 0 {
            return Err(Error::new("a process pool needs at least one worker, not 0"));
        }
        let binary = find::worker_binary()?;
        let spawn = |_| spawn(&binary);
        let mut processes = (0..workers).map(spawn).collect::<Result<Vec<_>, _>>()?;
        processes.iter_mut().try_for_each(|process| process.greet(&binary))?;
        let workers = processes.into_iter().map(Some).collect();
        Ok(Pool { binary, workers, limit: None })
    }

    /// The same pool, in which a job that takes longer than `limit` fails and
    /// its worker process is killed.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Pool {
        self.limit = Some(limit);
        self
    }

    /// The ids of the worker processes that are alive.
    #[must_use]
    pub fn processes(&self) -> Vec<u32> {
        self.workers.iter().flatten().map(Process::id).collect()
    }

    /// Runs the jobs on the workers of the pool.
    ///
    /// # Errors
    /// If a job cannot be done at all (see [`Job`]). A job that takes its
    /// worker down is a failed result in the record.
    pub fn run(&mut self, jobs: &[Job], listener: &dyn Listener) -> Result<Run, Error> {
        jobs.iter().try_for_each(|job| job.check(true))?;
        let record = Recorder::new(jobs, listener);
        Ok(self.run_recorded(&record, jobs.len(), Duration::ZERO))
    }

    /// Runs `jobs` jobs of a record that began with the start of the pool.
    pub(crate) fn run_recorded(&mut self, record: &Recorder, jobs: usize, start: Duration) -> Run {
        let model = Model::Processes(self.workers.len());
        let (binary, limit) = (self.binary.as_path(), self.limit);
        let queue = &Queue::new(jobs);
        let seat = |(worker, process)| {
            let mut seat = Seat { worker, process, binary, limit };
            move || -> Vec<Done> { queue.map(|index| seat.serve(record, index, start)).collect() }
        };
        let mut seats = self.workers.iter_mut().enumerate().map(seat);
        let first = seats.next();
        let done: Vec<Done> = std::thread::scope(|scope| {
            let threads: Vec<_> = seats.map(|seat| scope.spawn(seat)).collect();
            // The calling thread takes a seat too: a pool of one needs no other.
            let done = first.into_iter().flat_map(|mut seat| seat());
            let join =
                |thread: ScopedJoinHandle<'_, _>| thread.join().expect("a seat never panics");
            done.chain(threads.into_iter().flat_map(join)).collect()
        });
        let transfer = done.iter().map(|done| done.transfer).sum();
        let ended = done.into_iter().map(|done| done.ended).collect();
        Run { transfer, ..record.close(model, start, ended) }
    }
}

fn spawn(binary: &Path) -> Result<Process, Error> {
    Process::spawn(binary).map_err(|error| {
        Error::new(format!("starting the worker process {} failed: {error}", binary.display()))
    })
}

/// The place of one worker in the pool, and the process that fills it.
struct Seat<'a> {
    worker: usize,
    process: &'a mut Option<Process>,
    binary: &'a Path,
    limit: Option<Duration>,
}

/// A job that has ended, and what its transfer took.
struct Done {
    ended: Ended,
    transfer: Duration,
}

impl Seat<'_> {
    /// Has one job done, by a new process if the last one died.
    fn serve(&mut self, record: &Recorder, index: usize, queued: Duration) -> Done {
        let (sent, process, answer) = self.call(record.job(index));
        let there_and_back = clock::now() - sent;
        let (timing, result) = match answer {
            Ok(answer) => (answer.timing, answer.result.map_err(Cause::Panicked)),
            Err(cause) => (lost(sent, there_and_back), Err(cause)),
        };
        let busy = timing.finished.saturating_sub(timing.started);
        let ended = record.ended(index, self.worker, process, queued, timing, result);
        Done { ended, transfer: there_and_back.saturating_sub(busy) }
    }

    /// When the job was sent, to which process, and the answer.
    fn call(&mut self, job: &Job) -> (Duration, u32, Result<protocol::Answer, Cause>) {
        let limit = self.limit;
        let process = match self.filled() {
            Ok(process) => process,
            Err(error) => return (clock::now(), 0, Err(Cause::NotStarted(error.to_string()))),
        };
        let (id, sent) = (process.id(), clock::now());
        let answer = process.call(job, limit);
        if answer.is_err() {
            *self.process = None;
        }
        (sent, id, answer)
    }

    /// The living process of this seat.
    fn filled(&mut self) -> Result<&mut Process, Error> {
        if self.process.is_none() {
            let mut process = spawn(self.binary)?;
            process.greet(self.binary)?;
            *self.process = Some(process);
        }
        Ok(self.process.as_mut().expect("filled just now"))
    }
}

/// The span of a job that took its process with it, as the parent saw it.
fn lost(sent: Duration, after: Duration) -> Timing {
    Timing { thread: 0, started: sent, finished: sent + after, cpu: Duration::ZERO }
}
