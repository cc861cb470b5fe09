//! The place of one worker in the pool.

use std::path::Path;
use std::time::Duration;

use super::process::Process;
use super::protocol::{Answer, Request};
use crate::error::Error;
use crate::record::{Cause, Ended, Recorder, Seat, Timing};
use crate::system::clock;
use crate::work::Job;

/// A place, and the process that fills it.
pub(super) struct Place<'a> {
    worker: usize,
    process: &'a mut Option<Process>,
    binary: &'a Path,
    limit: Option<Duration>,
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
    ) -> Vec<Self> {
        let place = |(worker, process)| Place { worker, process, binary, limit };
        processes.iter_mut().enumerate().map(place).collect()
    }

    /// Has one job done, by a new process if the last one died.
    pub fn serve(&mut self, record: &Recorder, index: usize, queued: Duration) -> Done {
        let (sent, process, answer) = self.call(record.job(index));
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
    fn call(&mut self, job: &Job) -> (Duration, u32, Result<Answer, Cause>) {
        let limit = self.limit;
        let process = match self.filled() {
            Ok(process) => process,
            Err(error) => return (clock::now(), 0, Err(Cause::NotStarted(error.to_string()))),
        };
        let (id, sent) = (process.id(), clock::now());
        let answer = process.call(&Request::Do(job), limit);
        if answer.is_err() {
            *self.process = None;
        }
        (sent, id, answer)
    }

    /// The living process of this place.
    fn filled(&mut self) -> Result<&mut Process, Error> {
        if self.process.is_none() {
            let mut process = Process::spawn(self.binary)?;
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
