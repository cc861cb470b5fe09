use super::{assert_whole, filled, ms, texts};
use crate::figure::diary::{diary, drawn};
use crate::figure::palette::{FAILED, PALE, Shade};
use crate::labs::{Diary, Interval};

fn interval(lane: &str, what: &str, (from, to): (u64, u64), waits: bool, open: bool) -> Interval {
    Interval { lane: lane.into(), what: what.into(), waits, from: ms(from), to: ms(to), open }
}

/// Two threads hold a lock each and wait for that of the other.
fn deadlock() -> [Interval; 4] {
    [
        interval("thread 1", "holds a", (0, 100), false, false),
        interval("thread 1", "b", (100, 600), true, true),
        interval("thread 2", "holds b", (1, 100), false, false),
        interval("thread 2", "a", (100, 600), true, true),
    ]
}

#[test]
fn what_does_not_end_is_framed_and_told() {
    let figure = drawn(&deadlock());
    assert_whole(&figure);
    assert_eq!(filled(&figure, FAILED.fill).len(), 2);
    let told = "thread 2: holds b from 1.00 ms to 100 ms; waits for a from 100 ms has not ended";
    assert!(figure.alt().contains(told), "{}", figure.alt());
    assert!(texts(&figure).contains(&"waits for a"));
    assert!(figure.caption().contains("still waits"));
}

#[test]
fn the_same_thing_has_the_same_colour_in_all_lanes() {
    let figure = drawn(&[
        interval("one", "task b", (0, 10), false, false),
        interval("one", "task a", (10, 20), false, false),
        interval("two", "a lock", (0, 10), true, false),
        interval("two", "task a", (10, 20), false, false),
    ]);
    assert_whole(&figure);
    assert_eq!(filled(&figure, Shade::nth(1).fill).len(), 2);
    assert!(!filled(&figure, Shade::nth(0).fill).is_empty());
    assert_eq!(filled(&figure, PALE).len(), 1);
    assert!(!figure.caption().contains("still waits"));
}

#[test]
fn an_empty_diary_is_said_and_a_written_one_is_drawn() {
    let record = Diary::new();
    assert_eq!(texts(&diary(&record)), ["Nothing was noted."]);
    record.works("cook", "an omelet");
    record.ends("cook");
    assert_whole(&diary(&record));
    assert!(diary(&record).alt().contains("cook: an omelet from"));
}
