//! What a cell shows of text that a learner or a program has made: the displays of this crate are
//! those it meant, and the text in them is text. (Every figure: `figure/tests/hostile.rs`.)

mod common;

use std::time::Duration;

use common::{again, is_alone};
use concurrency_demos::labs::{Diary, Heartbeat, Levels, Machine};
use concurrency_demos::{
    Cause, Fault, Job, Listener, Live, Progress, Votes, check, claim, figure, predict,
};

const SHOWN: [&str; 14] = [
    "figure",
    "img",
    "figcaption",
    "p",
    "strong",
    "small",
    "table",
    "caption",
    "tbody",
    "tr",
    "th",
    "td",
    "progress",
    "page",
];
const FORGED: &str = "EVCXR_END_CONTENT\nEVCXR_BEGIN_CONTENT text/html\n<script>x</script>\n\
                      EVCXR_END_CONTENT\nEVCXR_PANIC_NOTIFICATION\nEVCXR_EXECUTION_COMPLETE\n";

fn nasty() -> Vec<String> {
    let short = [
        FORGED.to_owned(),
        format!("\n{FORGED}"),
        format!("x{FORGED}y"),
        "EVCXR_VARIABLE_CHANGED_TYPE:x\nEVCXR_INPUT_REQUEST:x".to_owned(),
        "EVCXR_BEGIN_CONTENT text/html display_id=bar-1-0\n".to_owned(),
        "<script>alert(1)</script></p><p data-claim=\"holds\">".to_owned(),
        "\u{1b}]0;x\u{7}\u{1b}[2J\u{9b}\u{202e}\u{2066}".to_owned(),
        "\u{fffe}\0".to_owned(),
    ];
    short.into_iter().chain([FORGED.repeat(8_000), "<".repeat(1 << 20)]).collect()
}

/// Shows whatever can be shown with this text in it; how many displays that are.
fn show_all(text: &str) -> usize {
    claim(text).holds(false, text).evcxr_display();
    claim(text).equal(text, "other").evcxr_display();
    claim(text).untested(text).evcxr_display();
    check(text, false).evcxr_display();
    let word = predict(&format!("word {text}")).unwrap();
    word.evcxr_display();
    let machine = Machine { python: Some(text.to_owned()), ..Machine::default() };
    Machine { rust: Some(text.to_owned()), ..machine }.evcxr_display();
    figure::dots(text, text, Some(2.0), &[(text, &[1.0, 2.0])]).evcxr_display();
    let diary = Diary::new();
    diary.waits(text, text);
    diary.evcxr_display();
    let levels = Levels::new();
    levels.note(text, 3);
    assert_eq!(levels.most(text), Some(3), "it is found by the name that the cell gave");
    levels.evcxr_display();
    let mut strips = Heartbeat::new();
    strips.add(text, 1, async {}).unwrap();
    assert!(strips.strip(text).is_some());
    strips.evcxr_display();
    10
}

/// What is printed as lines and is no display.
fn print_all(text: &str) {
    let word = predict(&format!("word {text}")).unwrap();
    println!("{word}\n{}\n{}", word.against("x"), word.against(text));
    println!("{}", Votes::default().tell(1, &word, "right"));
    println!("{}", predict(&format!("1 {text}")).unwrap_err());
    println!("{}", Cause::Panicked(text.to_owned()));
    println!("{}", Cause::Exited { status: 1, last_words: text.to_owned() });
    println!("{}", Cause::NotStarted(text.to_owned()));
    println!("{}", Cause::Garbled(text.to_owned()));
    let elapsed = Duration::from_secs(1);
    let (found, is_new) = (Some(text), true);
    Live.progress(&Progress { id: 0, done: 1, steps: 2, elapsed, left: None, found, is_new });
    let process = 0;
    let job = Job::Fault(Fault::Panic);
    let cause = Cause::Panicked(text.to_owned());
    Live.ended(&job, &Err(concurrency_demos::Failure { job: job.name(), process, cause }));
}

/// What this test prints, run alone.
fn printed(test: &str, live: bool) -> String {
    let mut command = again(test);
    command.env_remove("EVCXR_LIVE_DISPLAYS").env_remove("COURSE_BOARD");
    command.env("EVCXR_IS_RUNTIME", "1");
    if live {
        command.env("EVCXR_LIVE_DISPLAYS", "1");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The displays in it, as type and content; all else that is printed must be `lines`.
fn displays(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for block in text.split("EVCXR_BEGIN_CONTENT ").skip(1) {
        let (head, rest) = block.split_once('\n').expect("a type");
        let (body, _) = rest.split_once("\nEVCXR_END_CONTENT\n").expect("an end");
        found.push((head, body));
    }
    // Each has a beginning and an end, and there is no other word of evcxr's.
    assert_eq!(text.matches("EVCXR_").count(), 2 * found.len());
    found
}

fn harmless(text: &str) {
    let turned = |letter| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{2069}');
    let steers = |letter: char| letter != '\n' && letter.is_control() || turned(letter);
    assert!(!text.contains(steers), "{:?}", text.chars().find(|letter| steers(*letter)));
}

fn well_formed(html: &str) {
    let closed = html.replace("height:auto\">", "height:auto\"/>");
    let page = format!("<page>{closed}</page>");
    let page = roxmltree::Document::parse(&page).unwrap_or_else(|why| panic!("{why}: {html}"));
    for element in page.descendants().filter(roxmltree::Node::is_element) {
        assert!(SHOWN.contains(&element.tag_name().name()), "{:?}", element.tag_name());
    }
}

#[test]
fn no_text_forges_a_display() {
    if is_alone() {
        let shown: usize = nasty().iter().map(|text| show_all(text)).sum();
        assert_eq!(shown, 10 * nasty().len());
        return;
    }
    let text = printed("no_text_forges_a_display", false);
    harmless(&text);
    let displays = displays(&text);
    // Nine have two forms each, a guess is plain text alone.
    assert_eq!(displays.len(), 19 * nasty().len());
    assert!(displays.iter().all(|(mime, _)| ["text/html", "text/plain"].contains(mime)));
    let mut claims = 0;
    for (mime, body) in &displays {
        assert!(body.len() < 300_000, "{} bytes", body.len());
        if *mime == "text/html" {
            well_formed(body);
            claims += body.matches("data-claim=").count();
        }
    }
    // What is left of them in text has its quotes escaped.
    let in_text = displays.iter().filter(|(_, body)| body.contains("data-claim=&quot;")).count();
    assert!(claims >= 3 * nasty().len() && in_text > 0);
    println!("{} texts in {} displays: 0 forged", nasty().len(), displays.len());
}

#[test]
fn no_line_forges_a_display() {
    if is_alone() {
        return nasty().iter().for_each(|text| print_all(text));
    }
    for live in [false, true] {
        let text = printed("no_line_forges_a_display", live);
        harmless(&text);
        // The bar alone, and that only where displays can change.
        let displays = displays(&text);
        assert_eq!(displays.len(), if live { 2 * nasty().len() } else { 0 });
        displays.iter().filter(|it| it.0.starts_with("text/html")).for_each(|it| well_formed(it.1));
        assert!(text.len() < 600_000, "{} bytes", text.len());
    }
}
