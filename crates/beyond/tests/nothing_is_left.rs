//! A program that is killed in the middle of a run leaves no process and no file.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use beyond::{Broker, Mpi};
use concurrency_demos::{Dish, Job, Silent};

/// In the program that is killed: which engine it runs.
const ENGINE: &str = "BEYOND_TEST_ENGINE";

/// No test: what the program does that is killed.
#[test]
#[ignore = "it is started by the other test, and killed"]
fn the_program_that_is_killed() {
    let jobs = vec![Job::Cook { dish: Dish::Salad, time: Duration::from_secs(120) }; 2];
    match env::var(ENGINE).as_deref() {
        Ok("mpi") => drop(Mpi::new(2).run(&jobs, &Silent)),
        Ok("broker") => drop(Broker::new(2).run(&jobs, &Silent)),
        _ => {}
    }
}

#[test]
fn nothing_is_left_of_a_program_that_was_killed() {
    for (engine, others) in [("mpi", 5), ("broker", 4)] {
        let folder = tempfile::tempdir().unwrap();
        let mut program = start(engine, folder.path());
        // mpirun or the server, the ranks or workers, the guardian.
        wait(|| named(folder.path()).len() > others, "all processes to be there");
        thread::sleep(Duration::from_millis(300));
        program.kill().unwrap();
        program.wait().unwrap();
        wait(|| named(folder.path()).is_empty(), "all processes to be gone");
        let left = || fs::read_dir(folder.path()).unwrap().count();
        wait(|| left() == 0, "the folder to be empty");
    }
}

fn start(engine: &str, folder: &Path) -> Child {
    let mut program = Command::new(env::current_exe().unwrap());
    program.args(["--ignored", "--exact", "the_program_that_is_killed"]);
    program.env(ENGINE, engine).env("TMPDIR", folder).env("BEYOND_TEST_MARK", folder);
    program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The processes that have this folder as a mark in their environment.
fn named(folder: &Path) -> Vec<String> {
    let mark = format!("BEYOND_TEST_MARK={}", folder.display()).into_bytes();
    let is_marked = |process: &Path| {
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == mark)
    };
    let processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    let marked = processes.filter(|process| is_marked(process));
    marked.map(|process| process.display().to_string()).collect()
}

fn wait(until: impl Fn() -> bool, what: &str) {
    let since = Instant::now();
    while !until() {
        assert!(since.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
