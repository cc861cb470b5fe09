//! One amount in several runs, or turns: a dot for each, of several series.

use super::axis::{Axis, Tick};
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::labels::placed;
use super::palette::{GREY, Shade};
use super::{Figure, machine};
use crate::format::{label, ratio, thousands};

const TOP: i32 = 36;
const HEIGHT: i32 = 220;
const BELOW: i32 = 48;
/// From the axis to the first dot, and from the last one to the names.
const ROOM: i32 = 24;
/// How far series stand apart where they share a run.
const STEP: i32 = 6;
/// More values than these are not told one by one in the alt text.
const MOST_TOLD: usize = 40;

/// A dot for each value: runs across, amounts upwards from zero, a colour for each series.
///
/// `across` names one run, `upwards` the amount. `all` is the amount that would be there if
/// nothing were missing, a dashed line.
///
/// ```
/// use concurrency_demos::figure;
///
/// let (lost, kept) = (vec![1_034.0, 980.0], vec![2_000.0, 2_000.0]);
/// let series = [("load, store", &lost[..]), ("fetch_add", &kept[..])];
/// let figure = figure::dots("run", "additions left", Some(2_000.0), &series);
/// assert!(figure.alt().contains("fetch_add: 2,000, 2,000."));
/// ```
#[must_use]
pub fn dots(across: &str, upwards: &str, all: Option<f64>, series: &[(&str, &[f64])]) -> Figure {
    let (across, upwards) = (&*label(across), &*label(upwards));
    let names: Vec<String> = series.iter().map(|(name, _)| label(name)).collect();
    let series: Vec<_> = names.iter().zip(series).map(|(name, (_, of))| (&**name, *of)).collect();
    let series = &series[..];
    let runs = series.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    if runs == 0 {
        return Figure::of_nothing("No run was counted.");
    }
    let values = series.iter().flat_map(|(_, values)| values.iter()).copied();
    let most = values.chain(all).filter(|value| value.is_finite()).fold(0.0, f64::max);
    let amount = Axis::linear(if most > 0.0 { most * 1.05 } else { 1.0 }, (TOP + HEIGHT, TOP));
    let ticks = amount.number_ticks(6);
    let left = ticks.iter().map(|tick| width(&tick.label)).max().unwrap_or(0) + 16;
    let names = series.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let plot = Plot { amount, left, right: WIDTH - names - 30, runs, series };
    let svg = canvas::draw(TOP + HEIGHT + BELOW, |canvas| {
        plot.draw_axes(canvas, &ticks, across, upwards);
        if let Some(all) = all {
            plot.draw_all(canvas, all);
        }
        for nth in 0..series.len() {
            plot.draw_dots(canvas, nth);
        }
        plot.draw_names(canvas);
    });
    Figure::new(svg, alt(across, upwards, all, series), caption(across, all))
}

struct Plot<'a> {
    amount: Axis,
    left: i32,
    right: i32,
    runs: usize,
    series: &'a [(&'a str, &'a [f64])],
}

impl Plot<'_> {
    /// Where a run stands, counted from zero.
    fn x(&self, run: usize) -> i32 {
        let (first, last) = (self.left + ROOM, self.right - ROOM);
        let steps = (self.runs - 1).max(1);
        first + (run as f64 / steps as f64 * f64::from(last - first)).round() as i32
    }

    fn draw_axes(&self, canvas: &Canvas<'_>, ticks: &[Tick], across: &str, upwards: &str) {
        canvas.coloured((8, 12), Anchor::Left, upwards, GREY);
        self.amount.draw_upright(canvas, ticks, (self.left, self.right));
        let bottom = TOP + HEIGHT;
        for run in (0..self.runs).step_by(self.runs.div_ceil(10)) {
            let x = self.x(run);
            canvas.line(&[(x, bottom), (x, bottom + 5)], GREY, 1);
            canvas.coloured((x, bottom + 16), Anchor::Middle, &(run + 1).to_string(), GREY);
        }
        let middle = (self.left + self.right) / 2;
        canvas.coloured((middle, bottom + 36), Anchor::Middle, across, GREY);
    }

    fn draw_all(&self, canvas: &Canvas<'_>, all: f64) {
        let y = self.amount.at(all);
        canvas.dashed(&[(self.left, y), (self.right, y)], 6, GREY);
        let text = format!("all: {}", number(all));
        canvas.coloured((self.right - 4, y - 10), Anchor::Right, &text, GREY);
    }

    fn draw_dots(&self, canvas: &Canvas<'_>, nth: usize) {
        let shade = Shade::nth(nth);
        let aside = STEP * nth as i32 - STEP * (self.series.len() as i32 - 1) / 2;
        for (run, value) in self.series[nth].1.iter().enumerate() {
            let at = (self.x(run) + aside, self.amount.at(*value));
            canvas.dot(at, 4, shade.ink, shade.fill);
        }
    }

    /// The name of each series beside its last dot, moved apart where these are close.
    fn draw_names(&self, canvas: &Canvas<'_>) {
        let last = |(nth, (name, values)): (usize, &(&str, &[f64]))| {
            Some((self.amount.at(*values.last()?), (nth, (*name).to_owned())))
        };
        let ends = self.series.iter().enumerate().filter_map(last);
        for (_, y, (nth, name)) in placed(ends, TEXT / 2, TOP + HEIGHT) {
            canvas.dot((self.right + 10, y), 4, Shade::nth(nth).ink, Shade::nth(nth).fill);
            canvas.coloured((self.right + 20, y), Anchor::Left, &name, Shade::nth(nth).ink);
        }
    }
}

/// A whole number in groups of three digits, another one with three figures.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value >= 0.0 { thousands(value as usize) } else { ratio(value) }
}

fn caption(across: &str, all: Option<f64>) -> String {
    let line = all.map_or("", |_| " Dashed line: where nothing is missing.");
    format!("One dot for each {across}.{line} {}.", capitalised(&machine()))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().to_string() + letters.as_str())
}

fn alt(across: &str, upwards: &str, all: Option<f64>, series: &[(&str, &[f64])]) -> String {
    let mut lines = vec![format!("Dots of {upwards}, one for each {across}.")];
    lines.extend(series.iter().map(|(name, values)| {
        if values.len() > MOST_TOLD {
            let (least, most) = values
                .iter()
                .fold((f64::INFINITY, 0.0), |(least, most), v| (v.min(least), v.max(most)));
            return format!("{name}: {} to {}.", number(least), number(most));
        }
        let told: Vec<String> = values.iter().map(|value| number(*value)).collect();
        format!("{name}: {}.", told.join(", "))
    }));
    lines.extend(all.map(|all| format!("Dashed line: all {}.", number(all))));
    lines.join("\n")
}
