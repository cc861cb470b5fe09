//! Four cases with their place in memory and their time.

use crate::figure::cache_line;
use crate::labs::{CacheLine, Samples};

#[test]
fn every_case_has_its_time_and_its_cells() {
    let times =
        |time| Samples::from_iter([super::ms(time), super::ms(time + 1), super::ms(time + 2)]);
    let record = CacheLine {
        additions: 1_000_000,
        alone: times(4),
        apart: times(5),
        one_line: times(50),
        one_counter: times(60),
    };
    let figure = cache_line(&record);
    for part in
        ["one thread, one counter: 5.00 ns, from 4.00 ns to 6.00 ns", "in one line: 51.0 ns"]
    {
        assert!(figure.alt().contains(part), "{part} in {}", figure.alt());
    }
    assert!(figure.caption().contains("medians of 3 rounds"), "{}", figure.caption());
    assert_eq!(record.line_over_apart(), 51.0 / 6.0);
    super::assert_whole(&figure);
    let bars = super::tags(&figure, "rect ");
    assert!(super::all(&bars, "width").into_iter().max() > Some(300), "the longest bar is long");
}
