//! Several hosts on one machine, for both engines. Where namespaces are not allowed, each test
//! says so.

use std::fs;
use std::io::{Write as _, stderr};
use std::time::Duration;

use beyond::{Broker, Hosts, Mpi};
use concurrency_demos::{Beyond, Dish, Job, Model, Silent};

/// None, and the reason is printed, where there is this machine alone.
fn hosts(count: usize) -> Option<Hosts> {
    let hosts = Hosts::start(count).unwrap();
    if hosts.count() > 1 {
        return Some(hosts);
    }
    // Not by a macro: what those print of a test that passes is not shown.
    stderr().write_all(format!("left out: {hosts}\n").as_bytes()).unwrap();
    None
}

fn salad(time: Duration) -> Job {
    Job::Cook { dish: Dish::Salad, time }
}

#[test]
fn both_engines_reach_all_hosts() {
    let Some(hosts) = hosts(3) else { return };
    let jobs = vec![salad(Duration::from_millis(50)); 9];
    for record in [
        Mpi::new(3).on(&hosts).run(&jobs, &Silent).unwrap(),
        Broker::new(3).on(&hosts).run(&jobs, &Silent).unwrap(),
    ] {
        assert_eq!(record.ended(), jobs.len(), "{record:?}");
        assert_eq!(record.busy_hosts(), ["host1", "host2", "host3"]);
    }
}

#[test]
fn a_round_trip_takes_the_delay_twice() {
    let Some(hosts) = hosts(2) else { return };
    // Two ranks that work: one beside rank 0, one on the other host, the first.
    let round_trip = |delay: u64| {
        hosts.set_delay(Duration::from_millis(delay)).unwrap();
        let farm = Mpi::new(1).on(&hosts);
        farm.run_beside_bare(10, &[Job::Fib(1)], &Silent).unwrap().1.median
    };
    let there_and_back = Duration::from_millis(40);
    let twenty = round_trip(20);
    assert!(twenty >= there_and_back, "{twenty:?}");
    // MPI waits without sleep: on two busy cores a message takes long even without a delay.
    let mut none = (0..5).map(|_| round_trip(0));
    assert!(none.any(|none| none < there_and_back), "the delay is still there");
}

#[test]
fn a_host_that_is_cut_off_costs_mpi_the_run_and_a_broker_a_delivery() {
    if hosts(2).is_none() {
        return;
    }
    let jobs = vec![salad(Duration::from_millis(300)); 6];
    let cut = |model| {
        let asked = Beyond::new(model).across(2, Duration::ZERO);
        asked.with_cut(1, Duration::from_millis(450))
    };
    let farm = cut(Model::Mpi(2)).with_time_limit(Duration::from_secs(2));
    let record = farm.run(&jobs, &Silent).unwrap().expect("it is built");
    assert!(record.lost() > 0 && record.ended() > 0, "{record:?}");

    let record = cut(Model::Broker(2)).run(&jobs, &Silent).unwrap().expect("it is built");
    assert_eq!((record.ended(), record.lost()), (jobs.len(), 0), "{record:?}");
    assert!(record.begun_again() > 0, "{record:?}");
}

#[test]
fn nothing_of_them_is_left_and_a_cable_can_be_mended() {
    let Some(hosts) = hosts(2) else { return };
    hosts.cut(1).unwrap();
    hosts.mend(1).unwrap();
    let said = hosts.cut(2).unwrap_err().to_string();
    assert_eq!(said, "there are hosts 0 to 1, not 2");
    // They are children of this process, which other tests in it have too.
    let own = || children_of(std::process::id());
    let before: Vec<String> = own();
    assert!(before.len() >= 3, "two hosts and a switch: {before:?}");
    Mpi::new(2).on(&hosts).run(&[Job::Fib(1)], &Silent).unwrap();
    drop(hosts);
    let left: Vec<_> = own().into_iter().filter(|child| before.contains(child)).collect();
    assert!(left.len() + 3 <= before.len(), "{left:?} of {before:?}");
}

/// The ids of the children of a process.
fn children_of(process: u32) -> Vec<String> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten();
    let lists = threads.map(|it| fs::read_to_string(it.path().join("children")));
    lists.flatten().flat_map(|ids| ids.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn what_cannot_be_made_is_said() {
    for count in [0, 1, 5] {
        let said = Hosts::start(count).unwrap_err().to_string();
        assert_eq!(said, format!("2 to 4 hosts can be made, not {count}"));
    }
}
