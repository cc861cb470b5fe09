//! Both engines: the same results as everywhere, and what a death does to each.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use beyond::{Broker, Error, Mpi};
use concurrency_demos::beyond::{Delivery, Moment, Record, Strike};
use concurrency_demos::{
    Cause, Dish, Failure, Fault, Job, Listener, Model, Output, Silent, timeline,
};

fn cook(milliseconds: u64) -> Job {
    Job::Cook { dish: Dish::Salad, time: Duration::from_millis(milliseconds) }
}

type Engine = Box<dyn Fn(&[Job]) -> Result<Record, Error>>;

fn engines() -> [(&'static str, Engine); 2] {
    let mpi: Engine = Box::new(|jobs| Mpi::new(2).run(jobs, &Silent));
    let broker: Engine = Box::new(|jobs| Broker::new(2).run(jobs, &Silent));
    [("mpi", mpi), ("broker", broker)]
}

#[test]
fn the_results_are_those_of_serial_and_the_record_is_drawn_like_every_other() {
    let mut jobs: Vec<Job> = (0..20).map(Job::Fib).collect();
    jobs.extend([cook(30), Job::Echo(vec![7; 200_000]), cook(30)]);
    let serial = Model::Serial.run(&jobs, &Silent).unwrap();
    for (name, engine) in engines() {
        let Record { run, seats, deaths, begun, stored, .. } = engine(&jobs).unwrap();
        assert_eq!(run.results, serial.results, "{name}");
        assert_eq!((begun, stored, deaths), (vec![1; jobs.len()], jobs.len(), vec![]), "{name}");
        let processes: BTreeSet<u32> = seats.iter().map(|seat| seat.process).collect();
        assert_eq!((seats.len(), processes.len()), (2, 2), "{name}");
        assert!(run.processes().iter().all(|process| processes.contains(process)), "{name}");
        assert!(seats.iter().all(|seat| !seat.host.is_empty()), "{name}");
        assert!(
            run.spans.iter().all(|span| span.finished <= run.wall && span.started >= run.start)
        );
        assert!(timeline([&run]).alt().contains("23 jobs"), "{name}");
    }
}

#[test]
fn a_panic_fails_its_job_alone() {
    let jobs = [Job::Fib(5), Job::Fault(Fault::Panic), Job::Fib(6)];
    for (name, engine) in engines() {
        let record = engine(&jobs).unwrap();
        assert_eq!((record.ended(), record.deaths.len()), (2, 0), "{name}");
        let failures = record.run.failures();
        assert!(matches!(&failures[0].cause, Cause::Panicked(said) if said.contains("purpose")));
    }
}

#[test]
fn what_cannot_be_run_is_said_before_anything_starts() {
    for (name, engine) in engines() {
        let error = engine(&[Job::Fib(94)]).unwrap_err().to_string();
        assert!(error.contains("93"), "{name}: {error}");
        let error = engine(&[Job::Fault(Fault::Hang)]).unwrap_err().to_string();
        assert!(error.contains("with_time_limit"), "{name}: {error}");
    }
    assert!(Mpi::new(0).run(&[], &Silent).is_err() && Broker::new(0).run(&[], &Silent).is_err());
}

#[test]
fn what_hangs_is_ended_at_its_limit() {
    let (jobs, limit) = ([Job::Fault(Fault::Hang), Job::Fib(5)], Duration::from_secs(2));
    let records = [
        Mpi::new(2).with_time_limit(limit).run(&jobs, &Silent).unwrap(),
        Broker::new(2).with_time_limit(limit).run(&jobs, &Silent).unwrap(),
    ];
    for record in records {
        assert_eq!(record.ended(), 1);
        assert_eq!(record.run.failures()[0].cause, Cause::TimedOut(limit));
    }
}

#[test]
fn a_rank_that_dies_takes_all_others_with_it() {
    // One rank dies at once; the other is at work then, and the last jobs have not begun.
    let jobs = [cook(10), cook(20_000), Job::Fault(Fault::Abort), cook(10), cook(10)];
    let record = Mpi::new(2).run(&jobs, &Silent).unwrap();
    let [death] = &record.deaths[..] else { panic!("{:?}", record.deaths) };
    assert!(matches!(death.cause, Cause::Killed { signal: 6, .. }), "{death:?}");
    assert!(death.worker.is_some());
    let counts = "1 of 5 jobs had ended; lost with their ranks: 2; never begun: 2";
    assert!(death.consequence.contains(counts), "{death:?}");
    let failures = record.run.failures();
    assert_eq!(failures.len(), 4);
    assert!(failures[0].to_string().contains("MPI ended this rank"), "{}", failures[0]);
    assert!(matches!(failures[1].cause, Cause::Killed { signal: 6, .. }), "{}", failures[1]);
    assert!(failures[2..].iter().all(|it| matches!(it.cause, Cause::NotStarted(_))));
    assert!(record.run.wall < Duration::from_secs(15), "nobody waits for the long job");
}

#[test]
fn a_rank_that_exits_is_told_with_its_status() {
    let record = Mpi::new(1).run(&[Job::Fib(5), Job::Fault(Fault::Exit(3))], &Silent).unwrap();
    assert_eq!((record.ended(), record.lost()), (1, 1));
    assert!(matches!(record.deaths[0].cause, Cause::Exited { status: 3, .. }), "{record:?}");
    assert_eq!(record.deaths[0].worker, Some(0));
}

/// Counts the jobs that it hears to end.
#[derive(Default)]
struct Counts(AtomicUsize);

impl Listener for Counts {
    fn ended(&self, _: &Job, _: &Result<Output, Failure>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn struck(moment: Moment, delivery: Delivery) -> Record {
    let jobs: Vec<Job> = (0..6).map(|_| cook(50)).collect();
    let broker = Broker::new(2).with_delivery(delivery).with_patience(Duration::from_millis(400));
    let counts = Counts::default();
    let record = broker.with_strike(Strike { job: 2, moment }).run(&jobs, &counts).unwrap();
    assert_eq!(counts.0.into_inner(), jobs.len(), "each job ends once, whatever is stored");
    record
}

#[test]
fn a_job_whose_worker_is_killed_is_delivered_again_and_nothing_is_lost() {
    let record = struck(Moment::InTheMiddle, Delivery::AtLeastOnce);
    assert_eq!((record.ended(), record.lost()), (6, 0));
    assert_eq!((record.begun_again(), record.begun[2], record.stored), (1, 2, 6));
    assert!(matches!(record.deaths[0].cause, Cause::Killed { signal: 9, .. }));
    assert!(record.deaths[0].consequence.contains("again"));
}

#[test]
fn a_job_that_is_worked_on_is_not_delivered_again_however_long_it_takes() {
    let broker = Broker::new(2).with_patience(Duration::from_millis(500));
    let record = broker.run(&[cook(1_500)], &Silent).unwrap();
    assert_eq!((record.ended(), &record.begun[..]), (1, &[1][..]));
}

#[test]
fn at_least_once_stores_a_second_result_and_exactly_once_recognises_it() {
    let moment = Moment::BeforeTheAcknowledgement;
    let stored = |delivery| {
        let record = struck(moment, delivery);
        assert_eq!((record.ended(), record.begun[2]), (6, 2), "{delivery:?}");
        record.stored
    };
    assert_eq!([Delivery::AtLeastOnce, Delivery::ExactlyOnce].map(stored), [7, 6]);
}

#[test]
fn a_job_that_ends_each_worker_is_given_up_and_the_others_are_done() {
    let jobs = [Job::Fib(5), Job::Fault(Fault::Abort), Job::Fib(6)];
    let broker = Broker::new(2).with_patience(Duration::from_millis(200));
    let record = broker.run(&jobs, &Silent).unwrap();
    assert_eq!((record.ended(), record.begun[1], record.deaths.len()), (2, 3, 3));
    assert!(record.deaths[2].consequence.contains("given up"), "{:?}", record.deaths);
}
