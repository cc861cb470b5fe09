use super::{assert_whole, tags, texts};
use crate::figure::levels;
use crate::labs::Levels;

#[test]
fn each_queue_has_a_line_with_its_length_at_the_end() {
    let record = Levels::new();
    for length in [0, 400, 1_234] {
        record.note("unbounded", length);
    }
    (0..1_000).for_each(|nth| record.note("channel(32)", nth % 33));
    let figure = levels(&record);
    assert_whole(&figure);
    let panels = if cfg!(target_os = "linux") { 2 } else { 1 };
    assert!(tags(&figure, "polyline ").len() >= 2 * panels);
    assert!(texts(&figure).contains(&"unbounded 1,234"), "{:?}", texts(&figure));
    assert!(figure.alt().contains("unbounded: at the most 1,234, at the end 1,234 after "));
    assert!(figure.alt().contains("channel(32): at the most 32, at the end 9 after "));
}

#[test]
fn no_note_is_said() {
    assert_eq!(texts(&levels(&Levels::new())), ["No queue was noted."]);
}
