use super::{all, assert_whole, tags, texts};
use crate::figure::dots;

#[test]
fn a_dot_for_each_value_and_one_beside_each_name() {
    let lost = [10_336_509.0, 12_000_000.0, 9_000_000.0];
    let series: [(&str, &[f64]); 2] =
        [("load, then store", &lost), ("fetch_add", &[20_000_000.0; 3])];
    let figure = dots("run", "additions left", Some(20_000_000.0), &series);
    assert_whole(&figure);
    assert_eq!(tags(&figure, "circle ").len(), 2 * (6 + 2));
    assert!(texts(&figure).contains(&"all: 20,000,000"));
    assert!(figure.alt().contains("load, then store: 10,336,509, 12,000,000, 9,000,000."));
    assert!(figure.caption().contains("Dashed line"));
}

#[test]
fn more_is_higher_and_later_is_further_right() {
    let figure = dots("run", "amount", None, &[("x", &[1.0, 3.0, 2.0])]);
    let circles: Vec<&str> = tags(&figure, "circle ").into_iter().step_by(2).collect();
    let (x, y) = (all(&circles, "cx"), all(&circles, "cy"));
    assert!(x[0] < x[1] && x[1] < x[2], "{x:?}");
    assert!(y[1] < y[2] && y[2] < y[0], "{y:?}");
    assert!(!figure.caption().contains("Dashed line"));
}

#[test]
fn names_of_close_series_keep_apart_and_long_series_are_told_by_their_range() {
    let many: Vec<f64> = (0..60).map(f64::from).collect();
    let figure =
        dots("tick", "gap in ms", None, &[("a", &[10.0, 11.0]), ("b", &[11.0]), ("c", &many)]);
    assert_whole(&figure);
    assert!(figure.alt().contains("c: 0 to 59."), "{}", figure.alt());
}

#[test]
fn nothing_and_zero_are_drawn() {
    assert_eq!(texts(&dots("run", "amount", None, &[])), ["No run was counted."]);
    assert_whole(&dots("run", "amount", None, &[("x", &[0.0])]));
}
