//! The pool's dispatcher and what hears of its jobs, in thousands of schedules: who takes which
//! job, who is the last that can, who goes home, who still hears. Where one bug is planted, some
//! schedule finds it.

mod played;
mod stage;
mod sync;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner};

use crate::error::Error;
use crate::record::{Cause, Failure, Listener, Model, Run, Span, Watch};
use crate::work::{Job, Output};
use played::{Plan, Process, outcome, plan};
use stage::{Recorder, dispatch};
use sync::{Bug, plant};

const WORKERS: usize = 3;
const JOBS: u32 = 6;

/// The number of schedules of each kind.
fn schedules() -> usize {
    if std::env::var_os("LONG_TESTS").is_some() { 100_000 } else { 2_000 }
}

/// Runs the program in many schedules, at random and with few changes of thread; how many.
fn explore(program: fn()) -> usize {
    let count = schedules();
    run(RandomScheduler::new(count), program) + run(PctScheduler::new(3, count), program)
}

fn run(scheduler: impl Scheduler + 'static, program: fn()) -> usize {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(program)
}

/// What the first schedule says that fails with this bug in it.
fn found(bug: Bug, program: fn()) -> String {
    plant(Some(bug));
    let panic = catch_unwind(AssertUnwindSafe(|| explore(program)));
    plant(None);
    let panic = panic.expect_err("some schedule fails");
    crate::system::panic_message(&*panic)
}

/// Has `fib(0)` to `fib(5)` done by three workers, none of which is there yet.
fn dispatched(listener: &dyn Listener) -> Result<Run, Error> {
    let jobs: Vec<Job> = (0..JOBS).map(Job::Fib).collect();
    let mut workers: Vec<Option<Process>> = (0..WORKERS).map(|_| None).collect();
    let record = Recorder::new(Model::Processes(WORKERS), &jobs, listener);
    dispatch(&mut workers, Path::new("played"), None, &record)
}

/// Notes what it hears, and panics at the job of this index, if one is given.
#[derive(Default)]
struct Heard {
    ended: Mutex<Vec<u32>>,
    watched: Arc<Watching>,
    panics_at: Option<usize>,
    /// How much it heard once it was known that it had panicked.
    late: AtomicUsize,
}

#[derive(Default)]
struct Watching {
    began: Mutex<Vec<usize>>,
    ended: Mutex<Vec<usize>>,
    over: AtomicUsize,
}

fn note<T>(list: &Mutex<Vec<T>>, what: T) {
    list.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    shuttle::thread::yield_now();
}

fn sorted<T: Ord + Clone>(list: &Mutex<Vec<T>>) -> Vec<T> {
    let mut list = list.lock().unwrap_or_else(PoisonError::into_inner).clone();
    list.sort();
    list
}

impl Listener for Heard {
    fn ended(&self, job: &Job, _: &Result<Output, Failure>) {
        let Job::Fib(number) = job else { unreachable!("all jobs are fib") };
        // The watch hears of a job after the listener.
        let known = self.panics_at.is_some_and(|at| sorted(&self.watched.ended).contains(&at));
        self.late.fetch_add(usize::from(known), Ordering::Relaxed);
        note(&self.ended, *number);
        if self.panics_at == Some(*number as usize) {
            // Not a panic, of which the hook would tell.
            std::panic::resume_unwind(Box::new("a listener"));
        }
    }

    fn watch(&self, _: Model, _: &[Job]) -> Option<Arc<dyn Watch>> {
        Some(Arc::clone(&self.watched) as Arc<dyn Watch>)
    }
}

impl Watch for Watching {
    fn began(&self, index: usize, _: Span) {
        note(&self.began, index);
    }

    fn ended(&self, index: usize, _: Span, _: &Result<Output, Failure>) {
        note(&self.ended, index);
    }

    fn over(&self, _: &Run) {
        self.over.fetch_add(1, Ordering::Relaxed);
    }
}

/// Each job ends once, heard once by each who hears, and what no worker was asked for says so.
fn every_job_ends_once() {
    // The first three start, two jobs take theirs down, and one more can be started.
    plan(Plan { deadly: vec![1, 2], processes: WORKERS + 1, threads: WORKERS, ..Plan::default() });
    let heard = Heard::default();
    let run = dispatched(&heard).expect("all threads can be had");
    let Plan { mut asked, .. } = outcome();
    asked.sort();
    let not_run = |cause: &Cause| matches!(cause, Cause::NotStarted(_));
    let mut expected = Vec::new();
    for (number, result) in (0..JOBS).zip(&run.results) {
        match result {
            Ok(output) => assert_eq!(*output, Output::Number(u64::from(number))),
            Err(failure) if not_run(&failure.cause) => continue,
            Err(failure) => assert!([1, 2].contains(&number), "{failure}"),
        }
        expected.push(number);
    }
    assert_eq!(asked, expected, "what the workers were asked for");
    let (all, indices): (Vec<u32>, Vec<usize>) = (0..JOBS).map(|n| (n, n as usize)).unzip();
    assert_eq!(sorted(&heard.ended), all);
    assert_eq!(sorted(&heard.watched.ended), indices);
    assert_eq!(sorted(&heard.watched.began).len(), asked.len());
    assert_eq!(heard.watched.over.load(Ordering::Relaxed), 1);
}

/// No process can be started: one place says so of each job, and no other does.
fn the_last_place_says_so() {
    plan(Plan { threads: WORKERS, ..Plan::default() });
    let run = dispatched(&Heard::default()).expect("all threads can be had");
    assert_eq!(run.failures().len(), JOBS as usize, "jobs that did not run");
    assert!(outcome().asked.is_empty());
}

/// The second thread is refused: nobody works, nobody waits for ever.
fn all_go_home() {
    plan(Plan { processes: 9, threads: 1, ..Plan::default() });
    let error = dispatched(&Heard::default()).expect_err("a thread is missing").to_string();
    assert!(error.contains("no thread is left"), "{error}");
    assert!(outcome().asked.is_empty());
}

/// A listener that has panicked hears no more, but for what others were about to say.
fn a_panic_of_the_listener_stays_its_own() {
    plan(Plan { processes: 9, threads: WORKERS, ..Plan::default() });
    let heard = Heard { panics_at: Some(0), ..Heard::default() };
    let run = dispatched(&heard).expect("all threads can be had");
    assert_eq!(run.failures().len(), 0);
    assert_eq!(sorted(&heard.watched.ended).len(), JOBS as usize);
    let late = heard.late.load(Ordering::Relaxed);
    assert!(late < WORKERS, "{late} jobs heard of after a panic");
}

#[test]
fn the_dispatcher_is_right_in_thousands_of_schedules() {
    let programs: [(&str, fn()); 4] = [
        ("every job ends once", every_job_ends_once),
        ("the last place says so", the_last_place_says_so),
        ("all go home", all_go_home),
        ("a panic of the listener stays its own", a_panic_of_the_listener_stays_its_own),
    ];
    for (name, program) in programs {
        println!("{name}: right in {} schedules", explore(program));
    }
}

#[test]
fn a_check_then_act_in_the_queue_does_a_job_twice() {
    let said = found(Bug::CheckThenAct, every_job_ends_once);
    assert!(said.contains("every job has ended") || said.contains("asked for"), "{said}");
}

#[test]
fn a_check_then_act_among_the_places_loses_jobs() {
    let said = found(Bug::CheckThenAct, the_last_place_says_so);
    assert!(said.contains("every job has ended") || said.contains("did not run"), "{said}");
}

#[test]
fn a_lost_wakeup_at_the_gate_is_a_deadlock() {
    let said = found(Bug::LostWakeup, every_job_ends_once);
    assert!(said.contains("deadlock"), "{said}");
}

#[test]
fn a_panic_that_others_do_not_see_is_found() {
    let said = found(Bug::NotSeen, a_panic_of_the_listener_stays_its_own);
    assert!(said.contains("heard of after a panic"), "{said}");
}
