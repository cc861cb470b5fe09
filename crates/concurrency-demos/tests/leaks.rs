//! A thousand pools and runs leave no process, file, thread or folder, and no memory.

#![cfg(target_os = "linux")]

mod common;

use std::env;
use std::fs;
use std::path::Path;
use std::time::Duration;

use common::{MODELS, alone, children, cook, count, figure, is_long, wait_until};
use concurrency_demos::{Dish, Fault, Job, Model, Pool, Silent};

/// The process has half a MiB, so that of few calls one that needs more than the others shows.
const A_FEW_PAGES: u64 = 16 * 4096;

/// Calls it so often, and looks at what is left.
fn repeat(what: &str, mut call: impl FnMut()) {
    let times = if is_long() { 1_000 } else { 50 };
    let (before, warm_up) = (held(), times / 3);
    (0..warm_up).for_each(|_| call());
    let mut memory = Vec::new();
    for _ in warm_up..times {
        call();
        memory.push(anonymous());
    }
    // Rayon's threads end soon after their pool, not with it.
    let same = || held() == before;
    assert!(
        wait_until(Duration::from_secs(10), same),
        "{what}: open files, threads, children, temporary files: {before:?}, then {:?}",
        held()
    );
    let (first, second) = memory.split_at(memory.len() / 2);
    let [first, second] = [first, second].map(median);
    let growth = second as f64 / first as f64 - 1.0;
    let flat = growth < 0.05 || !is_long() && second < first + A_FEW_PAGES;
    assert!(flat, "{what}: {first} bytes of memory, then {second}");
    figure(&format!(
        "{times} times {what}: nothing left, {} KiB of memory, {:+.1} %",
        second >> 10,
        100.0 * growth
    ));
}

/// Open files, threads, children (zombies too), and what is in the folder for temporary files.
fn held() -> [usize; 4] {
    let files = env::temp_dir();
    let files = fs::read_dir(files).expect("the temporary folder is there").count();
    [count("/proc/self/fd"), count("/proc/self/task"), children().len(), files]
}

/// The heap and stacks of this process, in bytes.
fn anonymous() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("/proc is there");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.expect("Linux tells it") << 10
}

fn median(samples: &[u64]) -> u64 {
    let mut samples = samples.to_vec();
    samples.sort_unstable();
    samples[samples.len() / 2]
}

/// In a process with a folder of its own for temporary files, and one heap for all threads: else
/// each new thread may open another one, and that is no leak.
fn in_order(test: &str, body: impl FnOnce()) {
    let folder = tempfile::tempdir().unwrap();
    alone(test, &[("TMPDIR", folder.path()), ("MALLOC_ARENA_MAX", Path::new("1"))], body);
}

#[test]
fn pools_that_are_made_and_dropped_leave_nothing() {
    in_order("pools_that_are_made_and_dropped_leave_nothing", || {
        repeat("a pool made and dropped", || drop(Pool::start(2).unwrap()));
        let jobs = [Job::Fib(10), Job::Fault(Fault::Abort), Job::Echo(vec![7; 100_000])];
        repeat("a pool with a job that aborts", || {
            Pool::start(1).unwrap().run(&jobs, &Silent).unwrap();
        });
    });
}

#[test]
fn runs_of_each_model_leave_nothing() {
    in_order("runs_of_each_model_leave_nothing", || {
        // A thousand reports of panics on purpose hide what is looked for.
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic.to_string().contains("on purpose") {
                report(panic);
            }
        }));
        let jobs = [
            Job::Fib(10),
            cook(Dish::Toast, 1),
            Job::Echo(vec![7; 10_000]),
            Job::Fault(Fault::Panic),
        ];
        for model in MODELS {
            repeat(&format!("a run by {model}"), || {
                let run = model.run(&jobs, &Silent).unwrap();
                assert_eq!(run.failures().len(), 1, "{model}");
            });
        }
    });
}

#[test]
fn a_run_that_is_refused_leaves_nothing() {
    in_order("a_run_that_is_refused_leaves_nothing", || {
        repeat("a run that is refused", || {
            Model::Processes(100_000).run(&[Job::Fib(1)], &Silent).expect_err("too many workers");
            Model::Threads(2).run(&[Job::Fib(94)], &Silent).expect_err("too large");
        });
    });
}
