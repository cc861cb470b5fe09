//! A worker that goes down takes its own job with it and nothing else.

#![cfg(target_os = "linux")]

mod common;

use std::time::{Duration, Instant};

use common::{cook, is_alive, wait_until};
use concurrency_demos::{Cause, Dish, Failure, Fault, Job, Output, Pool, Silent};
use rustix::process::{Pid, Signal, kill_process};

const LIMIT: Duration = Duration::from_millis(300);

/// Runs the fault among twenty other jobs on two workers.
fn among_others(fault: Fault, limit: Duration) -> Failure {
    let mut pool = Pool::start(2).unwrap().with_time_limit(limit);
    let before = pool.processes();
    let mut jobs = vec![Job::Fib(20); 21];
    jobs[7] = Job::Fault(fault);
    let run = pool.run(&jobs, &Silent).unwrap();
    for (index, result) in run.results.iter().enumerate() {
        assert!(index == 7 || *result == Ok(Output::Number(6765)), "job {index}: {result:?}");
    }
    let failure = run.results[7].clone().unwrap_err();
    assert_eq!(failure.job, jobs[7].name());
    assert_eq!(failure.process, run.spans[7].process);
    assert!(before.contains(&failure.process));

    let again = pool.run(&vec![Job::Fib(21); 20], &Silent).unwrap();
    assert_eq!(again.numbers().unwrap(), [10946; 20], "the pool is usable afterwards");
    // Two dishes at the same time need both workers.
    pool.run(&vec![cook(Dish::Toast, 50); 2], &Silent).unwrap().outputs().unwrap();
    let after = pool.processes();
    let new = after.iter().filter(|process| !before.contains(process));
    assert_eq!((after.len(), new.count()), (2, 1), "{before:?}, then {after:?}");
    failure
}

fn is_replaced(failure: &Failure) -> bool {
    !is_alive(failure.process)
}

#[test]
fn a_panic_costs_its_job_only_and_the_worker_lives() {
    let mut pool = Pool::start(1).unwrap();
    let jobs = [Job::Fault(Fault::Panic), Job::Fib(10)];
    let run = pool.run(&jobs, &Silent).unwrap();
    assert!(matches!(run.failures()[0].cause, Cause::Panicked(_)));
    assert_eq!(run.processes(), pool.processes(), "one process did both jobs");
    assert!(is_alive(pool.processes()[0]));
}

#[test]
fn an_abort_is_signal_6() {
    let failure = among_others(Fault::Abort, Duration::from_secs(60));
    let signal = Signal::ABORT.as_raw();
    assert!(matches!(failure.cause, Cause::Killed { signal: s, .. } if s == signal), "{failure}");
    assert!(is_replaced(&failure));
}

#[test]
fn an_exit_has_its_status() {
    for status in [0, 3, 255] {
        let failure = among_others(Fault::Exit(status), Duration::from_secs(60));
        assert!(
            matches!(failure.cause, Cause::Exited { status: s, .. } if s == status),
            "{failure}"
        );
        assert!(is_replaced(&failure));
    }
}

#[test]
fn a_hang_meets_the_time_limit() {
    let failure = among_others(Fault::Hang, LIMIT);
    assert_eq!(failure.cause, Cause::TimedOut(LIMIT));
    assert!(is_replaced(&failure));
}

#[test]
fn a_busy_worker_meets_the_time_limit_too() {
    let mut pool = Pool::start(1).unwrap().with_time_limit(LIMIT);
    let run = pool.run(&[Job::Fib(93), Job::Fib(10)], &Silent).unwrap();
    assert_eq!(run.failures()[0].cause, Cause::TimedOut(LIMIT));
    assert_eq!(run.results[1], Ok(Output::Number(55)));
}

/// Sends a signal to the only worker while `job` is under way.
fn signalled_in_mid_job(signal: Signal, limit: Duration, job: Job) -> Failure {
    let mut pool = Pool::start(1).unwrap().with_time_limit(limit);
    let worker = pool.processes()[0];
    let run = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(50));
            let pid = Pid::from_raw(worker.try_into().unwrap()).unwrap();
            kill_process(pid, signal).unwrap();
        });
        pool.run(&[job, Job::Fib(10)], &Silent).unwrap()
    });
    assert_eq!(run.results[1], Ok(Output::Number(55)), "the replacement does the next job");
    assert_ne!(run.spans[1].process, worker);
    assert!(!is_alive(worker));
    run.failures().remove(0)
}

#[test]
fn a_kill_from_outside_is_signal_9() {
    let failure = signalled_in_mid_job(Signal::KILL, Duration::from_secs(60), Job::Fib(93));
    assert!(matches!(failure.cause, Cause::Killed { signal: 9, .. }), "{failure}");
    assert!(failure.to_string().contains("fib(93)"), "{failure}");
}

#[test]
fn a_stopped_worker_meets_the_time_limit() {
    let failure = signalled_in_mid_job(Signal::STOP, LIMIT, Job::Fib(93));
    assert_eq!(failure.cause, Cause::TimedOut(LIMIT));
}

#[test]
fn a_worker_stopped_before_a_large_write_meets_the_time_limit() {
    let mut pool = Pool::start(1).unwrap().with_time_limit(LIMIT);
    let worker = pool.processes()[0];
    let pid = Pid::from_raw(worker.try_into().unwrap()).unwrap();
    kill_process(pid, Signal::STOP).unwrap();
    assert!(wait_until(Duration::from_secs(1), || common::state(worker) == Some('T')));
    let run = pool.run(&[Job::Echo(vec![1; 64 << 20])], &Silent).unwrap();
    assert_eq!(run.failures()[0].cause, Cause::TimedOut(LIMIT));
    assert!(!is_alive(worker));
}

#[test]
fn a_worker_killed_between_two_runs_costs_one_job() {
    let mut pool = Pool::start(1).unwrap();
    let pid = Pid::from_raw(pool.processes()[0].try_into().unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    let run = pool.run(&vec![Job::Fib(10); 3], &Silent).unwrap();
    assert_eq!(run.failures().len(), 1, "{:?}", run.results);
    assert!(matches!(run.failures()[0].cause, Cause::Killed { signal: 9, .. }));
}

/// The one after the mark is there dies before its first word.
#[test]
fn a_worker_killed_while_it_starts_costs_no_job() {
    let folder = tempfile::tempdir().unwrap();
    let (real, mark) = (env!("CARGO_BIN_EXE_concurrency-worker"), folder.path().join("mark"));
    let mark = mark.display();
    let text = format!("if rm '{mark}' 2>/dev/null; then kill -KILL $$; fi; exec '{real}'");
    let worker = common::script(folder.path(), &text);
    let worker = [("CONCURRENCY_WORKER", worker.as_path()), ("MARK", &folder.path().join("mark"))];
    common::alone("a_worker_killed_while_it_starts_costs_no_job", &worker, || {
        let mut pool = Pool::start(1).unwrap();
        std::fs::write(std::env::var_os("MARK").unwrap(), "").unwrap();
        let run = pool.run(&[Job::Fault(Fault::Abort), Job::Fib(10)], &Silent).unwrap();
        assert_eq!(run.results[1], Ok(Output::Number(55)), "another one was started");
        assert_eq!(run.failures().len(), 1);
    });
}

#[test]
fn a_limit_without_end_is_no_limit() {
    let mut pool = Pool::start(1).unwrap().with_time_limit(Duration::MAX);
    assert_eq!(pool.run(&[Job::Fib(10)], &Silent).unwrap().numbers().unwrap(), [55]);
}

#[test]
fn poison_after_poison_is_answered_one_by_one() {
    let jobs = vec![Job::Fault(Fault::Abort); 10];
    let started = Instant::now();
    let run = Pool::start(2).unwrap().run(&jobs, &Silent).unwrap();
    assert_eq!(run.failures().len(), 10);
    assert_eq!(run.threads(), [0_u64; 0], "no answer tells of a thread");
    let mut processes = run.processes();
    processes.dedup();
    assert_eq!(processes.len(), 10, "each in a process of its own");
    assert!(started.elapsed() < Duration::from_secs(30));
}
