//! Schedules in which a small program fails: searched at random by shuttle, one by one by loom.

mod trace;

use std::fmt;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use shuttle::scheduler::RandomScheduler;
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::error::Error;
use crate::system::{Quiet, panic_message, spawn};

pub use trace::{Step, Trace};

/// A program that shuttle does not end within so many steps counts as failed.
const MOST_STEPS: usize = 10_000;
/// After so many failures the rest of the seeds are left out: each leaves the stacks of its
/// unfinished threads behind.
const MOST_FAILURES: usize = 1_000;
/// How long loom may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A program whose threads, locks and atomics are those of shuttle or of loom. It panics where
/// it is wrong, and notes what its threads do.
pub type Program = fn(&Trace);

/// What was found by running a program in many schedules.
#[derive(Clone, Debug)]
pub struct Search {
    /// Who chose the schedules.
    pub tool: Tool,
    /// How many were run.
    pub tried: usize,
    /// In how many of them the program failed.
    pub failed: usize,
    /// The first of these.
    pub first: Option<Failing>,
    /// Whether there is no other schedule, as far as the tool knows.
    pub complete: bool,
    /// How long it took.
    pub took: Duration,
}

/// Who chooses the schedules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// At random, in sequential consistency: every thread sees the newest value.
    Shuttle,
    /// One after the other until none is left, in the memory model of Rust.
    Loom,
}

/// A schedule in which the program failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// Its seed, or for loom its number.
    pub seed: u64,
    /// What the panic said, in one line.
    pub why: String,
    /// What was noted in it, in the order of time.
    pub steps: Vec<Step>,
}

impl Search {
    /// Runs the program under shuttle, once for each seed. The same seed gives the same schedule.
    ///
    /// ```
    /// use concurrency_demos::labs::{Search, Trace};
    /// use shuttle::sync::atomic::{AtomicU32, Ordering::SeqCst};
    /// use shuttle::thread;
    ///
    /// fn program(_: &Trace) {
    ///     let counter = AtomicU32::new(0);
    ///     thread::scope(|scope| {
    ///         for _ in 0..2 {
    ///             scope.spawn(|| counter.store(counter.load(SeqCst) + 1, SeqCst));
    ///         }
    ///     });
    ///     assert_eq!(counter.load(SeqCst), 2, "an addition is lost");
    /// }
    /// let search = Search::random(program, 0..100)?;
    /// assert!(search.failed > 0);
    /// # Ok::<(), concurrency_demos::Error>(())
    /// ```
    ///
    /// # Errors
    /// If there is no seed, or no thread to search on.
    pub fn random(program: Program, seeds: Range<u64>) -> Result<Search, Error> {
        if seeds.is_empty() {
            return Err(Error::new(format!("{seeds:?} holds no seed: try 0..1000")));
        }
        quietly("shuttle", move || {
            let (began, trace) = (Instant::now(), Trace::default());
            let mut found = Search::new(Tool::Shuttle);
            for seed in seeds {
                found.tried += 1;
                let result = catch_unwind(AssertUnwindSafe(|| in_schedule(program, &trace, seed)));
                if let Err(panic) = result {
                    found.fails(seed, &panic_message(&*panic), &trace);
                    if found.failed == MOST_FAILURES {
                        break;
                    }
                }
            }
            found.took = began.elapsed();
            found
        })
    }

    /// Runs the program under loom, in one schedule after the other, until it fails or all have
    /// been tried, for 10 seconds at the most.
    ///
    /// # Errors
    /// If there is no thread to search on.
    pub fn exhaustive(program: Program) -> Result<Search, Error> {
        quietly("loom", move || {
            let (began, trace) = (Instant::now(), Trace::default());
            let mut found = Search::new(Tool::Loom);
            let tried = Arc::new(AtomicUsize::new(0));
            let mut model = loom::model::Builder::new();
            (model.checkpoint_interval, model.max_duration) = (1, Some(PATIENCE));
            let (noted, counted) = (trace.clone(), Arc::clone(&tried));
            let result = catch_unwind(AssertUnwindSafe(|| {
                model.check(move || {
                    counted.fetch_add(1, Ordering::Relaxed);
                    noted.begin_anew();
                    program(&noted);
                });
            }));
            found.took = began.elapsed();
            found.tried = tried.load(Ordering::Relaxed);
            match result {
                Ok(()) => found.complete = found.took < PATIENCE,
                Err(panic) => found.fails(found.tried as u64, &panic_message(&*panic), &trace),
            }
            found
        })
    }

    /// The seed of the first schedule that failed, for loom its number.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.first.as_ref().map(|failing| failing.seed)
    }

    fn new(tool: Tool) -> Search {
        let (tried, failed, first) = (0, 0, None);
        Search { tool, tried, failed, first, complete: false, took: Duration::ZERO }
    }

    fn fails(&mut self, seed: u64, panic: &str, trace: &Trace) {
        self.failed += 1;
        self.first.get_or_insert_with(|| Failing { seed, why: told(panic), steps: trace.steps() });
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tool::Shuttle => "shuttle",
            Tool::Loom => "loom",
        })
    }
}

/// Runs the program once, in the schedule of this seed.
fn in_schedule(program: Program, trace: &Trace, seed: u64) {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.max_steps = MaxSteps::FailAfter(MOST_STEPS);
    config.silence_warnings = true;
    trace.begin_anew();
    let trace = trace.clone();
    Runner::new(RandomScheduler::new_from_seed(seed, 1), config).run(move || program(&trace));
}

/// Searches on a thread of its own: a cell may be in a runtime, and the search must not be.
fn quietly(name: &str, search: impl FnOnce() -> Search + Send + 'static) -> Result<Search, Error> {
    let searching = spawn(name, || {
        let _quiet = Quiet::begin(|| in_schedule(|_| (), &Trace::default(), 0))?;
        Ok(search())
    })?;
    searching.join().unwrap_or_else(|panic| {
        Err(Error::new(format!("{name} failed by itself: {}", panic_message(&*panic))))
    })
}

/// What a panic said, in one line and without what the tools add.
fn told(panic: &str) -> String {
    if panic.starts_with("deadlock") {
        return "deadlock: every thread that is left waits for ever".to_owned();
    }
    let mut lines = panic.lines().map(str::trim);
    let first = lines.next().unwrap_or_default();
    let first = match first.split_once("failed: ") {
        Some((assertion, message)) if assertion.starts_with("assertion") => message,
        _ => first,
    };
    let values: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    match values[..] {
        [] => first.to_owned(),
        _ => format!("{first} ({})", values.join(", ")),
    }
}

#[cfg(test)]
mod tests;
