//! A worker process until it is ready, beside the quickest process there is.

use std::process::Command;
use std::time::{Duration, Instant};

use concurrency_demos::Pool;
use criterion::Criterion;

use crate::table::{Row, Unit};

pub const ROW: Row = Row {
    what: "start a worker process until ready | /bin/true",
    group: "start",
    subject: "worker",
    baseline: "true",
    unit: Unit::Time,
    target: "<= 2 x, < 3 ms",
    is_met: |measured, baseline| measured <= 2.0 * baseline && measured < 3e6,
};

pub fn bench(criterion: &mut Criterion) {
    let mut group = crate::short(criterion, ROW.group);
    group.bench_function(ROW.subject, |bencher| {
        // The end of the worker is not part of its start.
        bencher.iter_custom(|times| (0..times).map(|_| until_ready()).sum());
    });
    group.bench_function(ROW.baseline, |bencher| {
        bencher.iter(|| Command::new("/bin/true").status().expect("/bin/true runs"));
    });
    group.finish();
}

fn until_ready() -> Duration {
    let started = Instant::now();
    let pool = Pool::start(1).expect("the worker starts");
    let ready = started.elapsed();
    drop(pool);
    ready
}
