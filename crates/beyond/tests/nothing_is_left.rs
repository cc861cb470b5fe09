//! A program that is killed in the middle of a run leaves no process and no file; nor does a cell,
//! whose run goes across hosts where they can be made.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use beyond::{Broker, Hosts, Mpi};
use concurrency_demos::{Beyond, Dish, Failure, Job, Listener, Model, Output, Run, Span, Watch};
use rustix::process::{Pid, Signal, getsid, kill_process};

/// In the program that is killed: which engine it runs.
const ENGINE: &str = "BEYOND_TEST_ENGINE";

/// What it prints when a job has begun.
const BEGUN: &str = "a job has begun";

/// What it prints when a run is over and its hosts are still there.
const OVER: &str = "the run is over";

/// No test: what the program does that is killed.
#[test]
#[ignore = "the other tests start it, and kill it"]
fn the_program_that_is_killed() {
    let jobs = vec![Job::Cook { dish: Dish::Salad, time: Duration::from_secs(120) }; 2];
    let across = |model| Beyond::new(model).across(2, Duration::from_millis(1));
    match env::var(ENGINE).as_deref() {
        Ok("mpi") => drop(Mpi::new(2).run(&jobs, &Says(None))),
        Ok("broker") => drop(Broker::new(2).run(&jobs, &Says(None))),
        Ok("mpi across hosts") => drop(across(Model::Mpi(2)).run(&jobs, &Says(None))),
        Ok("broker across hosts") => drop(across(Model::Broker(2)).run(&jobs, &Says(None))),
        Ok("mpi, cut off") => {
            let hosts = Hosts::start(2).unwrap();
            let farm = Mpi::new(2).on(&hosts).with_time_limit(Duration::from_secs(1));
            assert_eq!(farm.run(&jobs, &Says(Some(hosts.clone()))).unwrap().lost(), 2);
            println!("{OVER}");
            thread::sleep(Duration::from_secs(120)); // with the hosts
        }
        _ => {}
    }
}

/// Says when a job begins, and takes the cable off the second of these hosts.
#[derive(Clone)]
struct Says(Option<Hosts>);

impl Listener for Says {
    fn watch(&self, _: Model, _: &[Job]) -> Option<Arc<dyn Watch>> {
        Some(Arc::new(self.clone()))
    }
}

impl Watch for Says {
    fn began(&self, _: usize, _: Span) {
        println!("{BEGUN}");
        self.0.iter().for_each(|hosts| hosts.cut(1).unwrap());
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
        hear(&mut program, BEGUN);
        let there = named(folder.path());
        assert!(there.len() > others, "{engine}: {there:?}");
        // Else the claims of a notebook would take their work for that of other programs.
        let ours = getsid(None).unwrap();
        assert!(
            there.iter().all(|it| getsid(id(it)).ok().is_none_or(|it| it == ours)),
            "{engine}: {there:?}"
        );
        program.kill().unwrap();
        program.wait().unwrap();
        wait(|| named(folder.path()).is_empty(), &format!("all processes to be gone: {engine}"));
        let left = || fs::read_dir(folder.path()).unwrap().count();
        wait(|| left() == 0, &format!("the folder to be empty: {engine}"));
    }
}

#[test]
fn nothing_is_left_behind_a_cut_cable_when_the_run_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = start("mpi, cut off", folder.path());
    hear(&mut program, OVER);
    let left = named(folder.path());
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(left.len() <= 4, "more than the program, two hosts and their switch: {left:?}");
    wait(|| named(folder.path()).is_empty(), "the hosts to be gone");
}

#[test]
fn ranks_end_with_their_program_where_the_guardian_is_killed_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = start("mpi", folder.path());
    hear(&mut program, BEGUN);
    let is_guardian = |process: &String| {
        fs::read(format!("{process}/cmdline")).is_ok_and(|words| words.ends_with(b"\0guard\0"))
    };
    let guardian = named(folder.path()).into_iter().find(is_guardian).expect("there is one");
    kill_process(id(&guardian).unwrap(), Signal::KILL).unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    wait(|| named(folder.path()).is_empty(), "the ranks to be gone");
}

/// Waits until the program has said this.
fn hear(program: &mut Child, what: &str) {
    let said = BufReader::new(program.stdout.take().unwrap());
    let is_said = said.lines().any(|line| line.unwrap().contains(what));
    assert!(is_said, "it ended before it said that {what}");
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

/// Of a process, by its folder.
fn id(process: &str) -> Option<Pid> {
    Pid::from_raw(process.rsplit('/').next()?.parse().ok()?)
}

fn wait(until: impl Fn() -> bool, what: &str) {
    let since = Instant::now();
    while !until() {
        assert!(since.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
