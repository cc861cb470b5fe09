//! Equal jobs of half a second on all cores, beside plain threads.

use std::hint::black_box;
use std::time::{Duration, Instant};

use concurrency_demos::{Job, Model, Silent, cores, fib};
use criterion::Criterion;

use crate::turns::take_turns;

const WHO: [&str; 4] = ["plain-threads", "threads", "rayon", "processes"];

pub fn bench(criterion: &mut Criterion) {
    let time = Duration::from_millis(if crate::is_trial() { 1 } else { 500 });
    let n = fib::n_taking(time);
    let turns = take_turns(WHO.len(), |who| {
        let started = Instant::now();
        match WHO[who] {
            "threads" => run(Model::Threads(cores()), n),
            "rayon" => run(Model::Rayon(cores()), n),
            "processes" => run(Model::Processes(cores()), n),
            _ => plain_threads(n),
        }
        started.elapsed()
    });
    let mut group = crate::long(criterion, "cpu");
    for (who, name) in WHO.into_iter().enumerate() {
        let times = turns.of(who, |time| time);
        group.bench_function(name, |bencher| bencher.iter_custom(&times));
    }
    group.finish();
}

fn run(model: Model, n: u32) {
    let run = model.run(&vec![Job::Fib(n); cores()], &Silent).expect("the run is made");
    run.outputs().expect("the jobs are done");
}

fn plain_threads(n: u32) {
    std::thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(move || black_box(fib(black_box(n))));
        }
    });
}
