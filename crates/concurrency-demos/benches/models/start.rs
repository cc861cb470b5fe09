//! A worker process until it is ready, beside the quickest process there is.

use std::process::Command;
use std::time::{Duration, Instant};

use concurrency_demos::Pool;
use criterion::Criterion;

pub fn bench(criterion: &mut Criterion) {
    let mut group = crate::short(criterion, "start");
    group.bench_function("worker", |bencher| {
        // The end of the worker is not part of its start.
        bencher.iter_custom(|times| (0..times).map(|_| until_ready()).sum());
    });
    group.bench_function("true", |bencher| {
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
