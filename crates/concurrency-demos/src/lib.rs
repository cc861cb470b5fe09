//! The same jobs, run by different models, leave the same record; everything
//! that the notebooks show is drawn from that record.
//!
//! ```
//! use concurrency_demos::{Job, Model, Silent};
//!
//! let jobs = vec![Job::Fib(20); 2];
//! let run = Model::Threads(2).run(&jobs, &Silent)?;
//! assert_eq!(run.numbers()?, [6765, 6765]);
//! # Ok::<(), concurrency_demos::Error>(())
//! ```
//!
//! # Layout
//!
//! Rooms, each of which uses only those below it (`tests/rooms.rs` sees to that):
//!
//! | room | holds |
//! | --- | --- |
//! | `display` | values as a notebook shows them, also while a cell runs; the only room that knows how |
//! | `figure` | pictures of records: record in, SVG and words out |
//! | `lesson` | what a lesson needs: a guess, a sentence checked by the run, an exercise, a quiz, votes |
//! | `labs` | what is found out: comparisons, break-even, speed-up, costs, crowd, diary, theory, machine, languages; crash, schedules, service, scaling |
//! | `models` | who does it: one file for each model, and [`Model::run`] in `models/mod.rs` |
//! | `beyond` | jobs beyond one machine: how the program of the crate `beyond` is asked for them |
//! | `pool` | the worker processes behind `models/processes.rs` |
//! | `service` | a small server in three models, and who visits it |
//! | `record` | what is left of it: run, spans, failures; how that is taken: recorder, recording, listener, watch, queue |
//! | `work` | what is done: a closed list of jobs and the two workloads |
//! | `system` | what the operating system gives: clocks, threads, a runtime, memory of a process |
//! | `format`, `error` | how a time, a ratio and an error are written, for all rooms |

mod display;
mod error;
mod lesson;
mod models;
mod pool;
mod record;
mod service;
mod system;
mod work;

pub mod beyond;
pub mod figure;
pub mod format;
pub mod labs;

pub use beyond::Beyond;
pub use display::{Live, LiveTimeline};
pub use error::Error;
pub use figure::{Choice, Figure, decision, timeline};
pub use labs::{
    Border, BreakEven, CacheLine, Comparison, Crash, Diary, Fate, Home, Limit, Machine, Marks,
    Measurement, Onlooker, Outcome, Reach, Scale, Scaling, SerialPart, Survivors, Uneven, cores,
    crash_main, theory,
};
pub use lesson::{
    Check, Claim, Guess, Seen, Sentence, Verdict, Votes, check, claim, mark, predict, quiz,
};
pub use pool::{Pool, worker_main};
pub use record::{
    Cause, Failure, Kind, Language, Listener, Model, Progress, Recording, Run, Silent, Span, Watch,
};
pub use work::{Dish, Fault, Job, JobName, Output, breakfast, fib, time_scale};

/// For `crates/fuzz`, which is built with this setting.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod wires {
    pub use crate::pool::wire_checks::{parent_hears, worker_hears};
}
