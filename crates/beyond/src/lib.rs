//! The jobs of the course beyond one machine: on the ranks of an MPI program, and through the
//! work queue of a message broker. Both leave the record that every model leaves, a
//! [`Run`](concurrency_demos::Run), so that all figures take it.
//!
//! ```no_run
//! use beyond::Mpi;
//! use concurrency_demos::{Job, Silent, timeline};
//!
//! let record = Mpi::new(2).run(&vec![Job::Fib(30); 8], &Silent)?;
//! let figure = timeline([&record.run]);
//! # Ok::<(), beyond::Error>(())
//! ```
//!
//! A program that needs neither MPI nor a broker to be compiled, such as a cell, asks for them by
//! [`concurrency_demos::Beyond`], which starts this crate's program for a run.

mod broker;
mod error;
mod guardian;
mod hosts;
mod job;
mod mpi;
mod perform;
mod program;
mod protocol;
mod record;
mod run;

pub use broker::{Broker, publish_rates, worker_main};
pub use error::Error;
pub use guardian::guardian_main;
pub use hosts::{Hosts, host_main, switch_main};
pub use job::{help_main, job_main, misunderstood};
pub use mpi::{Mpi, rank_main};
pub use protocol::RoundTrip;
pub use run::run_main;
