//! A server, its guests and their processes.

mod common;

use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use common::{alone, children, count, script};
use concurrency_demos::labs::{Server, Service, Serving, Visits};
use concurrency_demos::{Silent, figure};

const TIME: Duration = Duration::from_millis(5);

#[test]
fn who_is_served_together_waits_for_one_dish_and_nothing_is_left_behind() {
    alone("who_is_served_together_waits_for_one_dish_and_nothing_is_left_behind", &[], || {
        let service = Service::measure(&[50, 1, 50], TIME, &Silent).unwrap();
        let wait = |serving, guests: usize, percent| {
            service.load(serving, guests).unwrap().visits.waits.percentile(percent)
        };
        for serving in Serving::ALL {
            assert_eq!(service.of(serving).count(), 2, "{service}");
            assert!(wait(serving, 1, 50.0) >= TIME, "{service}");
        }
        // The last guest is let in when 49 have had four dishes each.
        assert!(wait(Serving::OneByOne, 50, 100.0) >= 49 * 4 * TIME, "{service}");
        assert!(service.dishes_together(50, 50.0).unwrap() < 49.0, "{service}");
        assert!(service.dishes(Serving::OneByOne, 50, 100.0).unwrap() >= 196.0, "{service}");
        assert!(service.answers_over(Serving::TaskEach, Serving::OneByOne).unwrap() > 3.0);
        if cfg!(target_os = "linux") {
            assert!(service.threads_over_tasks().unwrap() > 2.0, "{service}");
        }
        assert!(service.notes.is_empty() && service.to_string().lines().count() == 7);
        assert!(figure::service(&service).alt().contains("a task each, 50 guests: p50 "));
        assert_eq!(children(), [0_u32; 0], "a process is left");
    });
}

#[test]
fn a_server_ends_when_it_is_dropped() {
    let server = Server::open(Serving::ThreadEach, TIME).unwrap();
    let address = server.address();
    assert_eq!(Visits::make(address, 3, 2).unwrap().waits.len(), 6);
    drop(server);
    assert!(TcpStream::connect(address).is_err());
}

/// The limit of this process is that of those that it starts.
#[test]
fn where_few_files_may_be_open_fewer_guests_come_and_a_sentence_says_so() {
    let test = "where_few_files_may_be_open_fewer_guests_come_and_a_sentence_says_so";
    if common::is_alone() {
        let service = Service::measure(&[1, 5_000], TIME, &Silent).unwrap();
        let most = service.of(Serving::TaskEach).last().unwrap().visits.guests;
        assert_eq!(most, 100 - 32);
        let note = &service.notes[0];
        assert!(
            note.starts_with("5,000 guests need") && note.contains("100 (ulimit -Hn)"),
            "{note}"
        );
        return;
    }
    let again = common::again(test);
    let arguments: Vec<_> = again.get_args().collect();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "ulimit -n 100; exec \"$0\" \"$@\""]).arg(again.get_program());
    let variables = again.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let output = shell.args(arguments).envs(variables).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_visit_leaves_no_file_open() {
    alone("a_visit_leaves_no_file_open", &[], || {
        if !Path::new("/proc/self/fd").exists() {
            return;
        }
        let visited = || {
            let server = Server::open(Serving::TaskEach, Duration::ZERO).unwrap();
            Visits::make(server.address(), 100, 1).unwrap();
        };
        visited();
        let before = count("/proc/self/fd");
        visited();
        assert_eq!(count("/proc/self/fd"), before);
    });
}

#[test]
fn bad_numbers_and_a_missing_worker_are_errors() {
    for guests in [&[][..], &[0], &[20_001]] {
        let error = Service::measure(guests, TIME, &Silent).unwrap_err().to_string();
        assert!(error.contains("from 1 to 20,000"), "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let broken = script(folder.path(), "exit 3");
    alone(
        "bad_numbers_and_a_missing_worker_are_errors",
        &[("CONCURRENCY_WORKER", &broken)],
        || {
            if !common::is_alone() {
                return;
            }
            let error = Server::open(Serving::OneByOne, TIME).unwrap_err().to_string();
            assert!(error.contains("did not start"), "{error}");
        },
    );
}
