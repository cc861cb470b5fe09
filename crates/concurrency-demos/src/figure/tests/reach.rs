//! A line for each delay, and where it crosses a half.

use std::time::Duration;

use crate::figure::reach;
use crate::labs::{Distance, Reach};

pub(super) fn record() -> Reach {
    let distance = |delay, round_trip, efficiency: [f64; 3]| Distance {
        delay: Some(super::ms(delay)),
        round_trip: Duration::from_micros(round_trip),
        efficiency: efficiency.to_vec(),
    };
    Reach {
        lengths: [1, 10, 100].map(super::ms).to_vec(),
        distances: vec![
            distance(0, 80, [0.91, 0.99, 1.0]),
            distance(1, 2_100, [0.31, 0.82, 0.98]),
            distance(20, 40_200, [0.02, 0.2, 0.71]),
        ],
        hosts: "2 hosts: host1 and host2".to_owned(),
    }
}

#[test]
fn every_delay_has_its_dots_its_line_and_its_break_even() {
    let figure = reach(&record());
    for part in ["no delay, round trip 80.0 us: 0.91 at 1.00 ms", "1 ms there", "20 ms there"] {
        assert!(figure.alt().contains(part), "{part} in {}", figure.alt());
    }
    assert_eq!(figure.alt().matches("half of it from").count(), 2, "{}", figure.alt());
    assert_eq!(figure.svg().matches("<circle").count(), 2 * 9);
    assert!(figure.caption().contains("2 hosts: host1 and host2"));
    super::assert_whole(&figure);
}

#[test]
fn where_nothing_was_measured_it_says_why() {
    let hosts = "the program is missing".to_owned();
    let figure = reach(&Reach { distances: vec![], hosts, ..record() });
    assert!(figure.alt().contains("the program is missing"), "{}", figure.alt());
}
