use super::{assert_whole, ms, number, tags, texts};
use crate::figure::{Figure, canvas::TEXT, crowd};
use crate::labs::{Crowd, Waited};

fn waited(persons: usize, wall: u64, memory: u64) -> Waited {
    Waited { persons, wall: ms(wall), memory: Some(memory) }
}

/// Three numbers of persons, the last one without threads.
fn record() -> Crowd {
    Crowd {
        time_scale: 0.2,
        threads: vec![waited(1, 1001, 53_248), waited(1_000, 1180, 39_321_600)],
        tasks: vec![
            waited(1, 1002, 0),
            waited(1_000, 1004, 1 << 21),
            waited(100_000, 1310, 1 << 27),
        ],
        end_of_threads: Some("100,000 persons need more than there are".to_owned()),
    }
}

fn without_memory(mut record: Crowd) -> Crowd {
    let all = record.threads.iter_mut().chain(&mut record.tasks);
    all.for_each(|waited| waited.memory = None);
    record
}

fn place(figure: &Figure, text: &str) -> (i32, i32) {
    let mut all = tags(figure, "text ").into_iter();
    let tag = all.find(|tag| tag.trim_end().ends_with(&format!(">\n{text}")));
    let tag = tag.unwrap_or_else(|| panic!("{text} in {:?}", texts(figure)));
    (number(tag, "x").unwrap(), number(tag, "y").unwrap())
}

#[test]
fn every_number_is_told_and_what_is_computed_is_said() {
    let figure = crowd(&record());
    assert_whole(&figure);
    let sequence = "computed, not run: 1: 2.40 s, 1,000: 2400 s, 100,000: 2.78 days.";
    let threads = "threads: 1: 1.00 s and memory 52 KiB, 1,000: 1.18 s and memory 37.5 MiB.";
    let tasks = "tasks: 1: 1.00 s and memory less than a page, 1,000: 1.00 s and memory 2 MiB, \
                 100,000: 1.31 s and memory 128 MiB.";
    for part in [sequence, threads, tasks, "persons need more than there are"] {
        assert!(figure.alt().contains(part), "{part} in {}", figure.alt());
    }
    for part in ["computed, not run", "persons need more than", "time scale 0.20"] {
        assert!(figure.caption().contains(part), "{part} in {}", figure.caption());
    }
    // The dashes, and a line of the width of each measurement in each panel.
    let lines = |width: i32| {
        let all = tags(&figure, "polyline ").into_iter();
        all.filter(|tag| number(tag, "stroke-width") == Some(width)).count()
    };
    assert_eq!((lines(5), lines(2)), (2, 2));
    assert!(lines(1) > 30, "{} thin lines", lines(1));
    // Three computed, twice three of tasks, twice two of threads, each with a rim.
    assert_eq!(tags(&figure, "circle ").len(), 2 * (3 + 2 * 3 + 2 * 2));
}

#[test]
fn threads_end_where_they_did() {
    let figure = crowd(&record());
    // Their words stand left of their end and above it; those of the tasks beside the plot.
    let (short, whole) = (place(&figure, "threads end: 1.18 s"), place(&figure, "tasks 1.31 s"));
    let (end, most) = (place(&figure, "1,000"), place(&figure, "100,000"));
    assert!(short.0 < end.0 && end.0 < most.0 && most.0 < whole.0, "{short:?} {whole:?}");
    assert!(short.1 < whole.1, "{short:?} {whole:?}");
    let to_the_end = Crowd { end_of_threads: None, ..record() };
    assert!(texts(&crowd(&to_the_end)).contains(&"threads 37.5 MiB"));
}

#[test]
fn lines_that_end_together_have_their_words_apart() {
    let one = [waited(10, 1000, 4096)].to_vec();
    let alone = Crowd { threads: one.clone(), tasks: one, end_of_threads: None, ..record() };
    let figure = crowd(&alone);
    assert_whole(&figure);
    let (threads, tasks) = (place(&figure, "threads 1.00 s"), place(&figure, "tasks 1.00 s"));
    assert!(threads.0 == tasks.0 && (threads.1 - tasks.1).abs() >= TEXT, "{threads:?} {tasks:?}");
}

#[test]
fn long_times_and_large_crowds_are_not_cut_off() {
    let long = Crowd { time_scale: 17_280.0, ..record() };
    assert_whole(&crowd(&long));
    assert!(texts(&crowd(&long)).contains(&"10,000,000,000 s"), "{:?}", texts(&crowd(&long)));
}

#[test]
fn a_system_that_tells_no_memory_still_has_its_times() {
    let figure = crowd(&without_memory(record()));
    assert_whole(&figure);
    assert!(texts(&figure).contains(&"This system does not tell: not measured."));
    assert!(figure.alt().contains("100,000: 1.31 s and memory not measured"), "{}", figure.alt());
    assert_eq!(tags(&figure, "circle ").len(), 2 * (3 + 3 + 2));
}

#[test]
fn few_threads_none_and_nothing_at_all_are_said() {
    let first = Crowd { threads: record().threads[..1].to_vec(), ..record() };
    assert_whole(&crowd(&first));
    assert!(place(&crowd(&first), "threads end: 1.00 s").0 > place(&crowd(&first), "1").0);
    let none = crowd(&Crowd { threads: vec![], ..record() });
    assert_whole(&none);
    assert!(none.alt().contains("threads: not run."), "{}", none.alt());
    let nothing = crowd(&Crowd { tasks: vec![], ..record() });
    assert_eq!(texts(&nothing), ["No breakfast was cooked."]);
    assert_whole(&nothing);
}
