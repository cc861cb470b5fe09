//! Three lines that end where their kinds end.

use crate::figure::scale;
use crate::labs::{Scale, Started};

pub(super) fn record() -> Scale {
    let started = |counts: &[usize], nanos: usize, bytes: u64| -> Vec<Started> {
        let one = |count: &usize| Started {
            count: *count,
            wall: std::time::Duration::from_nanos((nanos * count) as u64),
            memory: Some(bytes * *count as u64),
        };
        counts.iter().map(one).collect()
    };
    Scale {
        tasks: started(&[10, 1_000, 1_000_000], 300, 300),
        threads: started(&[10, 1_000, 16_000], 20_000, 10_000),
        processes: started(&[2, 20, 200], 1_000_000, 400_000),
        end_of_tasks: Some("stopped at 10".to_owned()),
        end_of_threads: "stopped at 16,000".to_owned(),
        end_of_processes: Some("too many open files".to_owned()),
        refused: Some((1_900, "out of memory".to_owned())),
    }
}

#[test]
fn every_number_and_every_end_is_told() {
    let figure = scale(&record());
    for part in ["1,000,000: 300 ms, 286 MiB", "200: 200 ms, 76.3 MiB", "16,000: 320 ms"] {
        assert!(figure.alt().contains(part), "{part} in {}", figure.alt());
    }
    for part in [
        "Tasks: stopped at 10.",
        "Threads: stopped at 16,000.",
        "too many open files",
        "got 1,900 threads",
    ] {
        assert!(figure.caption().contains(part), "{part} in {}", figure.caption());
    }
    assert_eq!(figure.svg().matches("<circle").count(), 2 * 2 * 9);
    super::assert_whole(&figure);
    assert!((record().threads_over_tasks().unwrap() - 10_000.0 / 300.0).abs() < 1e-6);
}

#[test]
fn what_is_not_told_is_not_drawn() {
    let mut record = record();
    for started in record.tasks.iter_mut().chain(&mut record.threads).chain(&mut record.processes) {
        started.memory = None;
    }
    assert!(scale(&record).svg().contains("not measured"));
    assert_eq!(record.tasks[0].memory_of_one(), None);
}
