//! Where the system gives no more threads, a run is an error at once: no panic, no job.

#![cfg(target_os = "linux")]

mod common;

use std::time::{Duration, Instant};

use common::{alone, cook, count};
use concurrency_demos::{Dish, Model, Pool, Silent};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Room for some stacks of 2 MiB, and not for as many as are asked for.
const ROOM: u64 = 60 << 20;
/// So few that they are started without a look at what is left.
const THREADS: usize = 60;

/// Lets this process grow by so much more. (A limit of threads does not hold for root.)
fn allow_to_grow(bytes: u64) {
    let status = std::fs::read_to_string("/proc/self/statm").expect("/proc is there");
    let pages: u64 = status.split(' ').next().expect("a size").parse().expect("a number");
    let limit = Rlimit { current: Some(pages * 4096 + bytes), ..getrlimit(Resource::As) };
    setrlimit(Resource::As, limit).expect("a limit may be lowered");
}

#[test]
fn every_model_with_threads_says_so_and_does_no_job() {
    alone("every_model_with_threads_says_so_and_does_no_job", &[], || {
        let jobs = vec![cook(Dish::Salad, 20_000); THREADS];
        allow_to_grow(ROOM);
        let before = count("/proc/self/task");
        for model in [
            Model::Threads(THREADS),
            Model::ThreadPerJob,
            Model::Rayon(THREADS),
            Model::AsyncThreads(THREADS),
            Model::AsyncBlocking(THREADS),
        ] {
            let began = Instant::now();
            let error = model.run(&jobs, &Silent).expect_err("no room for as many");
            // No dish was waited for.
            assert!(began.elapsed() < Duration::from_secs(15), "{model}: {error}");
            let error = error.to_string();
            assert!(error.contains("fail") && error.contains("ulimit -v"), "{model}: {error}");
            let gone = || count("/proc/self/task") == before;
            assert!(common::wait_until(Duration::from_secs(5), gone), "{model} left threads");
        }
    });
}

#[test]
fn a_pool_with_too_few_threads_for_its_workers_says_so_and_does_no_job() {
    alone("a_pool_with_too_few_threads_for_its_workers_says_so_and_does_no_job", &[], || {
        let mut pool = Pool::start(40).unwrap();
        allow_to_grow(20 << 20);
        let began = Instant::now();
        let error = pool.run(&vec![cook(Dish::Salad, 20_000); 40], &Silent).expect_err("no room");
        assert!(error.to_string().contains("starting the thread pool-"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(15), "{error}");
    });
}
