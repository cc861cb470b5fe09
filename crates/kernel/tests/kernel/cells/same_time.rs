// A cell of the test of that name: the best times for one fib(27) in a cell, on a
// thread and in a worker, in seconds. The machine itself can be slower for a while:
// so the three take turns, until their best times agree or many rounds are over.
use std::time::Instant;

fn cell_fib(n: u32) -> u64 {
    if n < 2 { u64::from(n) } else { cell_fib(n - 1) + cell_fib(n - 2) }
}

fn timed(function: fn(u32) -> u64) -> f64 {
    let started = Instant::now();
    std::hint::black_box(function(std::hint::black_box(27)));
    started.elapsed().as_secs_f64()
}

fn in_thread() -> f64 {
    std::thread::spawn(|| timed(notebook::fib)).join().expect("no panic")
}

fn in_worker() -> f64 {
    let jobs = vec![Job::Fib(27); 4];
    let run = Model::Processes(1).run(&jobs, &Silent).expect("the worker is built");
    run.spans
        .iter()
        .map(|span| (span.finished - span.started).as_secs_f64())
        .fold(f64::INFINITY, f64::min)
}

fn best_times() -> [f64; 3] {
    let mut best = [f64::INFINITY; 3];
    for _round in 0..200 {
        for (best, time) in best.iter_mut().zip([timed(cell_fib), in_thread(), in_worker()]) {
            *best = best.min(time);
        }
        let fastest = best.iter().copied().fold(f64::INFINITY, f64::min);
        if best.iter().all(|time| time / fastest < 1.5) {
            break;
        }
    }
    best
}
