//! Several hosts on one machine, for both engines. Where namespaces are not allowed, each test
//! says so.

use std::time::{Duration, Instant};
use std::{fs, thread};

use beyond::{Broker, Hosts, Mpi};
use concurrency_demos::{Dish, Job, Silent};

/// None, and the reason is printed, where there is this machine alone.
fn hosts(count: usize) -> Option<Hosts> {
    let hosts = Hosts::start(count).unwrap();
    println!("{hosts}");
    (hosts.count() > 1).then_some(hosts)
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
        farm.run_beside_bare(10, &[Job::Fib(1)], &Silent).unwrap().1
    };
    let [none, twenty] = [0, 20].map(round_trip);
    println!("{none:?}, {twenty:?}");
    assert!(twenty >= Duration::from_millis(40), "{twenty:?}");
    assert!(none < twenty / 2, "{none:?}");
}

#[test]
fn a_host_that_is_cut_off_costs_mpi_the_run_and_a_broker_a_delivery() {
    let Some(hosts) = hosts(2) else { return };
    let jobs = vec![salad(Duration::from_millis(300)); 8];
    hosts.cut_after(1, Duration::from_secs(2)).unwrap();
    let farm = Mpi::new(2).on(&hosts).with_time_limit(Duration::from_secs(4));
    let record = farm.run(&vec![salad(Duration::from_millis(1500)); 8], &Silent).unwrap();
    assert!(record.lost() > 0 && record.ended() > 0, "{record:?}");
    hosts.mend(1).unwrap();
    let queue = Broker::new(2).on(&hosts);
    hosts.cut_after(1, Duration::from_millis(900)).unwrap();
    let record = queue.run(&jobs, &Silent).unwrap();
    assert_eq!(record.ended(), jobs.len(), "{record:?}");
}

#[test]
fn nothing_of_them_is_left() {
    let Some(hosts) = hosts(2) else { return };
    let mark = || {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let lines = processes.map(|it| fs::read(it.path().join("cmdline")).unwrap_or_default());
        let own = format!("{}", std::process::id());
        let _ = own;
        lines.filter(|line| String::from_utf8_lossy(line).contains("beyond-worker\0host")).count()
    };
    assert!(mark() > 0);
    drop(hosts);
    let since = Instant::now();
    while mark() > 0 && since.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_cannot_be_made_is_said() {
    for count in [0, 1, 5] {
        let said = Hosts::start(count).unwrap_err().to_string();
        assert_eq!(said, format!("2 to 4 hosts can be made, not {count}"));
    }
}
