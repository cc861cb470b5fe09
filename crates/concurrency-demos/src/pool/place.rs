//! The place of one worker in the pool.

use std::path::Path;
use std::time::Duration;

use super::process::Process;
use super::protocol::{Answer, Request};
use super::sync::atomic::{AtomicUsize, Ordering};
use super::{Queue, Recorder, Seat};
use crate::error::Error;
use crate::record::{Cause, Ended, Timing};
use crate::system::clock;

/// So often it is tried to start a process for a job. Whoever kills workers may meet one that is
/// about to start, and that is no reason to do without it.
const TRIES: usize = 3;

/// A place, and the process that fills it.
pub(super) struct Place<'a> {
    worker: usize,
    process: &'a mut Option<Process>,
    binary: &'a Path,
    limit: Option<Duration>,
    /// Whether a process could not be started for it.
    failed_to_start: bool,
    /// How many places of the pool have not failed so.
    living: &'a AtomicUsize,
}

/// A job that has ended, and what its transfer took.
pub(super) struct Done {
    pub ended: Ended,
    pub transfer: Duration,
}

impl<'a> Place<'a> {
    /// All the places of a pool.
    pub fn all(
        processes: &'a mut [Option<Process>],
        binary: &'a Path,
        limit: Option<Duration>,
        living: &'a AtomicUsize,
    ) -> Vec<Self> {
        let place = |(worker, process)| Place {
            worker,
            process,
            binary,
            limit,
            failed_to_start: false,
            living,
        };
        processes.iter_mut().enumerate().map(place).collect()
    }

    /// Has jobs done until none is left. Where no process can be started any more, it leaves
    /// the rest to the other places; the last one alone says of each job that it was not run.
    pub fn serve_all(mut self, record: &Recorder, queue: &Queue, queued: Duration) -> Vec<Done> {
        let (mut done, mut last) = (Vec::new(), false);
        for index in queue {
            done.push(self.serve(record, index, queued));
            if self.failed_to_start && !last {
                last = self.living.fetch_sub(1, Ordering::Relaxed) == 1;
                if !last {
                    break;
                }
            }
        }
        done
    }

    /// Has one job done, by a new process if the last one died.
    fn serve(&mut self, record: &Recorder, index: usize, queued: Duration) -> Done {
        let (sent, process, answer) = self.call(record, index, queued);
        let there_and_back = clock::now() - sent;
        let (timing, result) = match answer {
            Ok(answer) => (answer.timing, answer.result.map_err(Cause::Panicked)),
            Err(cause) => (lost(sent, there_and_back), Err(cause)),
        };
        let busy = timing.finished.saturating_sub(timing.started);
        let seat = Seat { worker: self.worker, process, queued };
        let ended = record.ended(index, seat, timing, result);
        Done { ended, transfer: there_and_back.saturating_sub(busy) }
    }

    /// When the job was sent, to which process, and the answer.
    fn call(
        &mut self,
        record: &Recorder,
        index: usize,
        queued: Duration,
    ) -> (Duration, u32, Result<Answer, Cause>) {
        let (limit, worker) = (self.limit, self.worker);
        let process = match self.filled() {
            Ok(process) => process,
            Err(error) => {
                self.failed_to_start = true;
                return (clock::now(), 0, Err(Cause::NotStarted(error.to_string())));
            }
        };
        let id = process.id();
        record.sent(index, Seat { worker, process: id, queued });
        let sent = clock::now();
        let answer = process.call(&Request::Do(record.job(index)), limit);
        let answer = answer.and_then(|answer: Answer| {
            let believed = answer.timing.is_within(sent, clock::now());
            let why = || Cause::Garbled("the times that it told are not those of the job".into());
            believed.then_some(answer).ok_or_else(why)
        });
        if answer.is_err() {
            *self.process = None;
        }
        (sent, id, answer)
    }

    /// The living process of this place. One that dies before its first word has no job yet, so
    /// another one may be tried.
    fn filled(&mut self) -> Result<&mut Process, Error> {
        for _ in 1..TRIES {
            if self.process.is_some() || self.fill().is_ok() {
                break;
            }
        }
        if self.process.is_none() {
            self.fill()?;
        }
        Ok(self.process.as_mut().expect("filled just now"))
    }

    fn fill(&mut self) -> Result<(), Error> {
        let mut process = Process::spawn(self.binary)?;
        process.greet(self.binary)?;
        *self.process = Some(process);
        Ok(())
    }
}

/// The span of a job that took its process with it, as the parent saw it.
fn lost(sent: Duration, after: Duration) -> Timing {
    Timing { thread: 0, started: sent, finished: sent + after, cpu: Duration::ZERO }
}
