//! Values as a notebook shows them. The only room that knows how a cell shows something.
//!
//! A notebook that was not made on the reader's machine is untrusted: there an
//! inline `<svg>` is stripped, and scripts are. An image with its data in the
//! address is shown, live and in an export.
//!
//! What a learner or a program has written is text wherever it is shown, up to a length, and no
//! text makes a display of its own or changes another one: `tests/hostile_text.rs`. What a cell
//! prints by itself is its own.

mod live;
mod machine;

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use evcxr_runtime::mime_type;

use crate::figure::{self, Figure};
use crate::format::{line, lines};
use crate::labs::{
    Border, BreakEven, CacheLine, Comparison, Costs, Crowd, Diary, Heartbeat, Languages, Levels,
    Marks, Patience, Reach, Scale, Scaling, Search, Service, SpeedUp, Survivors, Uneven,
};
use crate::lesson::{Check, Claim, Fact, Guess, Verdict, Votes, hand_over};
use crate::record::{Kind, Recording, Run};

pub use live::{Live, LiveTimeline};

/// More letters than these are read by nobody.
const MOST_SHOWN: usize = 25_000;
/// A sentence, a task, a guess.
const MOST_SAID: usize = 2_000;

/// Shows HTML where the reader has a browser, plain text elsewhere. A cell has
/// one such block: a second one would replace the first.
fn block(html: &str, plain: &str) {
    mime_type("text/html").text(whole_html(html));
    mime_type("text/plain").text(whole_plain(plain));
}

/// HTML in which nothing ends its block of lines on stdout or begins another one. Text in it was
/// made harmless when it was escaped; this is for what comes to be written later.
fn whole_html(html: &str) -> Cow<'_, str> {
    match html.contains("EVCXR_") {
        true => html.replace("EVCXR_", "EVCXR&#95;").into(),
        false => html.into(),
    }
}

/// The same of plain text, which nothing escapes.
fn whole_plain(plain: &str) -> String {
    lines(plain, MOST_SHOWN)
}

/// Text that can stand in HTML, between tags or in a quoted attribute, and is text there.
fn escape(text: &str) -> String {
    let text = lines(text, MOST_SHOWN);
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

impl Figure {
    /// Shows the figure as the result of a cell.
    pub fn evcxr_display(&self) {
        block(&self.html(), &self.plain());
    }

    /// The figure as HTML that needs no other file and no script.
    #[must_use]
    pub fn html(&self) -> String {
        let image = STANDARD.encode(self.svg());
        let alt = escape(&self.alt().replace('\n', " "));
        let caption = escape(self.caption());
        let image = format!(
            "<img alt=\"{alt}\" src=\"data:image/svg+xml;base64,{image}\" \
             style=\"max-width:100%;height:auto\">"
        );
        let picture = match self.folded().map(escape) {
            Some(name) => format!(
                "<details><summary style=\"cursor:pointer\">{name}</summary>{image}</details>"
            ),
            None => image,
        };
        figure_html(&picture, &caption)
    }

    /// The figure as HTML whose picture is a part of the page: a browser shows it at once in the
    /// place of the one before, where an image would leave a gap until it is read. For what is
    /// changed soon: an untrusted notebook shows no such picture.
    fn inline_html(&self) -> String {
        let (alt, caption) = (escape(self.alt()), escape(self.caption()));
        let picture = self.svg().replacen(
            "<svg",
            &format!("<svg role=\"img\" aria-label=\"{alt}\" style=\"max-width:100%;height:auto\""),
            1,
        );
        figure_html(&picture, &caption)
    }

    /// The same facts without the picture.
    fn plain(&self) -> String {
        format!("{}\n{}", self.alt(), self.caption()).trim_end().to_owned()
    }
}

fn figure_html(picture: &str, caption: &str) -> String {
    format!(
        "<figure style=\"margin:0\">{picture}\
         <figcaption style=\"max-width:760px\">{caption}</figcaption></figure>"
    )
}

/// What is shown as its figure.
macro_rules! shown_as_figure {
    ($($record:ty: $figure:path),* $(,)?) => {$(
        impl $record {
            /// Shows its figure as the result of a cell.
            pub fn evcxr_display(&self) {
                $figure(self).evcxr_display();
            }
        }
    )*};
}

shown_as_figure!(
    Run: timeline_of_one,
    Recording: timeline_of_recording,
    Comparison: figure::bars,
    BreakEven: figure::break_even,
    SpeedUp: speed_up_for_the_class,
    Costs: figure::costs,
    Crowd: figure::crowd,
    Diary: figure::diary,
    Languages: figure::languages,
    Marks: table_without_runs,
    Survivors: figure::survivors,
    Search: figure::schedule,
    Votes: figure::votes,
    Heartbeat: figure::heartbeat,
    Levels: figure::levels,
    Patience: guests,
    Reach: figure::reach,
    Service: figure::service,
    Scale: figure::scale,
    Scaling: figure::scaling,
    Uneven: figure::uneven,
    CacheLine: figure::cache_line,
    Border: figure::border,
);

fn table_without_runs(marks: &Marks) -> Figure {
    figure::survivors(&Survivors { marks: marks.clone(), fates: vec![] })
}

fn guests(patience: &Patience) -> Figure {
    figure::diary(&patience.diary)
}

fn speed_up_for_the_class(speed_up: &SpeedUp) -> Figure {
    hand_over(|| {
        let curve = |kind: Kind| (kind.to_string(), speed_up.points(kind));
        Some(Fact::SpeedUp { curves: speed_up.kinds().into_iter().map(curve).collect() })
    });
    figure::speed_up(speed_up)
}

fn timeline_of_recording(recording: &Recording) -> Figure {
    figure::timeline([&recording.run()])
}

fn timeline_of_one(run: &Run) -> Figure {
    figure::timeline([run])
}

impl Claim {
    /// Shows the verdict and the sentence.
    pub fn evcxr_display(&self) {
        let (state, colour) = match self.verdict {
            Verdict::Holds(_) => ("holds", GREEN),
            Verdict::Fails(_) => ("fails", VERMILION),
            Verdict::Untested(_) => ("untested", GREY),
        };
        let (verdict, detail) = self.verdict.words();
        hand_over(|| Some(Fact::Claim { verdict }));
        let text = format!(
            "<strong>{verdict}:</strong> {} <small>({})</small>",
            escape(&line(&self.sentence, MOST_SAID)),
            escape(&line(detail, MOST_SAID))
        );
        let html = verdict_html(&format!("data-claim=\"{state}\""), colour, &text);
        block(&html, &line(&self.to_string(), 2 * MOST_SAID));
    }
}

impl Check {
    /// Shows whether the exercise is done; to a grader, what is not done is an error instead.
    #[track_caller]
    pub fn evcxr_display(&self) {
        hand_over(|| Some(Fact::Check { passed: self.passed }));
        self.fail_for_a_grader();
        let (word, colour) = if self.passed { ("correct", GREEN) } else { ("not yet", GREY) };
        let text = format!("<strong>{word}:</strong> {}", escape(&line(&self.task, MOST_SAID)));
        let state = format!("data-check=\"{}\"", self.passed);
        block(&verdict_html(&state, colour, &text), &line(&self.to_string(), MOST_SAID));
    }
}

const GREEN: &str = "#009e73";
const VERMILION: &str = "#d55e00";
const GREY: &str = "#767676";

/// One line with a coloured edge. Text and background stay those of the theme,
/// so that it reads in a light and in a dark one.
fn verdict_html(state: &str, colour: &str, text: &str) -> String {
    format!(
        "<p {state} style=\"margin:0;border-left:4px solid {colour};padding-left:8px\">{text}</p>"
    )
}

impl Guess {
    /// Shows the guess as one line of text.
    pub fn evcxr_display(&self) {
        mime_type("text/plain").text(whole_plain(&self.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Model, Silent};
    use crate::work::Job;

    #[test]
    fn html_cannot_be_broken_out_of() {
        assert_eq!(escape("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
    }

    #[test]
    fn the_image_is_the_svg_and_the_words_are_beside_it() {
        let run = Model::Serial.run(&[Job::Fib(10)], &Silent).unwrap();
        let figure = figure::timeline(&[run]);
        let html = figure.html();
        let (_, image) = html.split_once("base64,").unwrap();
        let (image, _) = image.split_once('"').unwrap();
        assert_eq!(STANDARD.decode(image).unwrap(), figure.svg().as_bytes());
        assert!(html.contains("alt=\"Timeline of 1 run") && html.contains("core"));
        assert!(!html.contains("<script") && !html.contains("<svg"));
        assert!(figure.plain().starts_with(figure.alt()));
    }

    #[test]
    fn a_picture_that_is_a_part_of_the_page_is_one_picture_whatever_its_names_are() {
        for name in ["</svg><script>x</script>", "\" onload='x", "\u{1b}\0\u{202e}\nEVCXR_X"] {
            let figure = figure::dots(name, name, None, &[(name, &[1.0])]);
            let html = figure.inline_html();
            let page = roxmltree::Document::parse(&html).unwrap_or_else(|why| panic!("{why}"));
            let elements = || page.descendants().filter(roxmltree::Node::is_element);
            let is_text = |known: &str| elements().all(|it| it.tag_name().name() != known);
            assert!(is_text("script") && is_text("image"), "{html}");
            assert!(elements().all(|it| it.attributes().all(|of| !of.name().starts_with("on"))));
            assert_eq!(elements().filter(|it| it.has_attribute("aria-label")).count(), 1);
            assert!(!html.contains(['\u{1b}', '\0', '\u{202e}']) && !html.contains("EVCXR_"));
        }
    }
}
