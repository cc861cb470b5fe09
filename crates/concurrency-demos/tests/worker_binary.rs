//! What the pool says when the worker binary is not what it should be.

#![cfg(target_os = "linux")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{alone, cook, octal, script};
use concurrency_demos::{Cause, Dish, Fault, Job, Pool, Silent};

const VARIABLE: &str = "CONCURRENCY_WORKER";

/// What starting a pool says with this program as the worker.
fn error_with(test: &str, worker: &Path, check: impl FnOnce(&str)) {
    alone(test, &[(VARIABLE, worker)], || {
        let error = Pool::start(1).expect_err("no worker, no pool").to_string();
        let zombies = common::children();
        assert!(zombies.is_empty(), "left behind: {zombies:?}");
        check(&error);
    });
}

fn error_of_script(test: &str, text: &str, check: impl FnOnce(&str)) {
    let folder = tempfile::tempdir().unwrap();
    error_with(test, &script(folder.path(), text), check);
}

fn names_the_build_command(error: &str) {
    assert!(error.contains("cargo build"), "{error}");
    assert!(error.contains("--bin concurrency-worker"), "{error}");
}

/// A frame as a worker would send it: `Hello { protocol: 1, build_id, process: 1 }`.
fn hello(build_id: &str) -> String {
    let mut frame = vec![u8::try_from(build_id.len()).unwrap() + 3, 0, 0, 0, 1];
    frame.push(u8::try_from(build_id.len()).unwrap());
    frame.extend(build_id.bytes());
    frame.push(1);
    octal(&frame)
}

#[test]
fn a_missing_binary_lists_the_place_and_the_command() {
    let missing = Path::new("/nonexistent/concurrency-worker");
    error_with("a_missing_binary_lists_the_place_and_the_command", missing, |error| {
        assert!(error.contains("/nonexistent/concurrency-worker"), "{error}");
        assert!(error.contains(VARIABLE), "{error}");
        names_the_build_command(error);
    });
}

#[test]
fn a_file_that_is_no_program_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "not a program").unwrap();
    error_with("a_file_that_is_no_program_is_named", &file, |error| {
        assert!(error.contains("notes.txt") && error.contains("denied"), "{error}");
    });
}

#[test]
fn a_stale_worker_is_told_apart() {
    let text = format!("printf '{}'; exec sleep 60", hello("0123456789abcdef"));
    error_of_script("a_stale_worker_is_told_apart", &text, |error| {
        assert!(error.contains("stale") && error.contains("0123456789abcdef"), "{error}");
        names_the_build_command(error);
    });
}

#[test]
fn a_worker_of_another_protocol_is_stale_too() {
    // The hello of the real worker: 4 bytes of length, then the protocol.
    let mut real = Command::new(env!("CARGO_BIN_EXE_concurrency-worker"));
    let mut frame = real.stdin(Stdio::null()).output().unwrap().stdout;
    frame[4] = 99;
    let text = format!("printf '{}'; exec sleep 60", octal(&frame));
    error_of_script("a_worker_of_another_protocol_is_stale_too", &text, |error| {
        assert!(error.contains("stale"), "{error}");
    });
}

#[test]
fn a_worker_that_ends_at_once_is_named_with_its_last_words() {
    let text = "echo 'no such library' >&2; exit 127";
    error_of_script("a_worker_that_ends_at_once_is_named_with_its_last_words", text, |error| {
        assert!(error.contains("exit status 127"), "{error}");
        assert!(error.contains("no such library"), "{error}");
        assert!(error.contains("fake-worker"), "{error}");
    });
}

#[test]
fn bin_false_is_no_worker() {
    error_with("bin_false_is_no_worker", Path::new("/bin/false"), |error| {
        assert!(error.contains("/bin/false") && error.contains("exit status 1"), "{error}");
    });
}

#[test]
fn a_frame_that_is_too_long_is_refused() {
    let text = "printf '\\377\\377\\377\\377'; exec sleep 60";
    error_of_script("a_frame_that_is_too_long_is_refused", text, |error| {
        assert!(error.contains("4294967295 bytes"), "{error}");
        names_the_build_command(error);
    });
}

#[test]
fn a_program_that_speaks_something_else_is_refused() {
    let text = "printf '\\005\\000\\000\\000noise'; exec sleep 60";
    error_of_script("a_program_that_speaks_something_else_is_refused", text, |error| {
        assert!(error.contains("could not be read"), "{error}");
        names_the_build_command(error);
    });
}

#[test]
fn a_worker_that_never_says_hello_is_given_up() {
    error_of_script("a_worker_that_never_says_hello_is_given_up", "exec sleep 60", |error| {
        assert!(error.contains("no answer within 10s"), "{error}");
    });
}

#[test]
fn a_worker_that_closes_its_pipe_and_stays_is_given_up() {
    let text = "exec sleep 60 >&-";
    error_of_script("a_worker_that_closes_its_pipe_and_stays_is_given_up", text, |error| {
        assert!(error.contains("closed"), "{error}");
    });
}

/// Runs three jobs on a worker that says the right hello, and then this.
fn answers(test: &str, text: &str, check: impl FnOnce(Vec<Cause>)) {
    let folder = tempfile::tempdir().unwrap();
    let real = env!("CARGO_BIN_EXE_concurrency-worker");
    let job = "head -c 4 >/dev/null";
    let text = format!("'{real}' </dev/null; {job}; {text}");
    alone(test, &[(VARIABLE, &script(folder.path(), &text))], || {
        let began = Instant::now();
        let run = Pool::start(1).unwrap().run(&vec![Job::Fib(10); 3], &Silent).unwrap();
        // What a script leaves behind sleeps for longer.
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        assert!(common::children().is_empty());
        check(run.failures().into_iter().map(|failure| failure.cause).collect());
    });
}

#[test]
fn noise_in_place_of_an_answer_is_garbled() {
    let text = "printf '\\005\\000\\000\\000noise'; exec sleep 60";
    answers("noise_in_place_of_an_answer_is_garbled", text, |causes| {
        assert_eq!(causes.len(), 3);
        assert!(causes.iter().all(|cause| matches!(cause, Cause::Garbled(_))), "{causes:?}");
    });
}

#[test]
fn an_answer_that_is_too_long_is_garbled() {
    let text = "printf '\\001\\000\\000\\020'; exec sleep 60";
    answers("an_answer_that_is_too_long_is_garbled", text, |causes| {
        assert_eq!(causes.len(), 3);
        for cause in causes {
            assert!(
                matches!(&cause, Cause::Garbled(text) if text.contains("268435457")),
                "{cause}"
            );
        }
    });
}

#[test]
fn an_answer_that_is_cut_off_is_an_exit() {
    let text = "printf '\\100\\000\\000\\000half'; exit 4";
    answers("an_answer_that_is_cut_off_is_an_exit", text, |causes| {
        assert!(matches!(&causes[..], [Cause::Exited { status: 4, .. }, ..]), "{causes:?}");
    });
}

#[test]
fn an_exit_some_time_after_the_pipe_was_closed_has_its_status() {
    let text = "exec >&-; sleep 0.2; exit 5";
    answers("an_exit_some_time_after_the_pipe_was_closed_has_its_status", text, |causes| {
        assert!(matches!(&causes[..], [Cause::Exited { status: 5, .. }, ..]), "{causes:?}");
    });
}

#[test]
fn a_grandchild_that_keeps_stderr_delays_nobody() {
    let text = "sleep 20 </dev/null >/dev/null & echo 'last words' >&2; exit 5";
    answers("a_grandchild_that_keeps_stderr_delays_nobody", text, |causes| {
        let [Cause::Exited { status: 5, last_words }, ..] = &causes[..] else {
            panic!("{causes:?}");
        };
        assert_eq!(last_words, "last words");
    });
}

/// A worker that is the real one at its first two starts, and then ends with status 9.
fn twice(folder: &Path) -> PathBuf {
    let real = env!("CARGO_BIN_EXE_concurrency-worker");
    let starts = folder.join("starts").display().to_string();
    let text = format!(
        "echo >>'{starts}'; if [ $(wc -l <'{starts}') -le 2 ]; then exec '{real}'; fi; exit 9"
    );
    script(folder, &text)
}

#[test]
fn a_place_that_cannot_be_filled_leaves_the_jobs_to_the_others() {
    let test = "a_place_that_cannot_be_filled_leaves_the_jobs_to_the_others";
    let folder = tempfile::tempdir().unwrap();
    alone(test, &[(VARIABLE, &twice(folder.path()))], || {
        let mut jobs = vec![cook(Dish::Toast, 5); 40];
        jobs[3] = Job::Fault(Fault::Abort);
        let run = Pool::start(2).unwrap().run(&jobs, &Silent).unwrap();
        let causes: Vec<_> = run.failures().into_iter().map(|failure| failure.cause).collect();
        let [Cause::Killed { .. }, Cause::NotStarted(why)] = &causes[..] else {
            panic!("{causes:?}");
        };
        assert!(why.contains("exit status 9"), "{why}");
    });
}

#[test]
fn the_last_place_that_cannot_be_filled_says_so_of_each_job() {
    let test = "the_last_place_that_cannot_be_filled_says_so_of_each_job";
    let folder = tempfile::tempdir().unwrap();
    alone(test, &[(VARIABLE, &twice(folder.path()))], || {
        let jobs = vec![Job::Fault(Fault::Abort); 10];
        let run = Pool::start(2).unwrap().run(&jobs, &Silent).unwrap();
        let not_run = |cause: &Cause| matches!(cause, Cause::NotStarted(_));
        let failures = run.failures();
        assert_eq!(failures.len(), 10);
        assert_eq!(failures.iter().filter(|failure| not_run(&failure.cause)).count(), 8);
        assert!(failures.iter().all(|failure| not_run(&failure.cause) == (failure.process == 0)));
    });
}
