//! The crash lab: what survives is what the operating system and Rust say, and nothing of it is
//! left behind.

#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use common::{alone, children, script, wait_until};
use concurrency_demos::{Crash, Fate, Home, Marks, Onlooker, Outcome, Silent, Survivors, mark};

/// Hears how full the table was each time.
#[derive(Default)]
struct Seen(Mutex<Vec<(u64, usize)>>);

impl Onlooker for Seen {
    fn sees(&self, id: u64, so_far: &Survivors) {
        self.0.lock().unwrap().push((id, so_far.fates.len()));
    }
}

#[test]
fn the_whole_table() {
    alone("the_whole_table", &[], || {
        let expected = mark(
            "panic           J J J
             panic = abort   A A J
             abort           A A J
             stack overflow  A A J
             memory limit    A A J
             try_reserve     L L L
             endless loop    J A J
             kill            A A J",
        )
        .unwrap();
        let seen = Seen::default();
        let table = Survivors::measure(&expected, &seen).unwrap();
        assert_eq!(table.right(), (24, 24), "{:#?}", table.fates);
        assert_eq!(table.neighbours(Home::Process), (16, 16));
        assert!(table.is_whole() && children().is_empty(), "zombies: {:?}", children());
        let seen = seen.0.into_inner().unwrap();
        assert_eq!(
            seen.iter().map(|(_, filled)| *filled).collect::<Vec<_>>(),
            (0..=24).collect::<Vec<_>>()
        );
        assert!(seen.iter().all(|(id, _)| *id == seen[0].0));
        assert!(table.fates.iter().all(|fate| fate.noticed.is_some()), "{:#?}", table.fates);
        let lost = table.fates.iter().filter(|fate| fate.outcome != Some(Outcome::Lives));
        assert!(lost.clone().all(|fate| fate.replaced >= fate.noticed), "{:#?}", table.fates);
        assert!(lost.clone().all(|fate| !fate.alive || fate.neighbours == 2));
    });
}

#[test]
fn what_was_seen_names_the_panic_the_signal_or_the_limit() {
    let seen = |crash, home| Fate::of(crash, home).unwrap().seen;
    for (crash, home, told) in [
        (Crash::Panic, Home::Thread, "join gave an error, a panic with \"out of dough\""),
        (Crash::Panic, Home::Task, "panicked with message \"out of dough\""),
        (Crash::Panic, Home::Process, "exit status 101; its last words: thread 'job' panicked"),
        (Crash::PanicAbort, Home::Thread, "signal 6 (abort); its last words: thread 'job' panic"),
        (Crash::StackOverflow, Home::Task, "has overflowed its stack"),
        (Crash::MemoryLimit, Home::Process, "memory allocation of 1073741824 bytes failed"),
        (Crash::TryReserve, Home::Thread, "memory allocation failed"),
        (Crash::EndlessLoop, Home::Thread, "nothing can end it"),
        (Crash::EndlessLoop, Home::Process, "no answer within 300 ms, so the process was killed"),
        (Crash::Kill, Home::Task, "signal 9 (kill)"),
    ] {
        let seen = seen(crash, home);
        assert!(seen.contains(told), "{crash} by {home}: {seen}");
    }
}

#[test]
fn a_hang_is_noticed_by_a_limit_and_a_death_much_sooner() {
    let noticed = |crash, home| Fate::of(crash, home).unwrap().noticed.unwrap();
    let death = (0..3).map(|_| noticed(Crash::Kill, Home::Process)).min().unwrap();
    assert!(noticed(Crash::EndlessLoop, Home::Process) > 2 * death);
    assert!(noticed(Crash::EndlessLoop, Home::Task) > Duration::from_secs(1));
}

/// It ends with the process that started it, whatever its jobs do.
#[test]
fn nothing_outlives_the_notebook() {
    for home in ["Thread", "Task", "Process"] {
        let scene =
            format!("{{\"role\":\"Program\",\"home\":\"{home}\",\"crash\":\"EndlessLoop\"}}\n");
        let marker = format!("crash-marker-{home}-{}", std::process::id());
        let mut program = Command::new(env!("CARGO_BIN_EXE_concurrency-worker"))
            .args(["crash", &marker])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = program.stdin.take().unwrap();
        std::io::Write::write_all(&mut stdin, scene.as_bytes()).unwrap();
        let mut below = vec![];
        let are_there = || {
            below = descendants(program.id());
            !below.is_empty()
        };
        // Threads and tasks have no process of their own to wait for.
        let patience = if home == "Process" { 10_000 } else { 100 };
        wait_until(Duration::from_millis(patience), are_there);
        drop(stdin);
        assert!(wait_until(Duration::from_secs(10), || program.try_wait().unwrap().is_some()));
        let gone = || below.iter().all(|process| !common::is_alive(*process));
        assert!(wait_until(Duration::from_secs(10), gone), "{home}: {below:?}");
        assert_eq!(below.is_empty(), home != "Process", "{below:?}");
    }
}

fn descendants(process: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<_>>())
        .collect()
}

/// The crashes happen in a folder of their own, with the largest core limit there is.
#[test]
fn no_core_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let scene = "{\"role\":\"Program\",\"home\":\"Thread\",\"crash\":\"Abort\"}";
    let crash =
        format!("ulimit -c unlimited 2>/dev/null; (echo '{scene}'; sleep 2) | \"$WORKER\" crash");
    let mut shell = Command::new("sh");
    shell.args(["-c", &crash]).env("WORKER", env!("CARGO_BIN_EXE_concurrency-worker"));
    let ended = shell.current_dir(folder.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&ended.stdout).contains("Strikes"));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}

fn error_with(test: &str, text: &str, told: &str) {
    let folder = tempfile::tempdir().unwrap();
    let worker = script(folder.path(), text);
    alone(test, &[("CONCURRENCY_WORKER", &worker)], || {
        let error = Survivors::measure(&Marks::default(), &Silent).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains("cargo build"), "{error}");
        assert!(children().is_empty());
    });
}

#[test]
fn a_worker_that_does_not_know_the_lab_is_named() {
    let told = "does not know the crash lab: the process ended with exit status 3";
    error_with("a_worker_that_does_not_know_the_lab_is_named", "exit 3", told);
}

#[test]
fn a_stale_worker_is_told_apart() {
    let note = "{\"at\":{\"secs\":1,\"nanos\":0},\"what\":{\"Ready\":\"0123\"}}";
    error_with("a_stale_worker_is_told_apart", &format!("echo '{note}'"), "is stale: it was built");
}

#[test]
fn a_missing_worker_is_an_error() {
    let missing = Path::new("/nonexistent/concurrency-worker");
    alone("a_missing_worker_is_an_error", &[("CONCURRENCY_WORKER", missing)], || {
        let error = Fate::of(Crash::Panic, Home::Thread).unwrap_err().to_string();
        assert!(error.contains("was not found") && error.contains("/nonexistent"), "{error}");
    });
}
