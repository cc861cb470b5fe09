//! Every job ends exactly once, with a result or a typed error, while its workers are killed.

#![cfg(target_os = "linux")]

mod common;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use common::{alone, children, cook, count, is_alive, is_long, state, wait_until};
use concurrency_demos::{Cause, Dish, Failure, Job, Listener, Output, Pool, Run, Silent};
use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};

const WORKERS: usize = 4;
/// What a stopped worker costs: far more than any of these jobs takes.
const LIMIT: Duration = Duration::from_secs(2);
const SIGNALS: [Signal; 3] = [Signal::KILL, Signal::STOP, Signal::ABORT];

/// A job that can be told from all others: by its bytes, or by its time.
fn job(index: usize, rng: &mut Rng) -> Job {
    if index.is_multiple_of(4) {
        let time = Duration::from_millis(1) + Duration::from_nanos(index as u64);
        return Job::Cook { dish: Dish::Toast, time };
    }
    let mut bytes = (index as u64).to_le_bytes().to_vec();
    bytes.resize(8 + rng.usize(..40_000), 7);
    Job::Echo(bytes)
}

fn index_of(job: &Job) -> usize {
    match job {
        Job::Cook { time, .. } => time.subsec_nanos() as usize - 1_000_000,
        Job::Echo(bytes) => u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize,
        other => panic!("{other} is none of these jobs"),
    }
}

/// Counts how often each job ends.
struct Counts {
    each: Vec<AtomicUsize>,
    all: AtomicUsize,
}

impl Listener for Counts {
    fn ended(&self, job: &Job, _: &Result<Output, Failure>) {
        self.each[index_of(job)].fetch_add(1, Ordering::Relaxed);
        self.all.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends so many signals to random workers, evenly over the jobs, and says how many it sent.
fn fire(signals: usize, counts: &Counts, over: &AtomicBool, rng: &mut Rng) -> usize {
    let jobs = counts.each.len();
    let is_over = || over.load(Ordering::Relaxed);
    let mut sent = 0;
    while sent < signals && !is_over() {
        let next = (sent + 1) * jobs / (signals + 2);
        let reached = || counts.all.load(Ordering::Relaxed) >= next || is_over();
        wait_until(Duration::from_secs(600), reached);
        let living: Vec<u32> = children().into_iter().filter(|child| is_alive(*child)).collect();
        let Some(worker) = rng.choice(living) else { continue };
        let pid = Pid::from_raw(worker.try_into().unwrap()).unwrap();
        sent += usize::from(kill_process(pid, rng.choice(SIGNALS).unwrap()).is_ok());
    }
    sent
}

/// Its own output, or a failure that killing or stopping a worker explains.
fn assert_ended(job: &Job, result: &Result<Output, Failure>) {
    match (job, result) {
        (Job::Echo(sent), Ok(Output::Bytes(received))) => {
            assert!(sent == received, "job {} has the bytes of another", index_of(job));
        }
        (Job::Cook { dish, .. }, Ok(output)) => assert_eq!(*output, Output::Ready(*dish)),
        (_, Err(failure)) => {
            assert_eq!(failure.job, job.name());
            let [kill, abort] = [Signal::KILL, Signal::ABORT].map(Signal::as_raw);
            let explained = match failure.cause {
                Cause::Killed { signal, .. } => signal == kill || signal == abort,
                Cause::TimedOut(limit) => limit == LIMIT,
                _ => false,
            };
            assert!(explained, "{failure}");
        }
        (job, result) => panic!("{job} gave {result:?}"),
    }
}

/// Two runs later no worker is dead or stopped: what was hit at the very end costs one job of
/// the first of them.
fn recover(pool: &mut Pool) {
    let both = vec![cook(Dish::Toast, 50); WORKERS];
    pool.run(&both, &Silent).unwrap();
    pool.run(&both, &Silent).unwrap().outputs().expect("nobody kills any more");
}

/// Open files, threads and children of this process.
fn held() -> [usize; 3] {
    [count("/proc/self/fd"), count("/proc/self/task"), children().len()]
}

fn under_fire(pool: &mut Pool, jobs: &[Job], signals: usize, rng: &mut Rng) -> (Run, Counts) {
    let each = jobs.iter().map(|_| AtomicUsize::new(0)).collect();
    let (counts, over) = (Counts { each, all: AtomicUsize::new(0) }, AtomicBool::new(false));
    let run = thread::scope(|scope| {
        let killer = scope.spawn(|| fire(signals, &counts, &over, rng));
        let run = pool.run(jobs, &counts);
        over.store(true, Ordering::Relaxed);
        assert_eq!(killer.join().unwrap(), signals, "the jobs ended before the last signal");
        run.unwrap()
    });
    (run, counts)
}

#[test]
fn every_job_ends_exactly_once_while_its_workers_are_killed() {
    alone("every_job_ends_exactly_once_while_its_workers_are_killed", &[], || {
        let (number, signals) = if is_long() { (10_000, 200) } else { (1_000, 40) };
        let asked_for = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let seed = asked_for.unwrap_or(u64::from(now.subsec_nanos()));
        println!("SEED={seed} sends the same signals again");
        let mut rng = Rng::with_seed(seed);
        let jobs: Vec<Job> = (0..number).map(|index| job(index, &mut rng)).collect();
        let mut pool = Pool::start(WORKERS).unwrap().with_time_limit(LIMIT);
        recover(&mut pool);
        let before = held();
        assert_eq!(before[2], WORKERS);

        let began = Instant::now();
        let (run, counts) = under_fire(&mut pool, &jobs, signals, &mut rng);
        let took = began.elapsed();
        assert_eq!((run.results.len(), run.spans.len()), (number, number));
        jobs.iter().zip(&run.results).for_each(|(job, result)| assert_ended(job, result));
        let times = |times: usize| {
            counts.each.iter().filter(|count| count.load(Ordering::Relaxed) == times).count()
        };
        let (lost, doubled) = (times(0), number - times(0) - times(1));
        assert_eq!((lost, doubled), (0, 0), "of {number} jobs");
        let failed = run.failures().len();
        assert!(failed <= signals, "{failed} errors by {signals} signals");
        assert!(failed > signals / 4, "the signals missed: {failed} errors by {signals}");

        recover(&mut pool);
        let workers = pool.processes();
        assert_eq!(workers.len(), WORKERS);
        let at_rest = |worker: &u32| state(*worker) == Some('S');
        assert!(wait_until(Duration::from_secs(10), || workers.iter().all(at_rest)), "{workers:?}");
        let back = wait_until(Duration::from_secs(10), || held() == before);
        assert!(back, "files, threads, children: {before:?}, then {:?}", held());
        drop(pool);
        assert_eq!(children(), [0_u32; 0]);
        common::figure(&format!(
            "{number} jobs, {signals} signals (seed {seed}), {:.1} s: {} results, {failed} errors, \
             {lost} lost, {doubled} doubled",
            took.as_secs_f64(),
            number - failed
        ));
    });
}
