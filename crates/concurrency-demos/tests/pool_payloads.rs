//! What travels to a worker and back arrives whole, whatever its size.

mod common;

use std::time::Duration;

use concurrency_demos::{Fault, Job, Output, Pool, Run, Silent};

/// Far above what these payloads need: only a deadlock meets it.
const DEADLOCK: Duration = Duration::from_secs(60);

/// Bytes in which a lost or doubled piece shows.
fn payload(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|i| ((i * 31 + seed) % 251) as u8).collect()
}

fn echo(workers: usize, payloads: &[Vec<u8>]) -> Run {
    let jobs: Vec<_> = payloads.iter().cloned().map(Job::Echo).collect();
    let mut pool = Pool::start(workers).unwrap().with_time_limit(DEADLOCK);
    let run = pool.run(&jobs, &Silent).unwrap();
    for (sent, received) in payloads.iter().zip(&run.results) {
        let Ok(Output::Bytes(received)) = received else {
            panic!("no bytes came back: {received:?}")
        };
        assert!(sent == received, "{} bytes sent, {} others back", sent.len(), received.len());
    }
    run
}

#[test]
fn sizes_around_the_edges_of_a_pipe() {
    let edges = [0, 1, 4095, 4096, 4097, 65_535, 65_536, 65_537, (1 << 20) - 1, 1 << 20, 1_048_577];
    let payloads: Vec<_> = edges.iter().map(|size| payload(*size, *size)).collect();
    echo(1, &payloads);
}

#[test]
fn sixty_four_mebibytes_there_and_back() {
    let run = echo(1, &[payload(64 << 20, 1)]);
    assert!(!run.transfer.is_zero());
}

#[test]
fn sixty_four_mebibytes_on_two_workers_at_once() {
    let run = echo(2, &[payload(64 << 20, 2), payload(64 << 20, 3)]);
    assert_eq!(run.processes().len(), 2);
}

#[test]
fn what_a_job_prints_does_not_reach_the_protocol() {
    let text = "what a job prints\n".repeat(200_000);
    let jobs = [Job::Fib(10), Job::Fault(Fault::Print(text)), Job::Fib(11)];
    let mut pool = Pool::start(1).unwrap().with_time_limit(DEADLOCK);
    let run = pool.run(&jobs, &Silent).unwrap();
    let expected = [Output::Number(55), Output::Nothing, Output::Number(89)];
    assert_eq!(run.outputs().unwrap(), expected);
    assert_eq!(run.processes().len(), 1, "the worker that printed lives on");
}

#[test]
fn the_last_words_of_a_worker_are_kept_and_short() {
    let text = format!("{}the last words", "noise ".repeat(100_000));
    let jobs = [Job::Fault(Fault::Print(text)), Job::Fault(Fault::Exit(3))];
    let run = Pool::start(1).unwrap().run(&jobs, &Silent).unwrap();
    let failure = run.failures().remove(0).to_string();
    assert!(failure.ends_with("the last words"), "{failure}");
    assert!(failure.len() < 3000, "{} bytes", failure.len());
}
