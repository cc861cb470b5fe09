//! A million tasks as the lab of the last notebook starts them, beside a bare loop. Each run has
//! a process of its own: the time is that of a fresh heap.

use std::time::{Duration, Instant};

use concurrency_demos::labs::Scale;
use criterion::Criterion;

use crate::child::output_of;
use crate::table::{Row, Unit};
use crate::turns::take_turns;

pub const ROW: Row = Row {
    what: "1,000,000 tasks started and ended | bare tokio",
    group: "million-tasks",
    subject: "tasks-of-the-lab",
    baseline: "tasks-of-a-bare-loop",
    unit: Unit::Time,
    target: "<= 1.5 x",
    is_met: |measured, baseline| measured <= 1.5 * baseline,
};

/// Who does it.
pub const WHO: [&str; 2] = [ROW.subject, ROW.baseline];

pub fn bench(criterion: &mut Criterion) {
    let turns = take_turns(WHO.len(), |who| in_child(WHO[who]));
    let mut group = crate::long(criterion, ROW.group);
    for (who, name) in WHO.into_iter().enumerate() {
        let time = turns.of(who, |time: Duration| time);
        group.bench_function(name, |bencher| bencher.iter_custom(&time));
    }
    group.finish();
}

fn in_child(who: &str) -> Duration {
    let said = output_of(who, &[]);
    Duration::from_nanos(said.trim().parse().expect("nanoseconds"))
}

/// One run; prints its nanoseconds.
pub fn child(who: &str) {
    let count = if crate::is_trial() { 1_000 } else { 1_000_000 };
    let time = if who == ROW.subject {
        Scale::start_tasks(count).expect("a runtime starts")
    } else {
        bare_loop(count)
    };
    println!("{}", time.as_nanos());
}

fn bare_loop(count: usize) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime starts").block_on(async {
        let started = Instant::now();
        let mut tasks = Vec::with_capacity(count);
        for _ in 0..count {
            tasks.push(tokio::spawn(async {}));
        }
        for task in tasks {
            task.await.expect("it does nothing");
        }
        started.elapsed()
    })
}
