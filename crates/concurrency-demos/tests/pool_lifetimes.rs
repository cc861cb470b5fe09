//! Nothing is left behind: no zombie, no orphan, no thread, no open file.

#![cfg(target_os = "linux")]

mod common;

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{alone, children, count, is_alive, is_alone, wait_until};
use concurrency_demos::{Fault, Job, Model, Pool, Silent};

#[test]
fn a_dropped_pool_leaves_no_process_and_no_zombie() {
    alone("a_dropped_pool_leaves_no_process_and_no_zombie", &[], || {
        let mut pool = Pool::start(3).unwrap();
        let workers = pool.processes();
        assert_eq!(children().len(), 3, "the workers are seen while they live");
        pool.run(&[Job::Fault(Fault::Abort), Job::Fib(10)], &Silent).unwrap();
        drop(pool);
        assert_eq!(children(), [] as [u32; 0], "zombies count as children");
        assert!(workers.into_iter().all(|worker| !is_alive(worker)));
    });
}

#[test]
fn a_run_leaves_no_process_and_no_zombie() {
    alone("a_run_leaves_no_process_and_no_zombie", &[], || {
        Model::Processes(2).run(&vec![Job::Fault(Fault::Exit(1)); 4], &Silent).unwrap();
        assert_eq!(children(), [] as [u32; 0]);
    });
}

#[test]
fn two_hundred_pools_leave_no_open_file_and_no_thread() {
    alone("two_hundred_pools_leave_no_open_file_and_no_thread", &[], || {
        Pool::start(1).unwrap();
        let before = (count("/proc/self/fd"), count("/proc/self/task"));
        for _ in 0..200 {
            Pool::start(1).unwrap().run(&[Job::Fault(Fault::Abort)], &Silent).unwrap();
        }
        assert_eq!((count("/proc/self/fd"), count("/proc/self/task")), before);
    });
}

#[test]
fn models_leave_no_thread() {
    alone("models_leave_no_thread", &[], || {
        let before = count("/proc/self/task");
        for model in common::MODELS {
            model.run(&[Job::Fib(5)], &Silent).unwrap();
            // Rayon's threads end soon after their pool, not with it.
            let ended = wait_until(Duration::from_secs(5), || count("/proc/self/task") == before);
            assert!(ended, "{model} left a thread");
        }
    });
}

/// What is killed: a program in the middle of a run.
fn parent_in_mid_job() {
    let mut pool = Pool::start(2).unwrap();
    println!("workers {:?}", pool.processes());
    pool.run(&[Job::Fib(93), Job::Echo(vec![0; 64 << 20]), Job::Fib(93)], &Silent).unwrap();
}

#[test]
fn no_worker_outlives_a_killed_parent_by_a_second() {
    let name = "no_worker_outlives_a_killed_parent_by_a_second";
    if is_alone() {
        return parent_in_mid_job();
    }
    let mut parent = common::again(name).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(parent.stdout.take().unwrap()).lines();
    let line = lines.map_while(Result::ok).find(|line| line.contains("workers ["));
    let line = line.expect("the parent names its workers");
    let workers: Vec<u32> = line
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect();
    std::thread::sleep(Duration::from_millis(200));
    assert!(workers.len() == 2 && workers.iter().all(|worker| is_alive(*worker)), "{line}");

    parent.kill().unwrap();
    parent.wait().unwrap();
    let killed = Instant::now();
    let gone = || !workers.iter().any(|worker| is_alive(*worker));
    assert!(wait_until(Duration::from_secs(1), gone), "alive after {:?}", killed.elapsed());
}
