//! Equal jobs of half a second on all cores, beside plain threads.

use std::hint::black_box;
use std::time::{Duration, Instant};

use concurrency_demos::{Job, Kind, Model, Silent, cores, fib};
use criterion::Criterion;

use crate::table::{Row, Unit};
use crate::turns::take_turns;

const GROUP: &str = "cpu";
const PLAIN: &str = "plain-threads";

/// Whose efficiency is measured, its name for Criterion, and its row.
const MODELS: [(Kind, &str, &str); 3] = [
    (Kind::Threads, "threads", "jobs of 0.5 s on every core: threads | plain"),
    (Kind::Rayon, "rayon", "jobs of 0.5 s on every core: rayon | plain"),
    (Kind::Processes, "processes", "jobs of 0.5 s on every core: processes | plain"),
];

pub fn rows() -> [Row; 3] {
    MODELS.map(|(_, subject, what)| Row {
        what,
        group: GROUP,
        subject,
        baseline: PLAIN,
        unit: Unit::Gain,
        target: ">= 0.9 x",
        is_met: |measured, baseline| baseline >= 0.9 * measured,
    })
}

pub fn bench(criterion: &mut Criterion) {
    let time = Duration::from_millis(if crate::is_trial() { 1 } else { 500 });
    let n = fib::n_taking(time);
    let turns = take_turns(1 + MODELS.len(), |who| {
        let started = Instant::now();
        match who.checked_sub(1) {
            Some(model) => run(MODELS[model].0.with(cores()), n),
            None => plain_threads(n),
        }
        started.elapsed()
    });
    let mut group = crate::long(criterion, GROUP);
    let names = [PLAIN].into_iter().chain(MODELS.map(|(_, name, _)| name));
    for (who, name) in names.enumerate() {
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
