//! Jobs on every core while their timeline is drawn, beside the same jobs without it. Where
//! displays can change is said by the environment, so each run has a process of its own.

use std::time::{Duration, Instant};

use concurrency_demos::{Job, Listener, LiveTimeline, Model, Silent, cores, fib};
use criterion::Criterion;

use crate::child::output_of;
use crate::table::{Row, Unit};
use crate::turns::take_turns;

pub const ROW: Row = Row {
    what: "jobs of 1 s on every core: live timeline | silent",
    group: "live-timeline",
    subject: "live",
    baseline: "silent",
    unit: Unit::Time,
    target: "<= 1.02 x",
    is_met: |measured, baseline| measured <= 1.02 * baseline,
};

/// The size of the jobs, the same for all runs.
const SIZE: &str = "CONCURRENCY_BENCH_SIZE";

pub const WHO: [&str; 2] = [ROW.subject, ROW.baseline];

pub fn bench(criterion: &mut Criterion) {
    let time = Duration::from_millis(if crate::is_trial() { 1 } else { 250 });
    let n = fib::n_taking(time).to_string();
    let turns = take_turns(WHO.len(), |who| {
        let output = output_of(WHO[who], &[("EVCXR_LIVE_DISPLAYS", "1"), (SIZE, &n)]);
        let last = output.lines().last().expect("it prints its time");
        Duration::from_nanos(last.parse().expect("nanoseconds"))
    });
    let mut group = crate::long(criterion, ROW.group);
    for (who, name) in WHO.into_iter().enumerate() {
        let times = turns.of(who, |time| time);
        group.bench_function(name, |bencher| bencher.iter_custom(&times));
    }
    group.finish();
}

/// One run, pictures and all; prints its nanoseconds behind them.
pub fn child(who: &str) {
    let n = std::env::var(SIZE).expect("a child is told").parse().expect("a number");
    let jobs = vec![Job::Fib(n); 4 * cores()];
    let listener: &dyn Listener = if who == ROW.subject { &LiveTimeline } else { &Silent };
    let started = Instant::now();
    Model::Threads(cores()).run(&jobs, listener).expect("the run is made");
    println!("{}", started.elapsed().as_nanos());
}
