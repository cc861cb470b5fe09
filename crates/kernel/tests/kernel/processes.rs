//! The processes of kernels under test: all that were started with their temp folder, or one in it.

use std::fs;
use std::path::Path;

use procfs::process::{Process, all_processes};
use rustix::process::{Pid, Signal, kill_process};

/// Those that run: a zombie does not.
pub fn of(temp: &Path) -> Vec<i32> {
    let variable = format!("TMPDIR={}", temp.display());
    let has_it = |process: &Process| {
        let environment = fs::read(format!("/proc/{}/environ", process.pid)).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|one| one.starts_with(variable.as_bytes()))
    };
    let all = all_processes().expect("the processes").flatten();
    all.filter(|process| runs(process.pid) && has_it(process)).map(|process| process.pid).collect()
}

/// Those whose program has such a name.
pub fn named(temp: &Path, name: &str) -> Vec<i32> {
    of(temp).into_iter().filter(|process| program(*process).starts_with(name)).collect()
}

/// evcxr and the process of the cells, as far as they are there, below a kernel's.
pub fn evcxr_and_cells(front: i32) -> [Option<i32>; 2] {
    let evcxr = children(front).into_iter().find(|child| program(*child).starts_with("evcxr"));
    let below = evcxr.map(children).unwrap_or_default();
    [evcxr, below.into_iter().find(|child| program(*child).starts_with("evcxr"))]
}

/// Whether a process runs.
pub fn runs(process: i32) -> bool {
    let stat = Process::new(process).and_then(|process| process.stat());
    stat.is_ok_and(|stat| !matches!(stat.state, 'Z' | 'X'))
}

/// The children of a process, zombies among them.
pub fn children(process: i32) -> Vec<i32> {
    let tasks = Process::new(process).and_then(|process| process.tasks());
    let lists = tasks.into_iter().flatten().flatten().map(|task| task.children());
    lists.flatten().flatten().filter_map(|child| child.try_into().ok()).collect()
}

/// How many files and threads a process has.
pub fn files_and_threads(process: i32) -> (usize, usize) {
    let count = |what| fs::read_dir(format!("/proc/{process}/{what}")).expect("it runs").count();
    (count("fd"), count("task"))
}

/// Kills all of them, as no program can prevent; some may be gone.
pub fn kill_all(processes: &[i32]) {
    for process in processes.iter().filter_map(|process| Pid::from_raw(*process)) {
        let _ = kill_process(process, Signal::KILL);
    }
}

fn program(process: i32) -> String {
    fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default()
}
