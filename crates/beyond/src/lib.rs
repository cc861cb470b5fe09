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
//! # Why not `Model::Mpi`
//!
//! [`Model`](concurrency_demos::Model) is a closed list: a cell that names one is compiled with
//! all of them, and MPI would then be needed by everybody. So an engine is a value of its own with
//! the same verb, and the run that it makes says what a rank and a worker of the broker are to
//! the operating system: [`Model::Processes`](concurrency_demos::Model::Processes). What is more
//! than that (hosts, deaths, deliveries) stands beside the run, in [`Record`].

mod broker;
mod clock;
mod error;
mod guardian;
mod hosts;
mod mpi;
mod perform;
mod program;
mod protocol;
mod record;

pub mod theory;

pub use broker::{Broker, Delivery, Moment, Strike, publish_rates, worker_main};
pub use error::Error;
pub use guardian::guardian_main;
pub use hosts::{Hosts, host_main, switch_main};
pub use mpi::{Mpi, rank_main};
pub use record::{Death, Record, Seat};
