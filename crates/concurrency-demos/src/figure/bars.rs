//! How long each model took: medians as bars, every sample as a dot, the
//! learner's guess and the bound.

use std::time::Duration;

use super::axis::{AXIS_HEIGHT, Axis};
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::palette::{BLACK, GREY, Shade, WHITE};
use super::{Figure, count, machine};
use crate::format::{ratio, seconds};
use crate::labs::{Comparison, Measurement};
use crate::lesson::Guess;
use crate::record::{Language, Model};

const TITLE: i32 = 34;
const BAR: i32 = 20;
const NOTE: i32 = TEXT + 5;
const GAP: i32 = 12;
/// Times that differ by more than this factor are drawn on a log axis.
const LINEAR_UP_TO: f64 = 20.0;

/// A measurement as it is drawn.
struct Row<'a> {
    measurement: &'a Measurement,
    median: Duration,
    guess: Option<Duration>,
    bound: Option<Duration>,
    /// The median and the speed-up against the first row, in words.
    result: String,
}

/// A row for each measurement: a bar to the median, every sample as a dot.
///
/// Above the bar stands the learner's guess, below it the time that the model
/// cannot beat (see [`Comparison::bound`]).
#[must_use]
pub fn bars(comparison: &Comparison) -> Figure {
    with_guesses(comparison, &[])
}

impl Comparison {
    /// The comparison as [`bars`], with the learner's guess beside the measurement of this
    /// model in Rust.
    #[must_use]
    pub fn with_guess(&self, model: Model, guess: Guess) -> Figure {
        with_guesses(self, &[(model, guess)])
    }
}

fn with_guesses(comparison: &Comparison, guesses: &[(Model, Guess)]) -> Figure {
    let rows = rows(comparison, guesses);
    if rows.is_empty() {
        return Figure::of_nothing("No measurement to draw.");
    }
    let labels = rows.iter().map(|row| width(&row.measurement.label())).max().unwrap_or(0);
    let results = rows.iter().map(|row| width(&row.result)).max().unwrap_or(0);
    let axis = axis(&rows, (labels + 24, WIDTH - results - 24));
    let bottom = TITLE + rows.iter().map(Row::height).sum::<i32>();
    let svg = canvas::draw(bottom + AXIS_HEIGHT, |canvas| {
        canvas.heading((8, TITLE / 2), &comparison.title);
        axis.draw_grid(canvas, TITLE, bottom);
        let mut top = TITLE;
        for row in &rows {
            row.draw(canvas, &axis, top);
            top += row.height();
        }
        axis.draw(canvas, bottom, &axis_name(&axis));
    });
    Figure::new(svg, alt(comparison, &rows), caption(comparison, &rows))
}

fn rows<'a>(comparison: &'a Comparison, guesses: &[(Model, Guess)]) -> Vec<Row<'a>> {
    let Some(first) = comparison.measurements.first() else { return vec![] };
    let baseline = first.median().as_secs_f64();
    let guess = |measurement: &Measurement| {
        let of_it = |(model, _): &&(Model, Guess)| {
            measurement.language == Language::Rust && *model == measurement.model
        };
        guesses.iter().find(of_it)?.1.time()
    };
    let row = |measurement| {
        let median = Measurement::median(measurement);
        let speed_up = speed_up(baseline / median.as_secs_f64().max(1e-9));
        Row {
            measurement,
            median,
            guess: guess(measurement),
            bound: comparison.bound(measurement),
            result: format!("{} ({speed_up})", seconds(median)),
        }
    };
    comparison.measurements.iter().map(row).collect()
}

fn axis(rows: &[Row<'_>], pixels: (i32, i32)) -> Axis {
    let times = |row: &Row<'_>| -> Vec<f64> {
        let samples = row.measurement.samples.iter();
        samples.chain([row.median]).chain(row.guess).map(|time| time.as_secs_f64()).collect()
    };
    let times: Vec<f64> = rows.iter().flat_map(times).collect();
    let longest = times.iter().copied().fold(0.0, f64::max);
    // A guess of zero asks for no log axis: it stands at the edge of either.
    let shortest = times.iter().copied().filter(|time| *time > 0.0).fold(longest, f64::min);
    if longest > shortest * LINEAR_UP_TO {
        let bounds = rows.iter().filter_map(|row| row.bound).map(|bound| bound.as_secs_f64());
        let lowest = bounds.filter(|bound| *bound > 0.0).fold(shortest, f64::min);
        Axis::log(lowest, longest, pixels)
    } else {
        Axis::linear(longest * 1.02, pixels)
    }
}

fn axis_name(axis: &Axis) -> String {
    if axis.is_log() {
        "wall time, logarithmic scale".to_owned()
    } else {
        format!("wall time in {}", axis.unit())
    }
}

impl Row<'_> {
    fn height(&self) -> i32 {
        let notes = i32::from(self.guess.is_some()) + i32::from(self.bound.is_some());
        BAR + GAP + NOTE * notes
    }

    fn draw(&self, canvas: &Canvas<'_>, axis: &Axis, top: i32) {
        let (left, right) = axis.pixels();
        let top = top + GAP / 2 + if self.guess.is_some() { NOTE } else { 0 };
        let (bottom, middle) = (top + BAR, top + BAR / 2);
        let shade = Shade::of(self.measurement.model);
        let median = axis.at_time(self.median).max(left + 2);
        let fill = shade.in_language(self.measurement.language);
        canvas.framed((left, top), (median, bottom), shade.ink, fill);
        canvas.text((left - 10, middle), Anchor::Right, &self.measurement.label());
        canvas.text((right + 12, middle), Anchor::Left, &self.result);
        if let Some(bound) = self.bound {
            let x = axis.at_time(bound);
            canvas.rect((x - 2, top), (x + 2, bottom), WHITE);
            canvas.rect((x - 1, top), (x + 1, bottom + NOTE - 2), GREY);
            note(canvas, axis, (x, bottom + NOTE / 2 + 1), &bound_text(bound), 5);
        }
        canvas.rect((median - 1, top - 3), (median + 2, bottom + 3), BLACK);
        self.draw_samples(canvas, axis, top);
        if let Some(guess) = self.guess {
            let at = (axis.at_time(guess), top - NOTE / 2 - 1);
            canvas.line(&[at, (at.0, top - 1)], BLACK, 1);
            canvas.diamond(at, 6, BLACK);
            note(canvas, axis, at, &guess_text(guess), 10);
        }
    }

    /// Every sample as a dot, the first run at the top, the last at the bottom,
    /// so that equal ones do not hide each other.
    fn draw_samples(&self, canvas: &Canvas<'_>, axis: &Axis, top: i32) {
        let samples = &self.measurement.samples;
        let gaps = samples.len().saturating_sub(1) as i32;
        for (index, sample) in samples.iter().enumerate() {
            let down = if gaps == 0 { BAR / 2 } else { 3 + index as i32 * (BAR - 6) / gaps };
            canvas.dot((axis.at_time(sample), top + down), 3, BLACK, WHITE);
        }
    }
}

/// How many times quicker than the baseline, or `1/51 x` where much slower.
fn speed_up(factor: f64) -> String {
    if factor < 0.1 { format!("1/{:.0} x", 1.0 / factor) } else { format!("{} x", ratio(factor)) }
}

/// A text to the right of a mark, or to its left where the axis ends.
fn note(canvas: &Canvas<'_>, axis: &Axis, (x, y): (i32, i32), text: &str, gap: i32) {
    if x + gap + width(text) <= axis.pixels().1 {
        canvas.coloured((x + gap, y), Anchor::Left, text, GREY);
    } else {
        canvas.coloured((x - gap, y), Anchor::Right, text, GREY);
    }
}

fn guess_text(guess: Duration) -> String {
    format!("your guess {}", seconds(guess))
}

fn bound_text(bound: Duration) -> String {
    format!("bound {}", seconds(bound))
}

fn caption(comparison: &Comparison, rows: &[Row<'_>]) -> String {
    let samples = rows.iter().map(|row| row.measurement.samples.len()).max().unwrap_or(0);
    let mut parts = vec![match samples {
        1 => format!("One run each; {}.", machine()),
        _ => format!("Bar and tick: median of {samples} runs, all samples as dots; {}.", machine()),
    }];
    if rows.len() > 1 {
        parts.push(format!("In brackets: speed-up over {}.", rows[0].measurement.label()));
    }
    if rows.iter().any(|row| row.bound.is_some()) {
        let bound =
            "Bound: the work shared by the workers, or the longest job; no schedule is quicker.";
        parts.push(bound.to_owned());
    }
    parts.extend(comparison.notes.iter().map(|note| format!("{}.", note.trim_end_matches('.'))));
    parts.join(" ")
}

fn alt(comparison: &Comparison, rows: &[Row<'_>]) -> String {
    let models = count(rows.len(), "measurement");
    let mut lines = vec![format!("Bars of {models} of {}.", comparison.title)];
    lines.extend(rows.iter().map(|row| {
        let samples = &row.measurement.samples;
        let (shortest, longest) = row.measurement.range();
        let mut parts = vec![format!("median {}", row.result)];
        if samples.len() > 1 {
            let range = format!("{} to {}", seconds(shortest), seconds(longest));
            parts.push(format!("{} from {range}", count(samples.len(), "run")));
        }
        parts.extend(row.bound.map(bound_text));
        parts.extend(row.guess.map(guess_text));
        format!("{}: {}.", row.measurement.label(), parts.join(", "))
    }));
    lines.join("\n")
}
