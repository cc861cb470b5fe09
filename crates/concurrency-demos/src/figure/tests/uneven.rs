//! Lanes with their idle ends, and the map of the rows.

use crate::figure::palette::Shade;
use crate::figure::uneven;
use crate::labs::{Row, Shared, Uneven};

/// Four rows of 10, 10, 40 and 40 ms on two workers.
fn record() -> Uneven {
    let way = |rows: [(usize, u64, u64); 4], wall| {
        let row = |(row, (worker, from, to)): (usize, _)| Row {
            worker,
            part: row / 2,
            from: super::ms(from),
            to: super::ms(to),
        };
        Shared { wall: super::ms(wall), rows: rows.into_iter().enumerate().map(row).collect() }
    };
    Uneven {
        workers: 2,
        rows: 4,
        parts: way([(0, 0, 10), (0, 10, 20), (1, 0, 40), (1, 40, 80)], 80),
        queue: way([(0, 0, 10), (1, 0, 10), (0, 10, 50), (1, 10, 50)], 50),
        rayon: way([(0, 0, 10), (0, 10, 20), (1, 0, 40), (0, 20, 60)], 60),
    }
}

#[test]
fn idle_ends_and_stolen_rows_are_told() {
    let record = record();
    let figure = uneven(&record);
    for part in [
        "equal parts: 80.0 ms, 37.5 % idle; worker 0 did 2 rows until 20.0 ms",
        "one queue: 50.0 ms, 0.0 % idle;",
        "Rayon: 60.0 ms, 16.7 % idle, 1 row stolen; worker 0 did 3 rows",
    ] {
        assert!(figure.alt().contains(part), "{part} in {}", figure.alt());
    }
    assert!(figure.svg().contains("idle 60.0 ms"), "the idle end of equal parts has its name");
    assert!((record.rayon.quicker_than(&record.parts) - 80.0 / 60.0).abs() < 1e-9);
}

#[test]
fn a_row_of_the_map_has_the_colour_of_the_worker_that_did_it() {
    let figure = uneven(&record());
    super::assert_whole(&figure);
    let of = |worker| super::filled(&figure, Shade::nth(worker).fill);
    let rows = |worker| -> usize {
        of(worker).iter().filter(|tag| super::number(tag, "height") == Some(1)).count()
    };
    // Two, two and three of the first worker; of four in each of three ways.
    assert_eq!((rows(0), rows(1)), (2 + 2 + 3, 2 + 2 + 1), "a stolen row has its thief's colour");
}
