//! A program that is killed in the middle of a run leaves no process and no file; nor does a cell,
//! whose run goes across hosts where they can be made.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use beyond::{Broker, Mpi};
use concurrency_demos::{Beyond, Dish, Failure, Job, Listener, Model, Output, Run, Span, Watch};

/// In the program that is killed: which engine it runs.
const ENGINE: &str = "BEYOND_TEST_ENGINE";

/// What it prints when a job has begun.
const BEGUN: &str = "a job has begun";

/// No test: what the program does that is killed.
#[test]
#[ignore = "it is started by the other test, and killed"]
fn the_program_that_is_killed() {
    let jobs = vec![Job::Cook { dish: Dish::Salad, time: Duration::from_secs(120) }; 2];
    let across = |model| Beyond::new(model).across(2, Duration::from_millis(1));
    match env::var(ENGINE).as_deref() {
        Ok("mpi") => drop(Mpi::new(2).run(&jobs, &Says)),
        Ok("broker") => drop(Broker::new(2).run(&jobs, &Says)),
        Ok("mpi across hosts") => drop(across(Model::Mpi(2)).run(&jobs, &Says)),
        Ok("broker across hosts") => drop(across(Model::Broker(2)).run(&jobs, &Says)),
        _ => {}
    }
}

/// Says when a job begins.
struct Says;

impl Listener for Says {
    fn watch(&self, _: Model, _: &[Job]) -> Option<Arc<dyn Watch>> {
        Some(Arc::new(Says))
    }
}

impl Watch for Says {
    fn began(&self, _: usize, _: Span) {
        println!("{BEGUN}");
    }

    fn ended(&self, _: usize, _: Span, _: &Result<Output, Failure>) {}

    fn over(&self, _: &Run) {}
}

#[test]
fn nothing_is_left_of_a_program_that_was_killed() {
    // With each run: mpirun or the server, two workers, rank 0, the guardian; for a cell also
    // `beyond-worker run`. Hosts add to them.
    for (engine, others) in
        [("mpi", 5), ("broker", 4), ("mpi across hosts", 6), ("broker across hosts", 5)]
    {
        let folder = tempfile::tempdir().unwrap();
        let mut program = start(engine, folder.path());
        let said = BufReader::new(program.stdout.take().unwrap());
        let has_begun = said.lines().any(|line| line.unwrap().contains(BEGUN));
        assert!(has_begun, "{engine} ended before its first job");
        let there = named(folder.path());
        assert!(there.len() > others, "{engine}: {there:?}");
        program.kill().unwrap();
        program.wait().unwrap();
        wait(|| named(folder.path()).is_empty(), &format!("all processes to be gone: {engine}"));
        let left = || fs::read_dir(folder.path()).unwrap().count();
        wait(|| left() == 0, &format!("the folder to be empty: {engine}"));
    }
}

fn start(engine: &str, folder: &Path) -> Child {
    let mut program = Command::new(env::current_exe().unwrap());
    program.args(["--ignored", "--exact", "the_program_that_is_killed", "--nocapture"]);
    program.env(ENGINE, engine).env("TMPDIR", folder).env("BEYOND_TEST_MARK", folder);
    program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
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
