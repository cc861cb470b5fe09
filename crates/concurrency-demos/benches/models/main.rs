//! What the models cost, each beside a baseline that is measured in the same
//! run. At the end a table says which targets are met.
//!
//! With `--test` everything runs once and small: only that it runs is seen.

mod breakfast;
mod child;
mod cpu;
mod live;
mod memory;
mod million;
mod python;
mod service;
mod start;
mod table;
mod tasks;
mod transfer;
mod turns;

use std::path::Path;
use std::time::Duration;

use criterion::measurement::{Measurement, WallTime};
use criterion::{BenchmarkGroup, Criterion, SamplingMode};

fn main() {
    if let Some(who) = child::is_to_do() {
        if who == service::WHO {
            return service::child().map(|never| match never {}).expect("the echo goes on");
        }
        return match &*who {
            who if live::WHO.contains(&who) => live::child(who),
            who if tasks::WHO.contains(&who) => tasks::child(who),
            who => million::child(who),
        };
    }
    let mut criterion = Criterion::default().configure_from_args();
    start::bench(&mut criterion);
    transfer::bench(&mut criterion);
    cpu::bench(&mut criterion);
    python::bench(&mut criterion);
    breakfast::bench(&mut criterion);
    live::bench(&mut criterion);
    service::bench(&mut criterion);
    tasks::bench(&mut criterion);
    let memory = Criterion::default().with_measurement(memory::PeakMemory);
    million::bench(&mut criterion, &mut memory.configure_from_args());
    criterion.final_summary();
    if !is_trial() {
        print_table();
    }
}

/// What was measured now, and what an earlier call has left where this one measured a part.
fn print_table() {
    let mut rows = vec![start::ROW];
    rows.extend(transfer::ROWS);
    rows.extend(cpu::rows());
    rows.extend([breakfast::ROW, live::ROW, service::ROW, tasks::ROW]);
    rows.extend(million::ROWS);
    rows.push(python::ROW);
    let measured = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("criterion");
    match table::table(&measured, &rows) {
        Ok(table) => print!("\n{table}"),
        Err(why) => println!("\nno table: {why}"),
    }
}

/// Whether this is only a trial.
fn is_trial() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

/// A group of short calls.
fn short<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    group
}

/// A group of calls that take half a second or more: ten of each.
fn long<'a, M: Measurement>(criterion: &'a mut Criterion<M>, name: &str) -> BenchmarkGroup<'a, M> {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    group.warm_up_time(Duration::from_nanos(1)).measurement_time(Duration::from_nanos(1));
    group
}
