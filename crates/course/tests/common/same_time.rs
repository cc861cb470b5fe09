// A cell of the test of that name: the best time for one fib(27), in seconds.
use std::time::Instant;

fn cell_fib(n: u32) -> u64 {
    if n < 2 { u64::from(n) } else { cell_fib(n - 1) + cell_fib(n - 2) }
}

fn best(mut time: impl FnMut() -> f64) -> f64 {
    (0..40).map(|_| time()).fold(f64::INFINITY, f64::min)
}

fn timed(function: fn(u32) -> u64) -> f64 {
    let started = Instant::now();
    std::hint::black_box(function(std::hint::black_box(27)));
    started.elapsed().as_secs_f64()
}

fn in_cell() -> f64 {
    best(|| timed(cell_fib))
}

fn in_thread() -> f64 {
    best(|| std::thread::spawn(|| timed(notebook::fib)).join().expect("no panic"))
}

fn in_worker() -> f64 {
    let jobs = vec![Job::Fib(27); 40];
    let run = Model::Processes(1).run(&jobs, &Silent).expect("the worker is built");
    run.spans
        .iter()
        .map(|span| (span.finished - span.started).as_secs_f64())
        .fold(f64::INFINITY, f64::min)
}
