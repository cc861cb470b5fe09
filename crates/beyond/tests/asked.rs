//! A program that was compiled without MPI and broker asks for runs by them, as cells do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use concurrency_demos::beyond::{Delivery, Moment};
use concurrency_demos::{
    Beyond, Cause, Failure, Fault, Job, Kind, Listener, Model, Output, Run, Silent, Span, Watch,
    timeline,
};

/// Counts the jobs that it hears to begin and to end.
#[derive(Clone, Default)]
struct Hears(Arc<[AtomicUsize; 2]>);

impl Hears {
    fn counts(&self) -> [usize; 2] {
        [0, 1].map(|which: usize| self.0[which].load(Ordering::Relaxed))
    }
}

impl Listener for Hears {
    fn watch(&self, _: Model, _: &[Job]) -> Option<Arc<dyn Watch>> {
        Some(Arc::new(self.clone()))
    }
}

impl Watch for Hears {
    fn began(&self, _: usize, _: Span) {
        self.0[0].fetch_add(1, Ordering::Relaxed);
    }

    fn ended(&self, _: usize, _: Span, _: &Result<Output, Failure>) {
        self.0[1].fetch_add(1, Ordering::Relaxed);
    }

    fn over(&self, _: &Run) {}
}

#[test]
fn both_are_models_like_the_others() {
    let jobs: Vec<Job> = (0..20).map(Job::Fib).collect();
    let serial = Model::Serial.run(&jobs, &Silent).unwrap();
    for (kind, lane) in [(Kind::Mpi, "rank 1, "), (Kind::Broker, "worker 0, ")] {
        let hears = Hears::default();
        let run = kind.with(2).run(&jobs, &hears).unwrap();
        assert_eq!(hears.counts(), [jobs.len(); 2], "{kind}");
        assert_eq!((run.model.kind(), &run.results), (kind, &serial.results));
        assert_eq!((run.hosts.len(), run.spans.len()), (2, jobs.len()));
        assert!(timeline([&run]).svg().contains(lane), "{kind}");
    }
}

#[test]
fn what_is_asked_for_comes_to_pass() {
    let jobs = vec![Job::Fib(10); 4];
    let asked = Beyond::new(Model::Broker(2)).with_strike(1, Moment::BeforeTheAcknowledgement);
    let asked = asked.with_delivery(Delivery::AtLeastOnce);
    let record = asked.run(&jobs, &Silent).unwrap().expect("it is built");
    assert_eq!((record.ended(), record.begun_again(), record.deaths.len()), (4, 1, 1));
    assert_eq!(record.stored, 5, "nothing was done against the second result");
    assert!(record.hosts.starts_with("1 host, this machine"));

    let asked = Beyond::new(Model::Mpi(1)).across(2, Duration::from_millis(5));
    let record = asked.beside_bare_messages(5).run(&jobs, &Silent).unwrap().expect("it is built");
    println!("{}: {:?}", record.hosts, record.bare);
    let bare = record.bare.expect("it was asked for");
    assert_eq!(bare >= Duration::from_millis(10), record.hosts.starts_with("2 hosts"), "{bare:?}");
}

#[test]
fn a_limit_is_passed_on_to_both() {
    let limit = Duration::from_secs(1);
    for model in [Model::Mpi(1), Model::Broker(1)] {
        let asked = Beyond::new(model).with_time_limit(limit);
        let record = asked.run(&[Job::Fault(Fault::Hang)], &Silent).unwrap().expect("it is built");
        assert_eq!(record.run.failures()[0].cause, Cause::TimedOut(limit));
    }
}

#[test]
fn what_cannot_be_run_is_said() {
    let said = |asked: Beyond, job: Job| asked.run(&[job], &Silent).unwrap_err().to_string();
    assert!(said(Beyond::new(Model::Threads(2)), Job::Fib(1)).contains("end at this machine"));
    assert!(said(Beyond::new(Model::Mpi(0)), Job::Fib(1)).contains("at least one rank"));
    let crowd = Beyond::new(Model::Broker(1)).across(9, Duration::ZERO);
    assert!(said(crowd, Job::Fib(1)).contains("2 to 4 hosts"));
    assert!(said(Beyond::new(Model::Broker(1)), Job::Fib(94)).contains("93"));
}
