//! Why a job of a run has no result.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::format::lines;
use crate::work::JobName;

const MOST_TOLD: usize = 2_000;

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Error::caused_by(failure.to_string(), failure)
    }
}

/// Why one job of a run has no result. The other jobs of the run have theirs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Failure {
    /// The job.
    pub job: JobName,
    /// The process in which it ran; 0 if none could be started for it.
    pub process: u32,
    /// What happened to it.
    pub cause: Cause,
}

/// What ended a job without a result.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cause {
    /// The job panicked with this message; its worker lives on.
    Panicked(String),
    /// The worker process ended itself.
    Exited {
        /// Its exit status.
        status: i32,
        /// The last it wrote on standard error.
        last_words: String,
    },
    /// A signal ended the worker process.
    Killed {
        /// The number of the signal.
        signal: i32,
        /// The last it wrote on standard error.
        last_words: String,
    },
    /// The job did not answer in this time, so its worker process was killed.
    TimedOut(Duration),
    /// What the worker process answered could not be understood.
    Garbled(String),
    /// No worker process could be started for the job.
    NotStarted(String),
    /// Its future was dropped before it was ready.
    Dropped,
}

impl Cause {
    /// How a process ended that has left these last words.
    pub(crate) fn of(status: ExitStatus, last_words: String) -> Cause {
        match (status.code(), status.signal()) {
            (Some(status), _) => Cause::Exited { status, last_words },
            (None, signal) => Cause::Killed { signal: signal.unwrap_or_default(), last_words },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { job, process, cause } = self;
        match cause {
            Cause::NotStarted(_) => write!(f, "{job} was not run: {cause}"),
            Cause::Dropped => write!(f, "{job} {cause}"),
            _ => write!(f, "{job} failed in process {process}: {cause}"),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

impl std::error::Error for Cause {}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Panicked(message) => write!(f, "it panicked: {}", told(message)),
            Cause::Exited { status, last_words } => {
                write!(f, "the process ended with exit status {status}")?;
                quote(f, last_words)
            }
            Cause::Killed { signal, last_words } => {
                write!(f, "the process was ended by signal {signal}")?;
                signal_name(*signal).map_or(Ok(()), |name| write!(f, " ({name})"))?;
                quote(f, last_words)
            }
            Cause::TimedOut(limit) => {
                write!(f, "no answer within {limit:?}, so the process was killed")
            }
            Cause::Garbled(what) => write!(f, "its answer could not be read: {}", told(what)),
            Cause::NotStarted(why) => f.write_str(&told(why)),
            Cause::Dropped => f.write_str("was dropped before its end"),
        }
    }
}

/// Words of a program: it may have printed anything.
fn told(words: &str) -> String {
    lines(words, MOST_TOLD)
}

fn quote(f: &mut fmt::Formatter<'_>, last_words: &str) -> fmt::Result {
    if last_words.is_empty() { Ok(()) } else { write!(f, "; its last words: {}", told(last_words)) }
}

/// The names of the signals that end a worker in practice.
fn signal_name(signal: i32) -> Option<&'static str> {
    use rustix::process::Signal;
    [
        (Signal::ABORT, "abort"),
        (Signal::KILL, "kill"),
        (Signal::SEGV, "segmentation fault"),
        (Signal::TERM, "terminate"),
        (Signal::INT, "interrupt"),
        (Signal::XCPU, "CPU time limit"),
    ]
    .into_iter()
    .find_map(|(known, name)| (known.as_raw() == signal).then_some(name))
}
