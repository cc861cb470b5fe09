//! A listener hears of the run; whatever it does, the run is whole.

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};

use common::MODELS;
use concurrency_demos::{Failure, Job, Listener, Output};

/// One that has no time for anything.
struct Indifferent;

impl Listener for Indifferent {}

/// Panics at the first job that it hears of, and counts what it hears.
#[derive(Default)]
struct Frightened(AtomicUsize);

impl Listener for Frightened {
    fn ended(&self, job: &Job, _: &Result<Output, Failure>) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("frightened by {job}");
    }
}

#[test]
fn nothing_need_be_done() {
    for model in MODELS {
        let run = model.run(&[Job::Fib(10)], &Indifferent).unwrap();
        assert_eq!(run.numbers().unwrap(), [55], "{model}");
    }
}

#[test]
fn one_that_panics_hears_no_more_and_the_run_is_whole() {
    for model in MODELS {
        let listener = Frightened::default();
        let run = model.run(&vec![Job::Fib(10); 20], &listener).unwrap();
        assert_eq!(run.numbers().unwrap(), [55; 20], "{model}");
        // Each worker may be telling it something when it panics.
        let (heard, workers) = (listener.0.into_inner(), model.workers().unwrap_or(20));
        assert!((1..=workers).contains(&heard), "{model}: {heard} times");
    }
}
