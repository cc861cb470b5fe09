//! Points, laws, and what is said where no law can be fitted.

use crate::figure::scaling;
use crate::labs::{Law, Samples, Scaling, Series};

pub(super) fn record(law: Law, within: usize) -> Scaling {
    let time = |(workers, time)| (workers, Samples::from_iter([super::ms(time)]));
    let series = [(0.0, [800, 400, 200, 100]), (0.5, [800, 600, 500, 450])];
    let series = series.map(|(value, times)| Series {
        name: format!("{} %", 100.0 * value),
        value,
        times: [1, 2, 4, 8].into_iter().zip(times).map(time).collect(),
    });
    let jobs = "32 jobs".to_owned();
    Scaling { jobs, law, within, series: series.to_vec(), source: None }
}

#[test]
fn every_number_is_told_and_the_law_named() {
    let figure = scaling(&record(Law::Amdahl, 8));
    for part in ["0 % (one worker: 800 ms): 1: 1.00, 2: 2.00, 4: 4.00, 8: 8.00.", "50 %"] {
        assert!(figure.alt().contains(part), "{part} in {}", figure.alt());
    }
    assert!(figure.caption().contains("Amdahl's law, computed"), "{}", figure.caption());
    assert!(!figure.caption().contains("Hollow"), "{}", figure.caption());
    super::assert_whole(&figure);
    assert_eq!(figure.svg().matches("<circle").count(), 2 * 8);
    assert!(scaling(&record(Law::Bottleneck, 8)).caption().contains("no schedule can pass"));
}

#[test]
fn beyond_the_cores_points_are_hollow_and_no_law_is_fitted_to_two_workers() {
    let two = scaling(&record(Law::Fitted, 2));
    assert!(two.caption().contains("not fitted: it has two unknowns"), "{}", two.caption());
    assert!(two.caption().contains("Hollow") && two.svg().contains("2 cores"));
    assert!(two.svg().matches("fill=\"#FFFFFF\"").count() > 4, "four hollow points");
    let eight = scaling(&record(Law::Fitted, 8));
    assert!(eight.caption().contains("50 %: 50.00 % contention"), "{}", eight.caption());
}

#[test]
fn what_was_published_names_its_source_and_no_machine() {
    let figure = scaling(&Scaling::published());
    assert!(figure.caption().contains("py-free-threading.github.io; not measured here"));
    super::assert_whole(&figure);
    assert!(figure.alt().contains("threads: 1: 1.00, 2: 1.95"), "{}", figure.alt());
    let nothing = Scaling { series: vec![], ..Scaling::published() };
    assert!(scaling(&nothing).alt().contains("No speed-up"));
}
