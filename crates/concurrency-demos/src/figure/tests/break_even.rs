use super::{assert_whole, ms, number, tags, texts};
use crate::figure::{break_even, canvas::TEXT};
use crate::labs::BreakEven;
use crate::record::Model;

#[test]
fn a_line_for_each_model_and_a_note_where_it_pays() {
    let times = |times: [u64; 4]| times.map(|time| [ms(time)].into_iter().collect()).to_vec();
    let record = BreakEven {
        sizes: vec![20, 21, 22, 23],
        series: vec![
            (Model::Serial, times([1, 2, 40, 800])),
            (Model::Threads(2), times([2, 3, 30, 800 / 2])),
            (Model::Rayon(2), times([2, 3, 30, 800 / 2])),
            (Model::Async, times([1, 2, 40, 801])),
        ],
    };
    let figure = break_even(&record);
    assert_whole(&figure);
    let texts = texts(&figure);
    assert!(texts.contains(&"2 threads: quicker from n = 22"), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains("async, 1 thread: quicker")));
    assert_eq!(tags(&figure, "circle ").len(), 2 * 16);
    let name = |name: &str| {
        let tag = tags(&figure, "text ").into_iter().find(|tag| tag.trim_end().ends_with(name));
        number(tag.unwrap(), "y").unwrap()
    };
    assert!((name(">\n2 threads") - name(">\n2 rayon threads")).abs() >= TEXT);
    assert!(figure.alt().contains("23 in 801 ms") && figure.alt().contains("from n = 22"));
}

#[test]
fn nothing_measured_is_said() {
    let figure = break_even(&BreakEven { sizes: vec![], series: vec![] });
    assert_whole(&figure);
    assert_eq!(texts(&figure), ["No size was measured."]);
}
