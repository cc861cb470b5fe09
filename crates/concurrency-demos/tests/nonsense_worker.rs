//! A worker that speaks nonsense is an error that names it, of the job that it was asked for and
//! of no other; and it is gone. What it says before it is ready: `worker_binary.rs`.

#![cfg(target_os = "linux")]

mod common;

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{alone, is_long, octal, script};
use concurrency_demos::{Cause, Job, Output, Pool, Run, Silent};
use serde::Serialize;

/// The first of many jobs.
const FIRST: Job = Job::Fib(10);

/// A frame with this body.
fn framed(body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32).to_le_bytes(), body].concat()
}

/// A frame as either side sends it.
fn frame(message: &impl Serialize) -> Vec<u8> {
    framed(&postcard::to_stdvec(message).unwrap())
}

/// The answer 55 to the first request, with these times: thread, start, end, CPU.
fn answer(times: (u64, Duration, Duration, Duration)) -> Vec<u8> {
    frame(&(1_u64, times, Ok::<_, String>(Output::Number(55))))
}

/// What the real worker says first.
fn hello() -> Vec<u8> {
    let mut real = Command::new(env!("CARGO_BIN_EXE_concurrency-worker"));
    real.stdin(Stdio::null()).output().unwrap().stdout
}

/// What is left of three jobs on a worker that says the right hello, reads the first request into
/// the file `$REQUEST`, and then does this.
fn speaks(test: &str, text: &str, check: impl FnOnce(Run)) {
    let folder = tempfile::tempdir().unwrap();
    let request = folder.path().join("request");
    let first = frame(&(1_u64, 0_u32, &FIRST)).len();
    let (request, hello) = (request.display(), octal(&hello()));
    let text =
        format!("REQUEST='{request}'; printf '{hello}'; head -c {first} >\"$REQUEST\"; {text}");
    alone(test, &[("CONCURRENCY_WORKER", &script(folder.path(), &text))], || {
        let pool = Pool::start(1).unwrap().with_time_limit(Duration::from_secs(2));
        let jobs = [FIRST, Job::Fib(11), Job::Fib(12)];
        let began = Instant::now();
        let run = { pool }.run(&jobs, &Silent).unwrap();
        assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
        let left = common::children();
        assert!(left.is_empty(), "left behind: {left:?}");
        check(run);
    });
}

/// All three jobs fail, for this reason.
fn garbled(test: &str, text: &str, reason: &str) {
    speaks(test, text, |run| {
        let failures = run.failures();
        assert_eq!(failures.len(), 3, "{:?}", run.results);
        for failure in failures {
            assert!(failure.process > 0, "it names its process: {failure}");
            let Cause::Garbled(why) = &failure.cause else { panic!("{failure}") };
            assert!(why.contains(reason), "{why}");
        }
    });
}

#[test]
fn an_answer_that_is_said_twice_is_none_to_the_next_job() {
    let test = "an_answer_that_is_said_twice_is_none_to_the_next_job";
    let real = env!("CARGO_BIN_EXE_concurrency-worker");
    let from = hello().len() + 1;
    let twice = format!(
        "'{real}' <\"$REQUEST\" | tail -c +{from} >\"$REQUEST.answer\"; \
         cat \"$REQUEST.answer\" \"$REQUEST.answer\"; exec sleep 60"
    );
    speaks(test, &twice, |run| {
        // The third job has a worker of its own.
        let [Ok(Output::Number(55)), Err(failure), Ok(Output::Number(144))] = &run.results[..]
        else {
            panic!("{:?}", run.results);
        };
        let Cause::Garbled(why) = &failure.cause else { panic!("{failure}") };
        assert!(why.contains("it answered request 1 where 2 was asked"), "{why}");
    });
}

#[test]
fn an_answer_before_its_job_is_none() {
    let second = Duration::from_secs(1);
    let text = format!("printf '{}'; exec sleep 60", octal(&answer((1, second, second, second))));
    garbled("an_answer_before_its_job_is_none", &text, "the times that it told");
}

#[test]
fn times_that_no_clock_tells_are_none() {
    let (zero, most) = (Duration::ZERO, Duration::MAX);
    let text = format!("printf '{}'; exec sleep 60", octal(&answer((1, most, zero, most))));
    garbled("times_that_no_clock_tells_are_none", &text, "the times that it told");
}

#[test]
fn bytes_behind_an_answer_are_too_many() {
    let second = Duration::from_secs(1);
    let body = [&answer((1, second, second, second))[4..], b"more"].concat();
    let text = format!("printf '{}'; exec sleep 60", octal(&framed(&body)));
    garbled("bytes_behind_an_answer_are_too_many", &text, "4 bytes too many");
}

#[test]
fn a_worker_that_says_nothing_or_drips_meets_the_time_limit() {
    let test = "a_worker_that_says_nothing_or_drips_meets_the_time_limit";
    let drips = "if [ -e \"$REQUEST.drips\" ]; then exec sleep 60; fi; touch \"$REQUEST.drips\"; \
        printf '\\377\\000\\000\\000'; while printf x; do sleep 0.1; done";
    speaks(test, drips, |run| {
        let causes: Vec<_> = run.failures().into_iter().map(|failure| failure.cause).collect();
        assert_eq!(causes, vec![Cause::TimedOut(Duration::from_secs(2)); 3]);
    });
}

#[test]
fn a_first_message_without_bound_is_refused_and_what_it_says_is_escaped() {
    let test = "a_first_message_without_bound_is_refused_and_what_it_says_is_escaped";
    let folder = tempfile::tempdir().unwrap();
    let (long, odd) = (framed(&[b'x'; 1025]), frame(&(4_u32, "\u{1b}[31m", 1_u32)));
    let once = folder.path().join("once").display().to_string();
    let text = format!(
        "if [ -e '{once}' ]; then printf '{}'; else touch '{once}'; printf '{}'; fi; exec sleep 60",
        octal(&odd),
        octal(&long)
    );
    alone(test, &[("CONCURRENCY_WORKER", &script(folder.path(), &text))], || {
        let [long, odd] = [(); 2].map(|()| Pool::start(1).unwrap_err().to_string());
        assert!(long.contains("fake-worker") && long.contains("1025 bytes"), "{long}");
        assert!(odd.contains("stale") && odd.contains("\\u{1b}[31m"), "{odd}");
        assert!(!odd.contains('\u{1b}'), "{odd}");
    });
}

/// Workers that answer random bytes, each time others: after them they end, or say no more.
#[test]
fn random_bytes_are_an_error_each_time() {
    let test = "random_bytes_are_an_error_each_time";
    let pools = if is_long() { 1_000 } else { 40 };
    let folder = tempfile::tempdir().unwrap();
    let hello = octal(&hello());
    let text = format!(
        "printf '{hello}'; head -c 4 >/dev/null; \
         head -c $(($(od -An -N1 -tu1 /dev/urandom))) /dev/urandom"
    );
    alone(test, &[("CONCURRENCY_WORKER", &script(folder.path(), &text))], || {
        let mut garbled = 0;
        for _ in 0..pools {
            let mut pool = Pool::start(1).unwrap().with_time_limit(Duration::from_secs(20));
            let run = pool.run(&[FIRST], &Silent).unwrap();
            let cause = &run.failures()[0].cause;
            garbled += usize::from(matches!(cause, Cause::Garbled(_)));
            let is_named = matches!(cause, Cause::Garbled(_) | Cause::Exited { status: 0, .. });
            assert!(is_named, "{cause}");
        }
        let left = common::children();
        assert!(left.is_empty(), "left behind: {left:?}");
        assert!(garbled > pools / 2, "{garbled} of {pools}");
    });
    println!("random bytes from {pools} workers: each an error, none left behind");
}

/// The other side: a worker that hears nonsense says so and ends.
#[test]
fn a_worker_that_hears_nonsense_ends_with_a_sentence() {
    let wrong = [framed(b"nonsense"), [0xff; 9].to_vec(), frame(&(1_u64, 99_u32))];
    for (nonsense, status) in wrong.into_iter().map(|it| (it, 1)).chain([(vec![9, 0, 0], 0)]) {
        let mut worker = Command::new(env!("CARGO_BIN_EXE_concurrency-worker"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = worker.stdin.take().unwrap();
        stdin.write_all(&nonsense).unwrap();
        // Where its pipe is closed it ends in any case.
        let _open = (status == 1).then_some(stdin);
        let ended = worker.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(status), "{nonsense:?}: {said}");
        assert_eq!(said.lines().count(), usize::from(status == 1), "{said}");
    }
}
