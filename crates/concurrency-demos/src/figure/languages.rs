//! What each model gains, in one language beside the other.

use super::axis::Axis;
use super::canvas::{self, Anchor, Canvas};
use super::palette::{FAINT, GREY, Shade};
use super::{Figure, machine};
use crate::format::{ratio, seconds};
use crate::labs::{Comparison, Languages, PUBLISHED_WITHOUT_LOCK};
use crate::record::{Language, Model};

const HEAD: i32 = 56;
/// A bar with the gap below it, and the gap between two models.
const BAR: i32 = 18;
const GAP: i32 = 14;
const LINE: i32 = 22;
const TICKS: i32 = 18;
/// From serial's zero to the largest gain, in each column; values stand to the right.
const COLUMNS: [(i32, i32); 2] = [(130, 375), (465, 700)];
const NAMES: [&str; 3] = ["processes", "threads", "tasks"];
const LANGUAGES: [Language; 3] = [Language::Rust, Language::Python, Language::FreePython];

/// How many times as quick as serial each model is, in each language: computing on the left,
/// waiting on the right. A grey dot is what others have published.
#[must_use]
pub fn languages(languages: &Languages) -> Figure {
    let there: Vec<Language> = LANGUAGES
        .into_iter()
        .filter(|language| serial(&languages.computing, *language).is_some())
        .collect();
    let plot = Plot { languages, there };
    let bottom = plot.top(NAMES.len());
    let height = bottom + TICKS + LINE * plot.there.len() as i32 + GAP;
    let svg = canvas::draw(height, |canvas| plot.draw(canvas, bottom));
    Figure::new(svg, plot.alt(), caption(languages))
}

struct Plot<'a> {
    languages: &'a Languages,
    there: Vec<Language>,
}

impl Plot<'_> {
    /// Where a model begins. Below the bars of threads there is room for what is published.
    fn top(&self, model: usize) -> i32 {
        let bars = self.there.len() * model + usize::from(model > 1);
        HEAD + BAR * bars as i32 + GAP * model as i32
    }

    fn comparisons(&self) -> [&Comparison; 2] {
        [&self.languages.computing, &self.languages.waiting]
    }

    /// Both columns have one scale.
    fn axes(&self) -> [Axis; 2] {
        let gains = LANGUAGES.map(|language| self.languages.gains(language));
        let all = gains.iter().flatten().flatten().map(|(_, gain)| *gain);
        let most = all.fold(PUBLISHED_WITHOUT_LOCK, f64::max);
        COLUMNS.map(|column| Axis::linear(most, column))
    }

    fn draw(&self, canvas: &Canvas<'_>, bottom: i32) {
        for (model, name) in NAMES.iter().enumerate() {
            let middle = (self.top(model) + self.top(model + 1) - GAP) / 2;
            canvas.text((COLUMNS[0].0 - 12, middle), Anchor::Right, name);
        }
        for (column, (axis, comparison)) in self.axes().iter().zip(self.comparisons()).enumerate() {
            self.draw_frame(canvas, axis, column, bottom);
            for (nth, language) in self.there.iter().enumerate() {
                let gains = &self.languages.gains(*language)[column];
                for (model, gain) in gains.iter().enumerate() {
                    let top = self.top(model) + BAR * nth as i32;
                    draw_bar(canvas, axis, top, *language, *gain);
                }
                let top = bottom + TICKS + LINE * nth as i32;
                draw_serial(canvas, axis.pixels().0, top, *language, comparison);
            }
        }
        let y = self.top(2) - GAP - BAR / 2;
        let x = self.axes()[0].at(PUBLISHED_WITHOUT_LOCK);
        canvas.dot((x, y), 4, GREY, GREY);
        canvas.coloured((x - 9, y), Anchor::Right, "without lock, 4 threads", GREY);
        canvas.coloured((x + 9, y), Anchor::Left, &ratio(PUBLISHED_WITHOUT_LOCK), GREY);
    }

    fn draw_frame(&self, canvas: &Canvas<'_>, axis: &Axis, column: usize, bottom: i32) {
        let (left, _) = axis.pixels();
        canvas.heading((left, 14), ["Computing", "Waiting"][column]);
        canvas.coloured((left, 36), Anchor::Left, "times as quick as serial", GREY);
        for tick in axis.number_ticks(6) {
            let colour = if ["0", "1"].contains(&tick.label.as_str()) { GREY } else { FAINT };
            canvas.line(&[(tick.at, HEAD - 6), (tick.at, bottom - GAP / 2)], colour, 1);
            canvas.coloured((tick.at, bottom + 2), Anchor::Middle, &tick.label, GREY);
        }
    }

    fn alt(&self) -> String {
        let mut lines = vec!["What each model gains over serial, by language.".to_owned()];
        for (what, (column, comparison)) in
            ["Computing", "Waiting"].iter().zip(self.comparisons().into_iter().enumerate())
        {
            for language in &self.there {
                let gains = &self.languages.gains(*language)[column];
                let told: Vec<String> =
                    gains.iter().map(|(m, g)| format!("{m} {}", ratio(*g))).collect();
                let serial = serial(comparison, *language).unwrap_or_default();
                lines.push(format!("{what}, {language}: serial {serial}; {}.", told.join(", ")));
            }
        }
        lines.push(format!(
            "Published: Python without lock on 4 threads {} times as quick as with it.",
            ratio(PUBLISHED_WITHOUT_LOCK)
        ));
        lines.join("\n")
    }
}

/// The serial time in words, if it was measured in this language.
fn serial(comparison: &Comparison, language: Language) -> Option<String> {
    let is_it = |m: &&crate::labs::Measurement| m.language == language && m.model == Model::Serial;
    comparison.measurements.iter().find(is_it).map(|measurement| seconds(measurement.median()))
}

fn draw_bar(
    canvas: &Canvas<'_>,
    axis: &Axis,
    top: i32,
    language: Language,
    (model, gain): (Model, f64),
) {
    let (left, end) = (axis.pixels().0, axis.at(gain));
    let shade = Shade::of(model);
    canvas.framed(
        (left, top),
        (end.max(left + 2), top + BAR - 3),
        shade.ink,
        shade.in_language(language),
    );
    canvas.text((end + 6, top + BAR / 2 - 1), Anchor::Left, &ratio(gain));
}

fn draw_serial(
    canvas: &Canvas<'_>,
    left: i32,
    top: i32,
    language: Language,
    comparison: &Comparison,
) {
    let Some(time) = serial(comparison, language) else { return };
    let shade = Shade::of(Model::Serial);
    let middle = top + LINE / 2;
    canvas.framed(
        (left, middle - 6),
        (left + 12, middle + 6),
        shade.ink,
        shade.in_language(language),
    );
    canvas.text((left + 20, middle), Anchor::Left, &format!("{language}: serial {time}"));
}

fn caption(languages: &Languages) -> String {
    let Languages { computing, waiting } = languages;
    let mut parts = vec![format!(
        "Medians. Computing: {}, with a worker for each. Waiting: {}, with a process, a thread, \
         a task for each. Computing tasks share one thread, and so do waiting ones; {}. Grey: \
         Python 3.14 without its interpreter lock over the same with it, fib(40) on another \
         machine (Grinberg 2025), not measured here.",
        computing.title,
        waiting.title,
        machine()
    )];
    parts.extend(computing.notes.iter().map(|note| format!("{}.", note.trim_end_matches('.'))));
    parts.join(" ")
}
