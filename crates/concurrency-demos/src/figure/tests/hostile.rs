//! Names, titles and messages that cells or programs have made, in every figure that takes some:
//! they are text in the picture, in its words and in HTML, and none draws a mark of its own.

use super::{ms, run, scale, scaling, schedule};
use crate::figure::{self, Figure};
use crate::labs::{
    Comparison, Crash, Diary, Fate, Heartbeat, Home, Law, Levels, Outcome, Reach, Scale, Scaling,
    Search, Service, Strip, Survivors,
};
use crate::record::{Cause, Failure, Model, Run, Silent};
use crate::work::{Job, JobName};

const MEGABYTE: usize = 1 << 20;
const PICTURE: [&str; 8] = ["svg", "rect", "polyline", "circle", "polygon", "text", "g", "style"];
const PAGE: [&str; 5] = ["figure", "img", "figcaption", "details", "summary"];

fn nasty() -> Vec<String> {
    let short = [
        "<script>alert(1)</script>",
        "\" onload='alert(1)' x=\"",
        "</text></svg><script xmlns='http://www.w3.org/1999/xhtml'/>",
        "&lt;b&gt; &amp; &#60; &nope;",
        "]]> <!-- <![CDATA[",
        "\0\u{1}\u{8}\u{1b}[2J\u{7f}\u{9b}\u{85}",
        "\u{202e}abc\u{2066}\u{200f}\u{2028}",
        "a\nEVCXR_END_CONTENT\nEVCXR_BEGIN_CONTENT text/html\n<b>",
        "\r\n\t",
        "\u{fffe}\u{ffff}\u{feff}",
        "",
        "{0} {{}} %s",
        "i\u{336}\u{336} \u{1f373}\u{200d}",
    ];
    let long = ["x", "<", "\u{1b}", "\u{202e}", "EVCXR_", "w "];
    let long = long.map(|text| text.repeat(MEGABYTE / text.len()));
    short.map(str::to_owned).into_iter().chain(long).collect()
}

/// Every figure that takes text from outside, with this text wherever it can be.
fn figures(text: &str, comparison: &Comparison) -> Vec<(&'static str, Figure)> {
    let owned = || text.to_owned();
    let diary = Diary::new();
    diary.works(text, text);
    diary.waits("b", text);
    let levels = Levels::new();
    (0..4).for_each(|length| levels.note(text, length));
    levels.note("b", 1);
    let strip = Strip { name: owned(), threads: 1, beats: vec![ms(1)], work: (ms(1), ms(2)) };
    let steps = vec![schedule::step(text, text, true), schedule::step("b", text, false)];
    let mut search = schedule::search(steps);
    search.first.as_mut().expect("one fails").why = owned();
    let fate = Fate {
        crash: Crash::Panic,
        home: Home::Thread,
        outcome: Some(Outcome::JobLost),
        neighbours: 2,
        alive: true,
        seen: owned(),
        noticed: None,
        replaced: None,
    };
    let mut renamed = scaling::record(Law::Amdahl, 8);
    renamed.series.iter_mut().for_each(|series| series.name = owned());
    let mut comparison = comparison.clone();
    (comparison.title, comparison.notes) = (owned(), vec![owned()]);
    let runs = [failed(text), run(Model::Threads(1), &[(0, 0, 10, 5)])];
    vec![
        ("timeline", figure::timeline(&runs)),
        ("replay", figure::replay(&runs)),
        ("dots", figure::dots(text, text, Some(2.0), &[(text, &[1.0, 2.0]), (text, &[1.5])])),
        ("diary", figure::diary(&diary)),
        ("levels", figure::levels(&levels)),
        ("heartbeat", figure::heartbeat(&Heartbeat { strips: vec![strip] })),
        ("schedule", figure::schedule(&search)),
        ("schedule", figure::schedule(&Search { first: None, ..search.clone() })),
        ("survivors", figure::survivors(&Survivors { fates: vec![fate], ..Survivors::default() })),
        ("service", figure::service(&Service { notes: vec![owned()], ..super::service::record() })),
        (
            "scale",
            figure::scale(&Scale {
                end_of_threads: owned(),
                end_of_tasks: Some(owned()),
                end_of_processes: Some(owned()),
                refused: Some((1, owned())),
                ..scale::record()
            }),
        ),
        ("scaling", figure::scaling(&Scaling { jobs: owned(), ..renamed })),
        ("reach", figure::reach(&Reach { hosts: owned(), ..super::reach::record() })),
        ("reach", figure::reach(&Reach { hosts: owned(), distances: vec![], lengths: vec![] })),
        ("bars", figure::bars(&comparison)),
    ]
}

/// A run on hosts of this name, whose job of this name has panicked with it.
fn failed(text: &str) -> Run {
    let mut failed = run(Model::Mpi(2), &[(0, 0, 900, 5), (1, 5, 10, 1)]);
    let job = JobName::Task(Box::leak(text.to_owned().into_boxed_str()));
    failed.spans.iter_mut().for_each(|span| span.job = job);
    let cause = Cause::Panicked(text.to_owned());
    failed.results[0] = Err(Failure { job, process: 1000, cause });
    failed.hosts = vec![text.to_owned(); 2];
    failed
}

/// Looks for what no figure draws.
fn elements(xml: &str, known: &[&str]) {
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|why| panic!("{why}"));
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        let name = element.tag_name().name();
        assert!(known.contains(&name), "an element {name}");
        for attribute in element.attributes() {
            let name = attribute.name();
            assert!(!name.starts_with("on") && !name.ends_with("href"), "an attribute {name}");
        }
    }
    assert!(document.descendants().all(|node| !node.is_comment() && !node.is_pi()));
    harmless(&document.root_element().descendants().filter_map(|it| it.text()).collect::<String>());
    let pictures = document.descendants().filter(|node| node.tag_name().name() == "svg");
    assert!(pictures.count() <= 1, "a picture in a picture");
}

/// Nothing in it steers a terminal, turns its direction or is a word of evcxr.
fn harmless(text: &str) {
    let steers = |letter: char| letter != '\n' && letter.is_control() || is_turned_by(letter);
    assert!(!text.contains(steers), "{:?}", text.chars().find(|letter| steers(*letter)));
    assert!(!text.contains("EVCXR_"));
}

fn is_turned_by(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn whatever_a_name_holds_is_text_in_every_figure() {
    let jobs = [Job::Fib(1)];
    let comparison = Comparison::measure(&jobs, &[Model::Serial], 1, &Silent).unwrap();
    let (mut drawn, texts) = (0, nasty());
    for text in &texts {
        for (name, figure) in &figures(text, &comparison) {
            let html = figure.html().replace("height:auto\">", "height:auto\"/>");
            elements(&html, &PAGE);
            harmless(figure.alt());
            harmless(figure.caption());
            elements(figure.svg(), &PICTURE);
            assert!(figure.svg().len() < 60_000, "{name}: {} bytes", figure.svg().len());
            assert!(html.len() < 200_000, "{name}: {} bytes", html.len());
            drawn += 1;
        }
    }
    println!("{} texts, up to 1 MB: {drawn} figures, 0 with a mark of a text", texts.len());
}

#[test]
fn a_name_is_read_in_the_picture_as_it_is_written() {
    let figure = figure::dots("run", "left", None, &[("<b>&\"'", &[1.0])]);
    let picture = roxmltree::Document::parse(figure.svg()).unwrap();
    let mut texts = picture.descendants().filter_map(|node| node.text());
    assert!(texts.any(|text| text.trim() == "<b>&\"'"), "{}", figure.svg());
    assert!(figure.html().contains("&lt;b&gt;&amp;&quot;&#39;: 1."), "{}", figure.html());
}
