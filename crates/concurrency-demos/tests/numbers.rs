//! Every entry point that takes a number answers a bad one with a sentence: at once, before
//! anything is started, and without a panic.

#![cfg(target_os = "linux")]

mod common;

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use common::{alone, children, count, figure};
use concurrency_demos::labs::{
    Heartbeat, Languages, Patience, Scale, Search, Service, SpeedUp, Visits,
};
use concurrency_demos::{
    Beyond, Border, BreakEven, CacheLine, Comparison, Error, Job, Kind, Model, Pool, Scaling,
    SerialPart, Silent, Uneven, breakfast, fib, labs::Crowd, theory, time_scale,
};

const SECOND: Duration = Duration::from_secs(1);
/// What no machine has.
const MANY: usize = 100_000;
const SCALES: [f64; 7] = [0.0, -1.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX];
const NO_SCALE: &str = "time scale must be a number above 0";

/// What was tried, how it ended, and what its sentence must say.
struct Case {
    call: String,
    result: Result<(), String>,
    says: &'static str,
}

/// The cases that were tried.
#[derive(Default)]
struct Table(Vec<Case>);

impl Table {
    /// Tries one. It has half a minute on a busy machine; what was started would take longer.
    fn refused<T>(
        &mut self,
        call: impl Into<String>,
        says: &'static str,
        tried: impl FnOnce() -> Result<T, Error>,
    ) {
        let (call, began, threads) = (call.into(), Instant::now(), count("/proc/self/task"));
        let result = catch_unwind(AssertUnwindSafe(tried));
        let result = result.unwrap_or_else(|_| panic!("{call} panics"));
        let result = result.map(drop).map_err(|error| error.to_string());
        assert!(began.elapsed() < 30 * SECOND, "{call} took {:?}", began.elapsed());
        assert_eq!(count("/proc/self/task"), threads, "{call} started threads");
        assert_eq!(children(), [0_u32; 0], "{call} started processes");
        self.0.push(Case { call, result, says });
    }

    /// Says of all cases at once which are wrong.
    fn done(self) {
        let wrong = self.0.iter().filter_map(|Case { call, result, says }| match result {
            Err(sentence) if sentence.contains(says) => None,
            Err(sentence) => Some(format!("{call} does not say \"{says}\": {sentence}")),
            Ok(()) => Some(format!("{call} is no error")),
        });
        let wrong: Vec<_> = wrong.collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        figure(&format!("{} bad numbers: a sentence each, nothing started", self.0.len()));
    }
}

fn in_order(test: &str, fill: impl FnOnce(&mut Table)) {
    alone(test, &[], || {
        let mut table = Table::default();
        fill(&mut table);
        table.done();
    });
}

#[test]
fn numbers_of_workers() {
    in_order("numbers_of_workers", |table| {
        let one = [Job::Fib(1)];
        for (workers, says) in [
            (0, "at least one worker"),
            (MANY, "100,000"),
            (usize::MAX, "whatever the machine allows"),
        ] {
            table.refused(format!("Pool::start({workers})"), says, || Pool::start(workers));
            for kind in [
                Kind::Processes,
                Kind::Threads,
                Kind::Rayon,
                Kind::AsyncThreads,
                Kind::AsyncBlocking,
                Kind::Mpi,
                Kind::Broker,
            ] {
                let model = kind.with(workers);
                table.refused(format!("{model:?}"), says, || model.run(&one, &Silent));
            }
            // Its first model can do the jobs, which would take for ever.
            let models = [Model::Serial, Model::Processes(workers)];
            table.refused("Comparison", says, || {
                Comparison::measure(&[Job::Fib(93)], &models, 1, &Silent)
            });
            table.refused("BreakEven", says, || BreakEven::measure(&[93], &models, 1, &Silent));
            table.refused("Languages", says, || Languages::measure(1.0, workers, &Silent));
        }
        let crowd = vec![Job::Fib(1); MANY];
        table.refused("ThreadPerJob", "100,000 threads", || {
            Model::ThreadPerJob.run(&crowd, &Silent)
        });
        table.refused("Beyond", "100,000 worker processes", || {
            Beyond::new(Model::Mpi(MANY)).run(&one, &Silent)
        });
        for (workers, says) in [(0, "1 to 96 workers"), (MANY, "1 to 96 workers")] {
            table.refused("Uneven", says, || Uneven::measure(SECOND, workers, &Silent));
        }
        for (threads, says) in [(0, "at least one thread"), (MANY, "100,000 async threads")] {
            table.refused("Heartbeat", says, || {
                Heartbeat::new().add("nothing", threads, async {}).map(drop)
            });
        }
    });
}

#[test]
fn time_scales_and_persons() {
    in_order("time_scales_and_persons", |table| {
        for scale in SCALES {
            let call = |name| format!("{name} at {scale}");
            table.refused(call("breakfast"), NO_SCALE, || breakfast::order(1, scale));
            table.refused(call("Crowd"), NO_SCALE, || Crowd::measure(&[1], scale, &Silent));
            table.refused(call("Languages"), NO_SCALE, || Languages::measure(scale, 2, &Silent));
        }
        for (persons, says) in [
            (0, "at least one person, not 0"),
            (10_000_000, "at most 250,000 persons"),
            (usize::MAX, "at most 250,000 persons"),
        ] {
            let call = |name| format!("{name} for {persons}");
            table.refused(call("breakfast"), says, || breakfast::order(persons, 1.0));
            table.refused(call("Crowd"), says, || Crowd::measure(&[1, persons], 1.0, &Silent));
        }
    });
}

#[test]
fn sizes_of_jobs_and_how_often() {
    in_order("sizes_of_jobs_and_how_often", |table| {
        for n in [94, u32::MAX] {
            for model in common::MODELS {
                let jobs = [Job::Fib(n)];
                table.refused(format!("{model:?}"), "does not fit 64 bits", || {
                    model.run(&jobs, &Silent)
                });
            }
            let serial = [Model::Serial];
            table.refused("BreakEven", "64 bits", || BreakEven::measure(&[n], &serial, 1, &Silent));
        }
        let (jobs, models) = ([Job::Fib(1)], [Model::Serial]);
        table.refused("Comparison", "one repeat", || {
            Comparison::measure(&jobs, &models, 0, &Silent)
        });
        table.refused("BreakEven", "one repeat", || BreakEven::measure(&[1], &models, 0, &Silent));
        table.refused("SpeedUp", "one repeat", || {
            SpeedUp::measure(SECOND, &[Kind::Threads], 0, &Silent)
        });
        table.refused("CacheLine", "not 0", || CacheLine::measure(0, &Silent));
        table.refused("CacheLine", "1,000,000", || CacheLine::measure(u32::MAX, &Silent));
        table.refused("Border", "64 MiB", || Border::measure(&[1, usize::MAX], &Silent));
        table.refused("Scale", "10,000,000", || Scale::start_tasks(10_000_000_000));
        table
            .refused("Scaling", "1,000,000", || Scaling::of_shared_counter(&[usize::MAX], &Silent));
        table.refused("Search", "holds no seed", || Search::random(|_| (), 5..5));
        for work in [Duration::ZERO, Duration::MAX] {
            table.refused("Uneven", "1 ms to 20 s", || Uneven::measure(work, 2, &Silent));
        }
        let part = |job| SerialPart { job, waits: true, in_step: true };
        for share in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
            table.refused("SerialPart", "from 0 to 1", || part(SECOND).measure(&[share], &Silent));
        }
        for job in [Duration::ZERO, Duration::MAX] {
            table.refused("SerialPart", "100 us to 1 s", || part(job).measure(&[0.5], &Silent));
        }
        let large = [Job::Echo(vec![0; 256 << 20])];
        table.refused("payload", "too much for one message", || {
            Model::Processes(1).run(&large, &Silent)
        });
    });
}

#[test]
fn numbers_of_guests() {
    in_order("numbers_of_guests", |table| {
        let nobody = ([127, 0, 0, 1], 9).into();
        for guests in [0, 10_000_000, usize::MAX] {
            table.refused("Service", "from 1 to 20,000", || {
                Service::measure(&[1, guests], SECOND, &Silent)
            });
        }
        for (guests, orders, says) in [
            (0, 1, "at least one guest"),
            (1, 0, "one order"),
            (10_000_000, 1, "at most 20,000 guests"),
            (usize::MAX, usize::MAX, "at most 20,000 guests"),
            (1, usize::MAX, "1,000,000 orders"),
        ] {
            table.refused("Visits", says, || Visits::make(nobody, guests, orders));
        }
        for (silent, ordering, says) in
            [(1, 0, "somebody must order"), (usize::MAX, 1, "200 guests"), (0, MANY, "200 guests")]
        {
            table.refused("Patience", says, || Patience::watch(nobody, silent, ordering, SECOND));
        }
    });
}

/// What cannot return an error, so its panic says what to do, and is none of the standard
/// library's.
#[test]
fn what_can_only_panic_does_it_with_a_sentence() {
    for n in [94, 1_000_000, u32::MAX] {
        let said = panic_of(|| fib(black_box(n)));
        assert!(said.contains("n can be 93 at the most"), "{said}");
    }
    for scale in SCALES {
        let said = panic_of(|| time_scale(black_box(scale)));
        assert!(said.contains(NO_SCALE) && said.contains("change TIME_SCALE"), "{said}");
    }
    let said = panic_of(|| theory::lower_bound(SECOND, SECOND, black_box(0)));
    assert!(said.contains("no worker"), "{said}");
}

fn panic_of<T: std::fmt::Debug>(call: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(call)).expect_err("a bad number");
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).expect("a panic has a text")
}

#[test]
fn numbers_without_end_have_an_answer() {
    assert!(fib::n_taking(Duration::MAX) <= 60, "and it comes");
    let mut hasty = Pool::start(1).unwrap().with_time_limit(Duration::ZERO);
    let run = hasty.run(&[Job::Fib(30)], &Silent).unwrap();
    assert_eq!(run.failures().len(), 1, "no job is done in no time: {:?}", run.results);
}
