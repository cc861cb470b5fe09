//! What several integration tests need.
//!
//! Every test program compiles its own copy and uses a part of it.
#![allow(dead_code)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use concurrency_demos::{Dish, Job, Model};

/// Every model, with two workers where it has workers.
pub const MODELS: [Model; 8] = [
    Model::Serial,
    Model::Processes(2),
    Model::ThreadPerJob,
    Model::Threads(2),
    Model::Rayon(2),
    Model::Async,
    Model::AsyncThreads(2),
    Model::AsyncBlocking(2),
];

/// Every model that stays in this process.
pub fn models_in_process() -> impl Iterator<Item = Model> {
    MODELS.into_iter().filter(|model| !matches!(model, Model::Processes(_)))
}

/// A dish that takes so many milliseconds.
pub fn cook(dish: Dish, millis: u64) -> Job {
    Job::Cook { dish, time: Duration::from_millis(millis) }
}

/// Set in a test that runs in a process of its own.
const ALONE: &str = "CONCURRENCY_TEST_ALONE";

/// Whether this process was made for one test.
pub fn is_alone() -> bool {
    std::env::var_os(ALONE).is_some()
}

/// This test program again, for one test only.
pub fn again(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a test knows its program"));
    command.args(["--exact", test, "--nocapture"]).env(ALONE, "1");
    command
}

/// Runs `body` in a process that holds this one test, so that its environment,
/// its threads and its children are its own.
pub fn alone(test: &str, variables: &[(&str, &Path)], body: impl FnOnce()) {
    if is_alone() {
        return body();
    }
    let output = again(test).envs(variables.iter().copied()).output().expect("the test starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "no test is called {test}: {said}");
    said.lines().filter(|line| line.starts_with(FIGURE)).for_each(|line| println!("{line}"));
}

/// What a line with a figure begins with.
const FIGURE: &str = "figure: ";

/// Prints what a test has found, also out of a process of its own.
pub fn figure(text: &str) {
    // libtest may have written half a line.
    println!("\n{FIGURE}{text}");
}

/// Whether the larger numbers are asked for, as by `./kernel-setup.sh test --long`.
pub fn is_long() -> bool {
    std::env::var_os("LONG_TESTS").is_some()
}

/// Writes an executable script that stands in for the worker.
///
/// Another process writes it: a file that this one has open for writing can
/// be inherited by the child of another test, and is then "busy".
pub fn script(folder: &Path, text: &str) -> PathBuf {
    let (source, path) = (folder.join("source"), folder.join("fake-worker"));
    fs::write(&source, format!("#!/bin/sh\n{text}\n")).expect("the temp folder is writable");
    let install = Command::new("install").args(["-m", "755"]).args([&source, &path]).status();
    assert!(install.expect("install is there").success());
    path
}

/// Bytes as `printf` of a shell takes them.
pub fn octal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:03o}").expect("writing to a string never fails");
        text
    })
}

/// The state letter of a process (`R`, `S`, `Z`, ...); `None` when it is gone.
pub fn state(process: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// Whether a process still runs: a zombie does not.
pub fn is_alive(process: u32) -> bool {
    state(process).is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

/// The children of this process, zombies among them.
pub fn children() -> Vec<u32> {
    let tasks = fs::read_dir("/proc/self/task").expect("/proc is there").flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(parse).collect::<Vec<_>>()).collect()
}

fn parse(number: &str) -> u32 {
    number.parse().expect("a process id")
}

/// The entries of a folder in /proc, such as the open files of this process.
pub fn count(folder: &str) -> usize {
    fs::read_dir(folder).expect("/proc is there").count()
}

/// Waits until `done` says so, at the longest for `limit`.
pub fn wait_until(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while !done() {
        if started.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}
