//! Equal jobs of half a second on all cores, beside plain threads.

use std::hint::black_box;
use std::time::Duration;

use concurrency_demos::{Job, Model, Silent, cores, fib};
use criterion::Criterion;

pub fn bench(criterion: &mut Criterion) {
    let time = Duration::from_millis(if crate::is_trial() { 1 } else { 500 });
    let n = fib::n_taking(time);
    let jobs = vec![Job::Fib(n); cores()];
    let mut group = crate::long(criterion, "cpu");
    group.bench_function("plain-threads", |bencher| bencher.iter(|| plain_threads(n)));
    for (name, model) in [
        ("threads", Model::Threads(cores())),
        ("rayon", Model::Rayon(cores())),
        ("processes", Model::Processes(cores())),
    ] {
        let run = || model.run(&jobs, &Silent).expect("the jobs are done");
        group.bench_function(name, |bencher| bencher.iter(run));
    }
    group.finish();
}

fn plain_threads(n: u32) {
    std::thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(move || black_box(fib(black_box(n))));
        }
    });
}
