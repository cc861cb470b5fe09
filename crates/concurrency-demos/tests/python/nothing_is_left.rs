//! Whoever is killed, no process stays behind. It is read from /proc.

use std::fs;
use std::io::read_to_string;
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::common::wait_until;
use crate::scene::{python_that_starts_by, scene};

/// Rust does the jobs first, then Python starts.
const START: Duration = Duration::from_secs(60);

/// An end by itself takes milliseconds; Python's jobs take far longer than this.
const END: Duration = Duration::from_secs(5);

/// Of every process: its id and its parent's.
fn processes() -> Vec<(i32, u32)> {
    let folders = fs::read_dir("/proc").unwrap().flatten();
    let pids = folders.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid: i32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
        Some((pid, parent))
    })
    .collect()
}

fn children_of(parent: u32) -> Vec<i32> {
    processes().into_iter().filter_map(|(pid, of)| (of == parent).then_some(pid)).collect()
}

/// Every child has ended, and has been waited for.
pub fn assert_no_children() {
    let children = children_of(std::process::id());
    assert!(children.is_empty(), "children or zombies are left: {children:?}");
}

/// The long scene, and a mark by which all that descends from it is known.
struct Scene {
    child: Child,
    mark: String,
}

impl Scene {
    /// Starts the scene and waits until all its processes are there.
    fn start(test: &str, method: &str, processes: usize) -> Scene {
        let mark = format!("CONCURRENCY_TEST_MARK={test}-{method}-{}", std::process::id());
        let (name, value) = mark.split_once('=').unwrap();
        let mut command = scene("long");
        command.env(name, value);
        command.env("CONCURRENCY_PYTHON", python_that_starts_by(method, test));
        let child = command.spawn().unwrap();
        let scene = Scene { child, mark };
        wait(START, "the start", || scene.living().len() == processes);
        scene
    }

    fn python(&self) -> i32 {
        children_of(self.child.id())[0]
    }

    /// The workers of a Python that forks: it has no other children.
    fn workers(&self) -> Vec<i32> {
        children_of(self.python().unsigned_abs())
    }

    fn living(&self) -> Vec<i32> {
        let marked = |pid: &i32| {
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|entry| entry == self.mark.as_bytes())
        };
        processes().into_iter().map(|(pid, _)| pid).filter(marked).collect()
    }

    /// Waits for the end of the scene and of all that descends from it, and
    /// returns what the scene printed.
    fn end(mut self) -> String {
        wait(END, "the end of every process", || {
            let _ = self.child.try_wait().unwrap();
            self.living().is_empty()
        });
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let printed = read_to_string(stdout.unwrap()).unwrap();
        printed + &read_to_string(stderr.unwrap()).unwrap()
    }
}

/// A failed test leaves nothing either.
impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        for pid in self.living() {
            let _ = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
        }
    }
}

fn wait(limit: Duration, what: &str, done: impl FnMut() -> bool) {
    assert!(wait_until(limit, done), "waited {limit:?} in vain for {what}");
}

fn kill(pid: i32) {
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

#[test]
fn nothing_is_left_when_the_caller_is_killed() {
    // The scene, Python, two workers; then a tracker, and a server that forks.
    for (method, processes) in [("fork", 4), ("spawn", 5), ("forkserver", 6)] {
        let mut scene = Scene::start("caller-killed", method, processes);
        scene.child.kill().unwrap();
        scene.end();
    }
}

#[test]
fn a_killed_python_is_an_error_and_leaves_no_worker() {
    let scene = Scene::start("python-killed", "fork", 4);
    kill(scene.python());
    let text = scene.end();
    assert!(text.contains("failed on \"2 processes\": signal: 9"), "{text}");
    assert!(text.contains("1 passed"), "{text}");
}

#[test]
fn a_killed_worker_is_an_error_and_leaves_nothing() {
    let scene = Scene::start("worker-killed", "fork", 4);
    kill(scene.workers()[0]);
    let text = scene.end();
    assert!(text.contains("BrokenProcessPool"), "{text}");
    assert!(text.contains("1 passed"), "{text}");
}
