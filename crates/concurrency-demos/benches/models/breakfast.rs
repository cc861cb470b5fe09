//! Breakfast for 20 persons: what a task for each dish takes over its 5 s,
//! beside bare Tokio tasks that only sleep.

use std::time::{Duration, Instant};

use concurrency_demos::{Job, Model, Silent, breakfast};
use criterion::Criterion;

use crate::table::{Row, Unit};

pub const ROW: Row = Row {
    what: "breakfast for 20 over its 5 s | bare tokio",
    group: "breakfast-20-over-5-s",
    subject: "async",
    baseline: "bare-tokio",
    unit: Unit::Time,
    target: "<= 10 ms",
    is_met: |measured, _| measured <= 10e6,
};

pub fn bench(criterion: &mut Criterion) {
    let scale = if crate::is_trial() { 0.01 } else { 1.0 };
    let jobs = breakfast::order(20, scale).expect("a good order");
    let longest = jobs.iter().map(Job::waiting).max().expect("there are dishes");
    let mut group = crate::long(criterion, ROW.group);
    group.bench_function(ROW.subject, |bencher| {
        let run = || Model::Async.run(&jobs, &Silent).expect("the dishes are ready").wall;
        bencher.iter_custom(|times| (0..times).map(|_| run() - longest).sum());
    });
    group.bench_function(ROW.baseline, |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| bare_tokio(&jobs) - longest).sum());
    });
    group.finish();
}

/// The same waiting without jobs and records.
pub fn bare_tokio(jobs: &[Job]) -> Duration {
    let started = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime starts").block_on(async {
        let sleep = |job: &Job| tokio::spawn(tokio::time::sleep(job.waiting()));
        let tasks: Vec<_> = jobs.iter().map(sleep).collect();
        for task in tasks {
            task.await.expect("a sleep never fails");
        }
        started.elapsed()
    })
}
