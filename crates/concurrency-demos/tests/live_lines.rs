//! Dishes are announced when they are ready, in the order of completion.

mod common;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use common::cook;
use concurrency_demos::{Dish, Failure, Fault, Job, Listener, Model, Output, Silent};

/// Keeps what it hears, and when.
struct Heard {
    since: Instant,
    lines: Mutex<Vec<(Duration, String)>>,
}

impl Listener for Heard {
    fn ended(&self, job: &Job, result: &Result<Output, Failure>) {
        let line = if result.is_ok() { job.to_string() } else { format!("{job} failed") };
        self.lines.lock().unwrap().push((self.since.elapsed(), line));
    }
}

fn heard(model: Model, jobs: &[Job]) -> Vec<(Duration, String)> {
    let heard = Heard { since: Instant::now(), lines: Mutex::default() };
    model.run(jobs, &heard).unwrap();
    heard.lines.into_inner().unwrap()
}

/// Every model in which all three dishes are in progress together.
const TOGETHER: [Model; 7] = [
    Model::Processes(3),
    Model::ThreadPerJob,
    Model::Threads(3),
    Model::Rayon(3),
    Model::Async,
    Model::AsyncThreads(3),
    Model::AsyncBlocking(3),
];

#[test]
fn the_quicker_dish_is_heard_first() {
    let jobs = [cook(Dish::Salad, 500), cook(Dish::Omelet, 300), cook(Dish::Toast, 100)];
    for model in TOGETHER {
        let heard = heard(model, &jobs);
        let lines: Vec<_> = heard.iter().map(|(_, line)| line.as_str()).collect();
        assert_eq!(lines, ["toast", "omelet", "salad"], "{model}");
        // Heard when it was ready, not all at the end.
        assert!(heard[2].0 - heard[0].0 > Duration::from_millis(200), "{model}: {heard:?}");
    }
}

#[test]
fn serial_is_heard_in_the_order_of_the_jobs() {
    let jobs = [cook(Dish::Salad, 20), cook(Dish::Omelet, 10), cook(Dish::Toast, 1)];
    let lines: Vec<_> = heard(Model::Serial, &jobs).into_iter().map(|(_, line)| line).collect();
    assert_eq!(lines, ["salad", "omelet", "toast"]);
}

#[test]
fn a_failure_is_heard_too() {
    let jobs = [Job::Fault(Fault::Abort)];
    assert_eq!(heard(Model::Processes(1), &jobs)[0].1, "abort failed");
}

#[test]
fn results_are_in_job_order_whatever_was_heard_first() {
    let jobs = [cook(Dish::Salad, 50), cook(Dish::Omelet, 30), cook(Dish::Toast, 10)];
    for model in TOGETHER {
        let outputs = model.run(&jobs, &Silent).unwrap().outputs().unwrap();
        let dishes = [Dish::Salad, Dish::Omelet, Dish::Toast].map(Output::Ready);
        assert_eq!(outputs, dishes, "{model}");
    }
}
