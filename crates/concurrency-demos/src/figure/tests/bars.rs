use super::{assert_whole, filled, run, tags, texts};
use crate::figure::palette::Shade;
use crate::labs::{Comparison, Measurement, cores};
use crate::lesson::predict;
use crate::record::{Language, Model, Run, Silent};
use crate::work::Job;

/// A comparison whose samples are these milliseconds.
pub(super) fn comparison(rows: &[(Model, Language, [u64; 3])]) -> Comparison {
    let jobs = [Job::Fib(1)];
    let mut comparison = Comparison::measure(&jobs, &[Model::Serial], 1, &Silent).unwrap();
    let row = |(model, language, samples): &(Model, Language, [u64; 3])| {
        let runs = samples
            .iter()
            .map(|sample| Run { language: *language, ..run(*model, &[(0, 0, *sample, *sample)]) });
        Measurement::of(runs.collect()).unwrap()
    };
    comparison.measurements = rows.iter().map(row).collect();
    comparison.notes = vec!["a <note>".to_owned()];
    comparison
}

#[test]
fn every_sample_is_a_dot_and_every_number_is_told() {
    let rows = [
        (Model::Serial, Language::Rust, [400, 390, 410]),
        (Model::Threads(2), Language::Rust, [200, 210, 220]),
    ];
    let guess = predict("300 ms").unwrap();
    let figure = comparison(&rows).with_guess(Model::Threads(2), guess);
    assert_whole(&figure);
    // A dot is a disc and its rim.
    assert_eq!(tags(&figure, "circle ").len(), 2 * 6);
    assert_eq!(tags(&figure, "polygon ").len(), 1);
    let texts = texts(&figure);
    for text in ["2 threads", "210 ms (1.90 x)", "your guess 300 ms", "bound 400 ms"] {
        assert!(texts.contains(&text), "{text} in {texts:?}");
    }
    assert!(texts.contains(&"wall time in seconds"));
    for fact in ["200 ms to 220 ms", "median 400 ms", "your guess 300 ms"] {
        assert!(figure.alt().contains(fact), "{fact} in {}", figure.alt());
    }
    assert!(
        figure.caption().contains("median of 3 runs") && figure.caption().contains("a <note>.")
    );
    assert!(figure.caption().contains(&format!("{} core", cores())));
}

#[test]
fn far_apart_times_get_a_log_axis_that_says_so() {
    let model = Model::AsyncBlocking(1000);
    let rows = [
        (Model::Serial, Language::Rust, [4, 5, 6]),
        (model, Language::Rust, [2, 3, 3]),
        (model, Language::Python, [1200, 1000, 1100]),
    ];
    let figure = comparison(&rows).with_guess(model, predict("0").unwrap());
    assert_whole(&figure);
    let texts = texts(&figure);
    assert!(texts.contains(&"wall time, logarithmic scale"), "{texts:?}");
    assert!(texts.contains(&"1.10 s (1/220 x)"), "{texts:?}");
    let shade = Shade::of(model);
    assert_eq!((filled(&figure, shade.fill).len(), filled(&figure, shade.tint()).len()), (1, 1));
}
