//! What can be done. A closure cannot travel to another process; a job can.

use std::fmt;
use std::hint::black_box;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::Dish;
use super::fib::{self, fib};
use crate::error::Error;
use crate::format::label;

/// The longest time that a dish may take: a day.
pub(super) const LONGEST: Duration = Duration::from_secs(86_400);

/// One piece of work, the same for every model.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Mix into each of these bytes all before it, and give them back: transfer, and some CPU.
    Mix(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Go wrong in a known way.
    Fault(Fault),
}

/// A way to go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Output {
    /// A Fibonacci number.
    Number(u64),
    /// The dish that is ready.
    Ready(Dish),
    /// The bytes that were sent, or those made of them.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
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

    /// How many bytes it carries to whoever does it.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Job::Echo(bytes) | Job::Mix(bytes) => bytes.len(),
            Job::Fault(Fault::Print(text)) => text.len(),
            Job::Fib(_) | Job::Cook { .. } | Job::Fault(_) => 0,
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
            Job::Mix(bytes) => Output::Bytes(mixed(bytes)),
            Job::Fault(fault) => fault.happen(),
        }
    }

    /// Whether the job can be done at all, by whatever model.
    ///
    /// # Errors
    /// If it cannot: a number that fits no 64 bits, a dish of more than a day.
    pub fn check(&self) -> Result<(), Error> {
        match self {
            Job::Fib(n) if *n > fib::LARGEST => Err(Error::new(fib::too_large(*n))),
            Job::Cook { dish, time } if *time > LONGEST => Err(Error::new(format!(
                "{dish} would take {time:?}: a dish takes a day at the most"
            ))),
            _ => Ok(()),
        }
    }
}

/// Each byte depends on all before it, so that they must be taken one after the other: some
/// nanoseconds for each.
fn mixed(bytes: &[u8]) -> Vec<u8> {
    let mix = |state: &mut u32, byte: &u8| {
        *state = (*state ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        Some((*state >> 24) as u8)
    };
    bytes.iter().scan(0x811c_9dc5, mix).collect()
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum JobName {
    /// `fib(n)`.
    Fib(u32),
    /// A dish.
    Cook(Dish),
    /// An echo of so many bytes.
    Echo(usize),
    /// So many bytes mixed.
    Mix(usize),
    /// A fault, by its name.
    Fault(&'static str),
    /// A future or a function of a cell, by the name that the cell gives it.
    Task(&'static str),
}

/// A name from another process, in the order of [`JobName`].
#[derive(Deserialize)]
enum Received {
    Fib(u32),
    Cook(Dish),
    Echo(usize),
    Mix(usize),
    Fault(String),
}

impl<'de> Deserialize<'de> for JobName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<JobName, D::Error> {
        const FAULTS: [&str; 5] = ["panic", "abort", "exit", "hang", "print"];
        Ok(match Received::deserialize(from)? {
            Received::Fib(n) => JobName::Fib(n),
            Received::Cook(dish) => JobName::Cook(dish),
            Received::Echo(bytes) => JobName::Echo(bytes),
            Received::Mix(bytes) => JobName::Mix(bytes),
            Received::Fault(name) => {
                let known = FAULTS.into_iter().find(|known| *known == name);
                JobName::Fault(known.ok_or_else(|| D::Error::custom("no such fault"))?)
            }
        })
    }
}

impl Job {
    /// The name under which the job stands in the record.
    #[must_use]
    pub fn name(&self) -> JobName {
        match self {
            Job::Fib(n) => JobName::Fib(*n),
            Job::Cook { dish, .. } => JobName::Cook(*dish),
            Job::Echo(bytes) => JobName::Echo(bytes.len()),
            Job::Mix(bytes) => JobName::Mix(bytes.len()),
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
            JobName::Mix(bytes) => write!(f, "mix of {bytes} bytes"),
            JobName::Fault(name) => f.write_str(name),
            JobName::Task(name) => f.write_str(&label(name)),
        }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Output::Number(number) => write!(f, "{number}"),
            Output::Ready(dish) => write!(f, "1 {dish} is ready"),
            Output::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Output::Nothing => f.write_str("nothing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_above_93_is_refused_and_93_is_not() {
        assert!(Job::Fib(93).check().is_ok());
        let error = Job::Fib(94).check().unwrap_err().to_string();
        assert!(error.contains("fib(94)") && error.contains("93"), "{error}");
    }

    #[test]
    fn a_byte_that_is_mixed_depends_on_all_before_it() {
        let mix = |bytes: &[u8]| Job::Mix(bytes.to_vec()).perform();
        let (Output::Bytes(one), Output::Bytes(other)) = (mix(&[1, 2, 3]), mix(&[9, 2, 3])) else {
            panic!("bytes give bytes");
        };
        assert!(one.iter().zip(&other).all(|(one, other)| one != other), "{one:?} {other:?}");
        assert_eq!(mix(&[]), Output::Bytes(vec![]));
    }

    #[test]
    fn a_dish_for_ever_is_refused_and_one_for_a_day_is_not() {
        let cook = |time| Job::Cook { dish: Dish::Salad, time };
        assert!(cook(LONGEST).check().is_ok());
        let error = cook(Duration::MAX).check().unwrap_err().to_string();
        assert!(error.contains("salad") && error.contains("a day"), "{error}");
    }
}
