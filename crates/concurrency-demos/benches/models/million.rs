//! A million dishes that sleep at the same time on one thread, beside a
//! million bare Tokio tasks. Each run has a process of its own: the time is
//! that of a fresh heap, the peak of its memory is its own.

use std::time::Duration;

use concurrency_demos::{Dish, Job, Model, Silent};
use criterion::Criterion;

use crate::breakfast::bare_tokio;
use crate::child::output_of;
use crate::memory::PeakMemory;
use crate::table::{Row, Unit};
use crate::turns::take_turns;

/// Longer than it takes to spawn all of them.
const SLEEP: Duration = Duration::from_secs(2);

const TIME: Row = Row {
    what: "1,000,000 dishes over their sleep | bare tokio",
    group: "million-dishes-over-their-sleep",
    subject: "async",
    baseline: "bare-tokio",
    unit: Unit::Time,
    target: "<= 1.5 x",
    is_met: |measured, baseline| measured <= 1.5 * baseline,
};

const MEMORY: Row = Row {
    what: "1,000,000 dishes, peak memory | bare tokio",
    group: "million-dishes-memory",
    unit: Unit::Memory,
    ..TIME
};

pub const ROWS: [Row; 2] = [TIME, MEMORY];

/// Who does it.
const WHO: [&str; 2] = [TIME.subject, TIME.baseline];

pub fn bench(time: &mut Criterion, memory: &mut Criterion<PeakMemory>) {
    let turns = take_turns(WHO.len(), |who| in_child(WHO[who]));
    let mut group = crate::long(time, TIME.group);
    for (who, name) in WHO.into_iter().enumerate() {
        let over = turns.of(who, |(time, _)| time - SLEEP);
        group.bench_function(name, |bencher| bencher.iter_custom(&over));
    }
    group.finish();
    let mut group = crate::long(memory, MEMORY.group);
    for (who, name) in WHO.into_iter().enumerate() {
        let peak = turns.of(who, |(_, memory)| memory);
        group.bench_function(name, |bencher| bencher.iter_custom(&peak));
    }
    group.finish();
}

/// The wall time and the peak memory in bytes of one run.
fn in_child(who: &str) -> (Duration, u64) {
    let said = output_of(who, &[]);
    let (time, memory) = said.trim().split_once(' ').expect("time and memory");
    let time = Duration::from_nanos(time.parse().expect("nanoseconds"));
    (time, memory.parse().expect("bytes"))
}

/// One run; prints its nanoseconds and its peak memory in bytes.
pub fn child(who: &str) {
    let dishes = if crate::is_trial() { 1000 } else { 1_000_000 };
    let jobs = vec![Job::Cook { dish: Dish::Toast, time: SLEEP }; dishes];
    let time = if who == TIME.subject {
        Model::Async.run(&jobs, &Silent).expect("the dishes are ready").wall
    } else {
        bare_tokio(&jobs)
    };
    println!("{} {}", time.as_nanos(), peak_memory());
}

/// The largest resident memory of this process so far.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("/proc is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.expect("Linux tells the peak").trim_end_matches("kB").trim();
    kilobytes.parse::<u64>().expect("a number") * 1024
}
