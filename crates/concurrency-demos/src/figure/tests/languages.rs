use super::bars::comparison;
use super::{assert_whole, filled, texts};
use crate::figure::languages;
use crate::figure::palette::Shade;
use crate::labs::Languages;
use crate::record::{Language, Model};

/// Serial, processes, threads and tasks in each of these languages; all samples are the same.
fn measured(rows: &[(Language, [u64; 4])]) -> Languages {
    let of = |models: [Model; 4]| {
        let one = |(language, times): &(Language, [u64; 4])| {
            let row = |(model, time): (Model, &u64)| (model, *language, [*time; 3]);
            models.into_iter().zip(times).map(row).collect::<Vec<_>>()
        };
        comparison(&rows.iter().flat_map(one).collect::<Vec<_>>())
    };
    let [processes, threads] = [Model::Processes(2), Model::Threads(2)];
    Languages {
        computing: of([Model::Serial, processes, threads, Model::Async]),
        waiting: of([Model::Serial, Model::Processes(4), Model::ThreadPerJob, Model::Async]),
    }
}

#[test]
fn each_language_has_a_bar_for_each_model_beside_the_others() {
    let rows = [
        (Language::Rust, [400, 250, 200, 400]),
        (Language::Python, [4000, 2000, 4100, 4000]),
        (Language::FreePython, [5000, 2500, 2600, 5000]),
    ];
    let languages_ = measured(&rows);
    let figure = languages(&languages_);
    assert_whole(&figure);
    for text in ["1.60", "2.00", "0.98", "1.92", "3.10", "Python: serial 4.00 s"] {
        assert!(texts(&figure).contains(&text), "{text} in {:?}", texts(&figure));
    }
    let shade = Shade::of(Model::Async); // its frame has another colour
    for language in [Language::Rust, Language::Python, Language::FreePython] {
        assert_eq!(filled(&figure, shade.in_language(language)).len(), 2, "{language}");
    }
    let alt = "Computing, Python: serial 4.00 s; 2 processes 2.00, 2 threads 0.98";
    assert!(figure.alt().contains(alt), "{}", figure.alt());
    let behind = ["computing, 2 threads", "waiting, thread per job"];
    assert_eq!(languages_.python_is_behind(), Some(behind.map(str::to_owned).to_vec()));
}

#[test]
fn without_a_python_it_says_so_and_shows_rust() {
    let languages_ = measured(&[(Language::Rust, [400, 250, 200, 400])]);
    let figure = languages(&languages_);
    assert_whole(&figure);
    assert!(!texts(&figure).iter().any(|text| text.starts_with("Python")));
    assert!(figure.caption().contains("a <note>."));
    assert_eq!(languages_.python_is_behind(), None);
}
