//! The timeline of a run that still goes on.

use std::time::Duration;

use super::{all, ms, run, tags};
use crate::figure::{Figure, Growing};
use crate::record::{Cause, Failure, Model, Span};

/// Two threads of which the first has done a job and is at its second.
fn at(now: u64) -> Figure {
    let spans = run(Model::Threads(2), &[(0, 0, 100, 90), (1, 0, 0, 0), (0, 100, 100, 0)]).spans;
    let mut growing = Growing::new(Model::Threads(2), 5);
    let begun = |span: &Span| Span { finished: span.started, cpu: Duration::ZERO, ..*span };
    let places: Vec<_> = spans.iter().map(|span| growing.began(begun(span))).collect();
    assert_eq!(places, [Some(0), Some(1), Some(2)]);
    growing.ended(places[0], spans[0], None);
    growing.at(ms(now)).figure()
}

#[test]
fn bars_of_running_jobs_reach_now_and_grow() {
    let widest = |figure: &Figure| {
        let pale = tags(figure, "rect");
        let pale: Vec<_> = pale.into_iter().filter(|tag| tag.contains("#80B9D9")).collect();
        assert_eq!(pale.len(), 2, "{}", figure.svg());
        all(&pale, "width").into_iter().max().unwrap()
    };
    let (early, late) = (at(120), at(180));
    assert!(widest(&late) > widest(&early));
    assert!(early.svg().contains("2 threads: 120 ms, 1 of 5 jobs done"));
    assert_eq!(early.alt(), "Timeline, growing: 2 threads: 120 ms, 1 of 5 jobs done.");
    assert!(early.caption().contains("now"));
}

#[test]
fn failures_are_counted_and_crossed() {
    let span = run(Model::Async, &[(0, 0, 10, 5)]).spans[0];
    let mut growing = Growing::new(Model::Async, 2);
    let place = growing.began(span);
    let cause = Cause::Panicked("burnt".into());
    growing.ended(place, span, Some(&Failure { job: span.job, process: 1, cause }));
    let figure = growing.at(ms(20)).figure();
    assert!(figure.svg().contains("1 of 2 jobs done, 1 failed"), "{}", figure.svg());
}

#[test]
fn before_the_first_job_there_are_words() {
    let figure = Growing::new(Model::Serial, 3).at(ms(150)).figure();
    assert!(figure.svg().contains("serial: 150 ms, 0 of 3 jobs done"));
}

#[test]
fn a_crowd_has_as_many_bars_as_there_is_room_for() {
    let span = run(Model::Async, &[(0, 0, 10, 5)]).spans[0];
    let mut growing = Growing::new(Model::Async, 1_000);
    let places: Vec<_> = (0..1_000).map(|_| growing.began(span)).collect();
    assert_eq!(places.iter().flatten().count(), 240);
    growing.ended(places[999], span, None);
    let figure = growing.at(ms(20)).figure();
    assert!(figure.svg().contains("1 of 1000 jobs done, first 120 drawn"), "{}", figure.svg());
    assert!(figure.svg().len() < 60_000);
}
