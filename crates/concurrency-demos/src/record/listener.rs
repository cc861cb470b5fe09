//! Who hears of a run while it goes on. The crate prints nowhere else.

use super::Failure;
use crate::work::{Job, Output};

/// Hears of each job as it ends, from whichever thread sees it first. What it does counts as
/// a part of the run: let it be short. By default it does nothing.
///
/// If [`ended`](Listener::ended) panics, the panic is reported as any other is, the run goes
/// on, and the listener hears no more of its jobs. A panic in
/// [`progress`](Listener::progress) reaches the caller of the measurement.
pub trait Listener: Sync {
    /// A job has ended.
    fn ended(&self, job: &Job, result: &Result<Output, Failure>) {
        let _ = (job, result);
    }

    /// Something long has made a step.
    fn progress(&self, step: &str) {
        let _ = step;
    }
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

impl Listener for Silent {}
