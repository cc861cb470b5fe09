use std::time::Duration;

use super::{assert_whole, filled, texts};
use crate::figure::palette::FAILED;
use crate::figure::schedule;
use crate::labs::{Failing, Search, Step, Tool};

pub(super) fn step(lane: &str, what: &str, waits: bool) -> Step {
    Step { lane: lane.to_owned(), what: what.to_owned(), waits }
}

pub(super) fn search(steps: Vec<Step>) -> Search {
    let why = "deadlock: every thread that is left waits for ever".to_owned();
    Search {
        tool: Tool::Shuttle,
        tried: 1_000,
        failed: 12,
        first: Some(Failing { seed: 7, why, steps }),
        complete: false,
        took: Duration::from_millis(80),
    }
}

#[test]
fn steps_stand_in_their_columns_and_what_waits_for_ever_is_framed() {
    let figure = schedule(&search(vec![
        step("A", "takes the first lock", false),
        step("B", "the second lock", true),
        step("B", "takes the second lock", false),
        step("A", "the second lock", true),
    ]));
    assert_whole(&figure);
    // One for the step, one for the end.
    assert_eq!(filled(&figure, FAILED.tint()).len(), 2);
    let told = "4. A: waits for the second lock.\nIn the end: deadlock";
    assert!(figure.alt().contains(told), "{}", figure.alt());
    assert!(figure.alt().contains("12 of 1,000 schedules fail, first that of seed 7"));
    assert!(texts(&figure).contains(&"takes the first lock"));
}

#[test]
fn a_long_schedule_is_cut_and_a_long_text_too() {
    let long = "reads a name that has no end ".repeat(5);
    let lanes = ["A", "B", "C", "D"];
    let steps = (0..200).map(|nth| step(lanes[nth % 4], &long, nth % 3 == 0)).collect();
    let figure = schedule(&search(steps));
    assert_whole(&figure);
    assert!(figure.caption().contains("170 steps before these"), "{}", figure.caption());
    assert!(texts(&figure).contains(&"200"));
}

#[test]
fn where_nothing_fails_it_is_a_sentence() {
    let green = Search { first: None, failed: 0, ..search(vec![]) };
    assert_eq!(texts(&schedule(&green)), ["shuttle: none of 1,000 schedules fails"]);
    let all = Search { tool: Tool::Loom, complete: true, tried: 4, ..green };
    assert_eq!(texts(&schedule(&all)), ["loom: none fails of all 4 schedules that differ"]);
}
