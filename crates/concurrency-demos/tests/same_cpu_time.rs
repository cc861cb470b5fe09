//! A worker process is the same code, optimised alike: `fib` costs the same
//! CPU time on a thread of this program as in a worker.

#![cfg(not(debug_assertions))]

use concurrency_demos::{Job, Model, Silent};

/// The least CPU time of several tries, in seconds: what disturbs adds to it.
fn least_cpu_time(model: Model) -> f64 {
    let run = model.run(&vec![Job::Fib(32); 8], &Silent).unwrap();
    let times = run.spans.iter().map(|span| span.cpu.as_secs_f64());
    times.reduce(f64::min).unwrap()
}

#[test]
fn fib_costs_the_same_on_a_thread_and_in_a_worker() {
    let thread = least_cpu_time(Model::Threads(1));
    let process = least_cpu_time(Model::Processes(1));
    let ratio = process / thread;
    assert!((1.0 / 1.3..1.3).contains(&ratio), "thread {thread} s, process {process} s");
}
