//! Stairs of four parts for each kind of worker.

use crate::figure::border;
use crate::labs::{Border, Crossing, Crossings};

#[test]
fn each_part_has_a_bar_with_its_time() {
    let crossing = |scale| Crossing {
        start: super::ms(4 * scale),
        send: super::ms(scale),
        compute: super::ms(2 * scale),
        receive: super::ms(scale),
    };
    let (process, thread, task) = (crossing(100), crossing(10), crossing(1));
    let record = Border { jobs: vec![Crossings { bytes: 1 << 10, process, thread, task }] };
    let figure = border(&record);
    let told =
        "1 KiB, process: start 400 ms, send 100 ms, compute 200 ms, receive 100 ms = 800 ms.";
    assert!(figure.alt().contains(told), "{}", figure.alt());
    for part in ["start 40.0 ms", "receive 1.00 ms", "1 KiB there and back"] {
        assert!(figure.svg().contains(part), "{part}");
    }
    super::assert_whole(&figure);
    assert_eq!(record.of(1 << 10).unwrap().process.border(), 0.75);
    assert_eq!(record.of(7), None);
    assert!(border(&Border { jobs: vec![] }).alt().contains("Nothing crossed"));
}
