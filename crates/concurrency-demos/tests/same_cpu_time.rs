//! A worker process is the same code, optimised alike: `fib` costs the same
//! CPU time on a thread of this program as in a worker.

#![cfg(not(debug_assertions))]

use concurrency_demos::{Job, Model, Silent};

/// The least CPU time of a few tries, in seconds: what disturbs adds to it.
fn least_cpu_time(model: Model) -> f64 {
    let run = model.run(&vec![Job::Fib(30); 4], &Silent).unwrap();
    let times = run.spans.iter().map(|span| span.cpu.as_secs_f64());
    times.reduce(f64::min).unwrap()
}

/// The machine itself can be slower for a while. So the two take turns, and
/// another round follows until their best times agree. They agree up to 1.5,
/// for where the linker put a function can change its time by a fifth; with
/// checks for overflow it takes twice as long.
#[test]
fn fib_costs_the_same_on_a_thread_and_in_a_worker() {
    let (mut thread, mut process) = (f64::INFINITY, f64::INFINITY);
    for _round in 0..100 {
        thread = thread.min(least_cpu_time(Model::Threads(1)));
        process = process.min(least_cpu_time(Model::Processes(1)));
        if (1.0 / 1.5..1.5).contains(&(process / thread)) {
            return;
        }
    }
    panic!("thread {thread} s, process {process} s");
}
