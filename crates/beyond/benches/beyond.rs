//! What engines beyond one machine cost, as ratios in one run:
//! `cargo bench -p beyond`.

use std::time::Duration;

use beyond::{Error, Mpi, publish_rates};
use concurrency_demos::theory::Farm;
use concurrency_demos::{Dish, Job, Pool, Run, Silent};

type Measured = Result<(), Box<dyn std::error::Error>>;

fn main() -> Measured {
    let [tiny, bare] = tiny_job()?;
    println!(
        "a tiny job through MPI: {tiny:?}, bare round trip {bare:?}: {:.2} (at most 2)",
        tiny.as_secs_f64() / bare.as_secs_f64()
    );
    thousand_jobs()?;
    let [ours, bare] = publish_rates(2_000)?;
    println!(
        "publish and acknowledge: {ours:.0}/s, bare loop {bare:.0}/s: {:.2} (at least 0.7)",
        ours / bare
    );
    paper(tiny)
}

/// From the first job's begin to the last one's end.
fn spent(run: &Run) -> Duration {
    run.wall - run.start
}

/// A tiny job on one rank and a bare message there and back.
fn tiny_job() -> Result<[Duration; 2], Error> {
    let jobs = vec![Job::Fib(1); 5_000];
    let (record, bare) = Mpi::new(1).run_beside_bare(5_000, &jobs, &Silent)?;
    Ok([spent(&record.run) / 5_000, bare])
}

fn thousand_jobs() -> Measured {
    let jobs = vec![Job::Cook { dish: Dish::Salad, time: Duration::from_millis(1) }; 1_000];
    let farm = spent(&Mpi::new(2).run(&jobs, &Silent)?.run);
    let pool = spent(&Pool::start(2)?.run(&jobs, &Silent)?);
    let ratio = pool.as_secs_f64() / farm.as_secs_f64();
    println!("1000 jobs of 1 ms: MPI {farm:?}, process pool {pool:?}: {ratio:.2} (at least 0.85)");
    Ok(())
}

/// The model on paper against what is measured.
fn paper(tiny: Duration) -> Measured {
    let farm = Farm { round_trip: tiny, scheduler: tiny / 2, bytes: 100.0, bytes_per_second: 1e9 };
    for (ranks, milliseconds) in [(1, 1), (2, 1), (4, 1), (4, 10)] {
        let job = Duration::from_millis(milliseconds);
        let jobs = vec![Job::Cook { dish: Dish::Salad, time: job }; 100 * ranks];
        let run = Mpi::new(ranks).run(&jobs, &Silent)?.run;
        // As long as the jobs were: who sleeps for 1 ms wakes a little later.
        let took = run.work() / (100 * ranks) as u32;
        let measured = 100.0 * took.as_secs_f64() / spent(&run).as_secs_f64();
        let paper = farm.efficiency(ranks, took);
        println!("{ranks} ranks, jobs of {job:?}: efficiency {measured:.2}, on paper {paper:.2}");
    }
    Ok(())
}
