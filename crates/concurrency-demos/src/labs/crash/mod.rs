//! What survives a crash: eight ways to go wrong, in a thread, in a task, in a process, each in
//! a program made for it.
//!
//! ```text
//! this program                 the program of the scene             of home `process`
//! Fate::of ──── scene ────►    a job, and two neighbours  ──────►   a process for each
//!          ◄─── notes ─────    the caller, who waits      ◄── notes, status ──┘
//!          ◄─── status ────┘
//! ```
//!
//! The caller inside notices what it can; what takes the caller along is noticed here, outside.

mod fate;
mod marks;
mod play;
mod scene;
mod survivors;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use fate::Fate;
pub use marks::Marks;
pub use scene::crash_main;
pub use survivors::{Onlooker, Survivors};

pub(crate) use scene::{CALLER_LIMIT, NEIGHBOURS, PROGRAM_LIMIT};

/// A way to go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Crash {
    /// A panic that unwinds, which is the default.
    Panic,
    /// A panic that ends the process, as in a program built with `panic = "abort"`. The program
    /// of the scene is built with the default: a panic hook calls `abort` behind the message.
    PanicAbort,
    /// A call of [`std::process::abort`].
    Abort,
    /// A function that calls itself until its stack is full.
    StackOverflow,
    /// A vector of more bytes than the process may have. The process has set its own limit.
    MemoryLimit,
    /// The same number of bytes, asked for with `try_reserve`, which may be told no.
    TryReserve,
    /// A loop that never ends and never waits.
    EndlessLoop,
    /// Signal 9, as `kill -9` or the kernel's out-of-memory killer send it.
    Kill,
}

/// Where a job and its neighbours live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Home {
    /// A thread of the operating system for each.
    Thread,
    /// A task for each, all on one thread.
    Task,
    /// A process for each.
    Process,
}

/// What is left after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Outcome {
    /// The job itself goes on.
    Lives,
    /// The job is lost; its program lives, and so do its neighbours.
    JobLost,
    /// The program is lost with all jobs in it.
    AllLost,
}

impl Crash {
    /// All of them, in the order of the table.
    pub const ALL: [Crash; 8] = [
        Crash::Panic,
        Crash::PanicAbort,
        Crash::Abort,
        Crash::StackOverflow,
        Crash::MemoryLimit,
        Crash::TryReserve,
        Crash::EndlessLoop,
        Crash::Kill,
    ];

    /// Its name, as a row of the table has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Crash::Panic => "panic",
            Crash::PanicAbort => "panic = abort",
            Crash::Abort => "abort",
            Crash::StackOverflow => "stack overflow",
            Crash::MemoryLimit => "memory limit",
            Crash::TryReserve => "try_reserve",
            Crash::EndlessLoop => "endless loop",
            Crash::Kill => "kill",
        }
    }
}

impl Home {
    /// All of them, in the order of the table.
    pub const ALL: [Home; 3] = [Home::Thread, Home::Task, Home::Process];

    /// Its name, as a column of the table has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Home::Thread => "thread",
            Home::Task => "task",
            Home::Process => "process",
        }
    }
}

impl Outcome {
    /// All of them, the best first.
    pub const ALL: [Outcome; 3] = [Outcome::Lives, Outcome::JobLost, Outcome::AllLost];

    /// Its name in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Lives => "lives",
            Outcome::JobLost => "job lost",
            Outcome::AllLost => "all lost",
        }
    }
}

impl fmt::Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
