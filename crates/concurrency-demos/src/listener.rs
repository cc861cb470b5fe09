//! Who hears of a run while it goes on. The crate prints nowhere else.

use crate::{Failure, Job, Output};

/// Hears of each job as it ends, from whichever thread sees it first.
pub trait Listener: Sync {
    /// A job has ended.
    fn ended(&self, job: &Job, result: &Result<Output, Failure>);

    /// Something long has made a step.
    fn progress(&self, step: &str);
}

/// Prints a line for each dish and each failure when it happens, and the steps
/// of anything long: `1 omelet is ready`.
#[derive(Clone, Copy, Debug)]
pub struct Live;

/// Says nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Listener for Live {
    fn ended(&self, job: &Job, result: &Result<Output, Failure>) {
        match (job, result) {
            (_, Err(failure)) => println!("{failure}"),
            (Job::Cook { dish, .. }, Ok(_)) => println!("1 {dish} is ready"),
            _ => {}
        }
    }

    fn progress(&self, step: &str) {
        println!("{step}");
    }
}

impl Listener for Silent {
    fn ended(&self, _: &Job, _: &Result<Output, Failure>) {}

    fn progress(&self, _: &str) {}
}
