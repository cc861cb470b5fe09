//! What this program and `beyond-worker` say to each other.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Beyond, Record};
use crate::pool;
use crate::record::{Failure, Span};
use crate::work::{Job, Output};

/// What `beyond-worker` is told.
#[derive(Serialize, Deserialize)]
pub struct Told {
    /// Which run.
    pub beyond: Beyond,
    /// What is to be done in it.
    pub jobs: Vec<Job>,
}

/// What it says. Its first word is the id of what it was built from.
#[derive(Serialize, Deserialize)]
pub enum Event {
    /// What it was built from.
    Built(String),
    /// A job has begun.
    Began(usize, Span),
    /// A job has ended.
    Ended(usize, Span, Result<Output, Failure>),
    /// The run is over.
    Over(Box<Record>),
    /// It cannot be made.
    Failed(Why),
    /// It cannot be made before something is installed.
    Missing(Why),
}

impl Event {
    /// The first word of a program of this crate.
    #[must_use]
    pub fn built() -> Self {
        Event::Built(pool::BUILD_ID.to_owned())
    }
}

/// Why a run cannot be made, in one sentence.
pub type Why = String;

/// Sends one message.
///
/// # Errors
/// If nobody reads it, or it is too large.
pub fn send<T: Serialize>(to: &mut impl Write, message: &T) -> io::Result<()> {
    pool::send(to, message)
}

/// Waits for one message.
///
/// # Errors
/// If nobody sends one, or it cannot be understood.
pub fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    pool::receive(from)
}
