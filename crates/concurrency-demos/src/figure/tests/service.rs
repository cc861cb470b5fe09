use super::{assert_whole, filled, ms, tags, texts};
use crate::figure::palette::Shade;
use crate::figure::service;
use crate::labs::{Load, Samples, Service, Serving, Visits};

fn load(serving: Serving, guests: usize, waits: &[u64], memory: Option<u64>) -> Load {
    let waits: Samples = waits.iter().copied().map(ms).collect();
    Load { serving, visits: Visits { guests, waits, wall: ms(100) }, memory }
}

pub(super) fn record() -> Service {
    let loads = vec![
        load(Serving::OneByOne, 1, &[20; 4], Some(0)),
        load(Serving::OneByOne, 100, &[20, 20, 400, 8_000], Some(4096)),
        load(Serving::ThreadEach, 1, &[20; 4], Some(12 << 10)),
        load(Serving::ThreadEach, 5_000, &[140, 150, 160, 200], Some(47 << 20)),
        load(Serving::TaskEach, 1, &[21; 4], Some(8 << 10)),
        load(Serving::TaskEach, 5_000, &[190, 200, 210, 230], Some(5 << 20)),
    ];
    Service { time: ms(20), orders: 4, loads, notes: vec!["one by one: too long".into()] }
}

#[test]
fn every_load_is_drawn_and_told_and_every_model_has_its_colour() {
    let figure = service(&record());
    assert_whole(&figure);
    // In the first panel and in both below, each a disc and its rim.
    assert_eq!(tags(&figure, "circle ").len(), 3 * 2 * 6);
    // Only those whose percentiles differ have bars.
    assert_eq!(filled(&figure, Shade::of(Serving::OneByOne.model()).fill).len(), 2);
    assert_eq!(filled(&figure, Shade::of(Serving::TaskEach.model()).fill).len(), 2);
    for name in ["one by one", "a thread each", "a task each", "47 MiB", "5 MiB", "5,000"] {
        assert!(texts(&figure).contains(&name), "{name}: {:?}", texts(&figure));
    }
    let told = "a thread each, 5,000 guests: p50 150 ms, p90 200 ms, p99 200 ms, 40 answers a \
                second, memory 47 MiB.";
    assert!(figure.alt().contains(told), "{}", figure.alt());
    assert!(figure.caption().contains("answers 20.0 ms after an order"));
    assert!(figure.caption().ends_with("one by one: too long."), "{}", figure.caption());
}

#[test]
fn unknown_memory_and_nobody_are_said() {
    let unknown = record().loads.into_iter().map(|load| Load { memory: None, ..load }).collect();
    let figure = service(&Service { loads: unknown, ..record() });
    assert_whole(&figure);
    assert!(texts(&figure).contains(&"This system does not tell."));
    assert_eq!(texts(&service(&Service { loads: vec![], ..record() })), ["Nobody was served."]);
}
