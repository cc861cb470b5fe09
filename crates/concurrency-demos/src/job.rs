//! What can be done. A closure cannot travel to another process; a job can.

use std::fmt;
use std::hint::black_box;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::fib::{self, fib};
use crate::labs::held_by;
use crate::pool::LARGEST_PAYLOAD;
use crate::{Dish, Error};

/// One piece of work, the same for every model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// Compute a Fibonacci number: all CPU, no waiting.
    Fib(u32),
    /// Prepare a dish: all waiting, no CPU.
    Cook {
        /// Which dish.
        dish: Dish,
        /// How long it takes.
        time: Duration,
    },
    /// Give these bytes back: all transfer.
    Echo(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Let many wait at the same time: all memory.
    Wait(Waiting),
    /// Go wrong in a known way.
    Fault(Fault),
}

/// Who waits, and how many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// So many threads of the operating system.
    Threads(usize),
    /// So many tasks, all on one thread.
    Tasks(usize),
}

/// A way to go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// Panic, which unwinds and can be caught.
    Panic,
    /// Abort the process.
    Abort,
    /// End the process with this exit status.
    Exit(i32),
    /// Never answer.
    Hang,
    /// Print this text on standard output.
    Print(String),
}

/// What a job gives back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Output {
    /// A Fibonacci number.
    Number(u64),
    /// The dish that is ready.
    Ready(Dish),
    /// The bytes that were sent.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    /// By how many bytes the process grew; `None` where that was not measured.
    Grown(Option<u64>),
    /// Nothing.
    Nothing,
}

impl Job {
    /// How long the job waits without using a CPU.
    #[must_use]
    pub fn waiting(&self) -> Duration {
        match self {
            Job::Cook { time, .. } => *time,
            _ => Duration::ZERO,
        }
    }

    /// Does the job on the calling thread and blocks it until the end.
    pub(crate) fn perform(&self) -> Output {
        match self {
            Job::Fib(n) => Output::Number(fib(black_box(*n))),
            Job::Cook { dish, time } => {
                std::thread::sleep(*time);
                Output::Ready(*dish)
            }
            Job::Echo(bytes) => Output::Bytes(bytes.clone()),
            Job::Wait(waiting) => Output::Grown(held_by(*waiting)),
            Job::Fault(fault) => fault.happen(),
        }
    }

    /// Whether the job can be done at all, and, outside a worker process,
    /// without ending the program that asks for it.
    pub(crate) fn check(&self, in_worker_process: bool) -> Result<(), Error> {
        match self {
            Job::Fib(n) if *n > fib::LARGEST => Err(Error::new(format!(
                "fib({n}) does not fit 64 bits: n can be {} at the most",
                fib::LARGEST
            ))),
            Job::Echo(bytes) if in_worker_process && bytes.len() > LARGEST_PAYLOAD => {
                Err(Error::new(format!(
                    "{self} is too much for one message: it can be {LARGEST_PAYLOAD} at the most"
                )))
            }
            Job::Fault(Fault::Abort | Fault::Exit(_) | Fault::Hang) if !in_worker_process => {
                Err(Error::new(format!(
                    "{self} would take this whole program with it: run it with Model::Processes"
                )))
            }
            _ => Ok(()),
        }
    }
}

impl Fault {
    fn happen(&self) -> Output {
        match self {
            Fault::Panic => panic!("this job panics on purpose"),
            Fault::Abort => std::process::abort(),
            Fault::Exit(status) => std::process::exit(*status),
            Fault::Hang => loop {
                std::thread::park();
            },
            Fault::Print(text) => {
                println!("{text}");
                Output::Nothing
            }
        }
    }
}

/// The name of a job: small enough to stand in every span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobName {
    /// `fib(n)`.
    Fib(u32),
    /// A dish.
    Cook(Dish),
    /// An echo of so many bytes.
    Echo(usize),
    /// So many that wait.
    Wait(Waiting),
    /// A fault, by its name.
    Fault(&'static str),
}

impl Job {
    /// The name under which the job stands in the record.
    #[must_use]
    pub fn name(&self) -> JobName {
        match self {
            Job::Fib(n) => JobName::Fib(*n),
            Job::Cook { dish, .. } => JobName::Cook(*dish),
            Job::Echo(bytes) => JobName::Echo(bytes.len()),
            Job::Wait(waiting) => JobName::Wait(*waiting),
            Job::Fault(fault) => JobName::Fault(match fault {
                Fault::Panic => "panic",
                Fault::Abort => "abort",
                Fault::Exit(_) => "exit",
                Fault::Hang => "hang",
                Fault::Print(_) => "print",
            }),
        }
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name().fmt(f)
    }
}

impl fmt::Display for JobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JobName::Fib(n) => write!(f, "fib({n})"),
            JobName::Cook(dish) => write!(f, "{dish}"),
            JobName::Echo(bytes) => write!(f, "echo of {bytes} bytes"),
            JobName::Wait(Waiting::Threads(count)) => write!(f, "{count} waiting threads"),
            JobName::Wait(Waiting::Tasks(count)) => write!(f, "{count} waiting tasks"),
            JobName::Fault(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_above_93_is_refused_and_93_is_not() {
        assert!(Job::Fib(93).check(false).is_ok());
        let error = Job::Fib(94).check(true).unwrap_err().to_string();
        assert!(error.contains("fib(94)") && error.contains("93"), "{error}");
    }

    #[test]
    fn only_a_worker_process_may_be_ended() {
        for fault in [Fault::Abort, Fault::Exit(3), Fault::Hang] {
            assert!(Job::Fault(fault.clone()).check(false).is_err());
            assert!(Job::Fault(fault).check(true).is_ok());
        }
    }

    #[test]
    fn those_who_wait_are_named_with_their_number() {
        assert_eq!(Job::Wait(Waiting::Threads(40)).to_string(), "40 waiting threads");
        assert_eq!(Job::Wait(Waiting::Tasks(4)).to_string(), "4 waiting tasks");
    }
}
