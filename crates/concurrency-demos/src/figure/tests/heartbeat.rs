use super::{assert_whole, filled, ms, tags, texts};
use crate::figure::heartbeat;
use crate::figure::palette::FAILED;
use crate::labs::{Heartbeat, Strip};

/// A strip of 40 beats that stops once, from this beat on for so many of them.
fn strip(name: &str, stops: u64, beats: u64) -> Strip {
    let times = (0..40).filter(|beat| !(stops..stops + beats).contains(beat));
    let beats = times.map(|beat| ms(10 * beat)).collect();
    Strip { name: name.to_owned(), threads: 1, beats, work: (ms(100), ms(300)) }
}

#[test]
fn every_beat_is_a_mark_and_what_is_missing_is_orange() {
    let strips = vec![strip("undisturbed", 0, 0), strip("blocked", 11, 19)];
    let figure = heartbeat(&Heartbeat { strips });
    assert_whole(&figure);
    assert_eq!(filled(&figure, FAILED.fill).len(), 1);
    assert!(tags(&figure, "polyline ").len() >= 40 + 21);
    for text in ["undisturbed", "blocked", "longest gap", "10.0 ms", "200 ms"] {
        assert!(texts(&figure).contains(&text), "{text}: {:?}", texts(&figure));
    }
    let told = "blocked: 21 beats, longest gap 200 ms, p99 200 ms, work done in 200 ms, 1 thread; \
                it stops from 100 ms to 300 ms.";
    assert!(figure.alt().contains(told), "{}", figure.alt());
    assert!(figure.alt().contains("1 thread; it never stops."));
}

#[test]
fn no_pulse_is_said() {
    assert_eq!(texts(&heartbeat(&Heartbeat::new())), ["No pulse was taken."]);
}
