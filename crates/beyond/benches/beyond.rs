//! What engines beyond one machine cost, as ratios in one run:
//! `cargo bench --locked -p beyond`.

use std::time::Duration;

use beyond::{Error, Hosts, Mpi, publish_rates};
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

/// A tiny job on one rank and a bare message there and back, both in the mean.
fn tiny_job() -> Result<[Duration; 2], Error> {
    let jobs = vec![Job::Fib(1); 5_000];
    let (record, bare) = Mpi::new(1).run_beside_bare(5_000, &jobs, &Silent)?;
    Ok([spent(&record.run) / 5_000, bare.mean])
}

fn thousand_jobs() -> Measured {
    let jobs = vec![Job::Cook { dish: Dish::Salad, time: Duration::from_millis(1) }; 1_000];
    let farm = spent(&Mpi::new(2).run(&jobs, &Silent)?.run);
    let pool = spent(&Pool::start(2)?.run(&jobs, &Silent)?);
    let ratio = pool.as_secs_f64() / farm.as_secs_f64();
    println!("1000 jobs of 1 ms: MPI {farm:?}, process pool {pool:?}: {ratio:.2} (at least 0.85)");
    Ok(())
}

/// The model on paper against what is measured: one rank says what its way costs, and the others
/// are predicted from that, on this machine and, by a bare message, on two hosts.
fn paper(scheduler: Duration) -> Measured {
    let farm = |round_trip| Farm { round_trip, scheduler, bytes: 100.0, bytes_per_second: 1e9 };
    let (took, share) = measured(&Mpi::new(1).run(&waits(1, 1), &Silent)?.run, 1);
    let way = took.div_f64(share) - took;
    println!("1 rank, jobs of 1 ms: efficiency {share:.2}, so its way costs {way:?}");
    for (ranks, ms) in [(2, 1), (4, 1), (4, 10)] {
        let (took, share) = measured(&Mpi::new(ranks).run(&waits(ranks, ms), &Silent)?.run, ranks);
        let paper = farm(way).efficiency(ranks, took);
        println!("{ranks} ranks, jobs of {ms} ms: efficiency {share:.2}, on paper {paper:.2}");
    }
    let hosts = Hosts::start(2)?;
    println!("{hosts}");
    for (delay, ranks) in [(0, 1), (1, 1), (20, 1), (1, 4), (20, 4)] {
        hosts.set_delay(Duration::from_millis(delay))?;
        let (record, bare) =
            Mpi::new(ranks).on(&hosts).run_beside_bare(20, &waits(ranks, 10), &Silent)?;
        let (took, share) = measured(&record.run, ranks);
        // Rank 1 is on the other host, rank 2 on that of rank 0, and so on.
        let shares = [bare.median + way, way].map(|way| farm(way).efficiency(ranks, took));
        let paper = if ranks == 1 { shares[0] } else { (shares[0] + shares[1]) / 2.0 };
        println!("{delay} ms there, {ranks} ranks, 10 ms: {share:.2}, on paper {paper:.2}");
    }
    Ok(())
}

/// A hundred jobs for each rank, which wait so many milliseconds.
fn waits(ranks: usize, ms: u64) -> Vec<Job> {
    vec![Job::Cook { dish: Dish::Salad, time: Duration::from_millis(ms) }; 100 * ranks]
}

/// How long a job took in the mean, and which share of their time the ranks worked.
fn measured(run: &Run, ranks: usize) -> (Duration, f64) {
    let worked = run.work();
    let share = worked.as_secs_f64() / spent(run).as_secs_f64() / ranks as f64;
    (worked / run.spans.len() as u32, share)
}
