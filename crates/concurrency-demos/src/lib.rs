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
//! | module | holds |
//! | --- | --- |
//! | `job`, `fib`, `breakfast` | what is done: a closed list of jobs and the two workloads |
//! | `models` | who does it: `serial`, `processes`, `threads`, `rayon`, `tasks` |
//! | `pool` | the worker processes behind `models/processes.rs` |
//! | `run`, `record`, `listener`, `clock`, `queue` | the record of a run, and how it is taken |
//! | `measure`, `break_even`, `theory` | repeated runs, comparisons, bounds |
//! | `labs` | experiments on the models themselves: what each costs, how far it scales |
//! | `python` | the same workloads in Python, measured beside Rust |
//! | `machine` | what this machine gives to a program |
//! | `figure`, `display` | records as pictures, pictures in a notebook |
//! | `predict`, `claim`, `exercise`, `quiz` | a learner's guess, a sentence checked by the run, a checked answer |

mod break_even;
mod claim;
mod clock;
mod display;
mod error;
mod exercise;
mod job;
mod listener;
mod machine;
mod measure;
mod model;
mod models;
mod pool;
mod predict;
mod python;
mod queue;
mod quiz;
mod record;
mod run;

pub mod breakfast;
pub mod fib;
pub mod figure;
pub mod format;
pub mod labs;
pub mod theory;

pub use break_even::BreakEven;
pub use breakfast::Dish;
pub use claim::{Claim, Sentence, Verdict, claim};
pub use error::{Cause, Error, Failure};
pub use exercise::{Check, check};
pub use fib::fib;
pub use figure::{Choice, Figure, decision, timeline};
pub use job::{Fault, Job, JobName, Output, Waiting};
pub use listener::{Listener, Live, Silent};
pub use machine::{Limit, Machine};
pub use measure::{Comparison, Measurement, cores};
pub use model::Model;
pub use pool::{Pool, worker_main};
pub use predict::{Guess, predict};
pub use quiz::quiz;
pub use run::{Language, Run, Span};
