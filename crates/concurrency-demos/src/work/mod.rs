//! What is done: a closed list of jobs, and the two workloads that are made of them.

mod job;
mod scale;

pub mod breakfast;
pub mod fib;

pub use breakfast::Dish;
pub use fib::fib;
pub use job::{Fault, Job, JobName, Output};
pub use scale::time_scale;
