use super::*;
use crate::figure::palette::{BLUE, FAILED, PURPLE, YELLOW};
use crate::figure::survivors;
use crate::labs::{Crash, Fate, Home, Outcome, Survivors};
use crate::lesson::mark;

fn fate(crash: Crash, home: Home, outcome: Outcome) -> Fate {
    let alive = outcome != Outcome::AllLost;
    let (noticed, replaced) = (Some(ms(2)), Some(ms(5)));
    let neighbours = if alive { 2 } else { 0 };
    let (outcome, seen) = (Some(outcome), String::new());
    Fate { crash, home, outcome, neighbours, alive, seen, noticed, replaced }
}

fn record(marks: &str) -> Survivors {
    let fates = vec![
        fate(Crash::Panic, Home::Thread, Outcome::JobLost),
        fate(Crash::Panic, Home::Task, Outcome::Lives),
        fate(Crash::Panic, Home::Process, Outcome::AllLost),
    ];
    Survivors { marks: mark(marks).unwrap(), fates }
}

#[test]
fn an_empty_table_has_a_place_for_each() {
    let figure = survivors(&Survivors::default());
    assert_whole(&figure);
    let texts = texts(&figure);
    for name in Crash::ALL.map(Crash::name).into_iter().chain(Home::ALL.map(Home::name)) {
        assert!(texts.contains(&name), "{name}: {texts:?}");
    }
    assert_eq!(figure.caption(), "None of 24 programs has run.");
    assert_eq!(figure.alt(), "Table of what survives a crash.");
}

#[test]
fn what_has_run_is_told_and_coloured() {
    let figure = survivors(&record(""));
    assert_whole(&figure);
    for shade in [YELLOW, FAILED] {
        assert_eq!(filled(&figure, shade.tint()).len(), 1);
    }
    let alt = "panic: by thread job lost, 2 of 2 neighbours finished, noticed after 2.00 ms, \
               replaced after 5.00 ms; by task lives, 2 of 2";
    assert!(figure.alt().contains(alt), "{}", figure.alt());
    assert!(figure.caption().starts_with("3 of 24 programs have run."));
    assert!(!figure.caption().contains("guess") && !figure.alt().contains("uess"));
    assert!(texts(&figure).contains(&"all lost"));
}

#[test]
fn a_guess_that_came_true_is_blue_and_another_one_is_purple() {
    let figure = survivors(&record("panic J J -\nkill A A A"));
    assert_whole(&figure);
    // The edge and the ground of the words.
    assert_eq!(filled(&figure, BLUE.ink).len(), 2);
    assert_eq!(filled(&figure, PURPLE.ink).len(), 2);
    let texts = texts(&figure);
    let times = |words: &str| texts.iter().filter(|text| **text == words).count();
    assert_eq!(
        (times("guessed so"), times("guess: job lost"), times("guess: all lost")),
        (1, 1, 3)
    );
    assert!(figure.alt().ends_with("1 of 2 guesses came true."));
    assert!(figure.alt().contains("kill: by thread guessed: all lost; by task"));
}
