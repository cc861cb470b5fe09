//! Axes of time, or of another amount: linear from zero, or logarithmic.

use std::ops::Range;
use std::time::Duration;

use plotters::coord::combinators::{IntoLogRange, LogCoord};
use plotters::coord::ranged1d::{BoldPoints, Ranged};
use plotters::coord::types::RangedCoordf64;

use super::canvas::{Anchor, Canvas};
use super::palette::{FAINT, GREY};
use crate::format::{bytes, thousands};

/// A range of seconds on a range of pixels.
pub(super) struct Axis {
    scale: Scale,
    pixels: (i32, i32),
}

enum Scale {
    Linear(RangedCoordf64),
    Log(LogCoord<f64>),
}

/// What a horizontal axis needs below its line.
pub(super) const AXIS_HEIGHT: i32 = 48;

/// A place on an axis that is named.
pub(super) struct Tick {
    pub at: i32,
    pub label: String,
}

/// The least memory on a log axis: less than a page cannot be measured, and zero has no logarithm.
pub(super) const PAGE: f64 = 4096.0;

/// The shortest time that a log axis shows: zero has no logarithm.
const SHORTEST: f64 = 1e-9;

impl Axis {
    /// From zero to `longest`.
    pub fn linear(longest: f64, pixels: (i32, i32)) -> Axis {
        Axis { scale: Scale::Linear((0.0..longest.max(SHORTEST)).into()), pixels }
    }

    /// From the 1, 2 or 5 below `shortest` to a little more than `longest`.
    pub fn log(shortest: f64, longest: f64, pixels: (i32, i32)) -> Axis {
        let shortest = shortest.max(SHORTEST);
        let decade = 10f64.powf(shortest.log10().floor());
        let steps = [5.0, 2.0, 1.0].map(|step| step * decade);
        let first = steps.into_iter().find(|step| *step < shortest * 0.9);
        let range = first.unwrap_or(decade / 2.0)..longest.max(shortest) * 1.15;
        Axis { scale: Scale::Log(range.log_scale().into()), pixels }
    }

    /// Where a time stands. What lies outside the range stands at its edge.
    pub fn at(&self, seconds: f64) -> i32 {
        let seconds = seconds.clamp(self.range().start, self.range().end);
        match &self.scale {
            Scale::Linear(scale) => scale.map(&seconds, self.pixels),
            Scale::Log(scale) => scale.map(&seconds, self.pixels),
        }
    }

    /// Where a time stands, as [`Axis::at`].
    pub fn at_time(&self, time: Duration) -> i32 {
        self.at(time.as_secs_f64())
    }

    /// The longest time that it shows.
    pub fn longest(&self) -> Duration {
        Duration::from_secs_f64(self.range().end)
    }

    fn range(&self) -> Range<f64> {
        match &self.scale {
            Scale::Linear(scale) => scale.range(),
            Scale::Log(scale) => scale.range(),
        }
    }

    /// The pixels from its start to its end.
    pub fn pixels(&self) -> (i32, i32) {
        self.pixels
    }

    /// Draws it horizontally at the bottom of a figure, its name below it.
    pub fn draw(&self, canvas: &Canvas<'_>, y: i32, name: &str) {
        let (start, end) = self.pixels;
        canvas.line(&[(start, y), (end, y)], GREY, 1);
        for tick in self.ticks(8) {
            canvas.line(&[(tick.at, y), (tick.at, y + 5)], GREY, 1);
            canvas.coloured((tick.at, y + 16), Anchor::Middle, &tick.label, GREY);
        }
        canvas.coloured(((start + end) / 2, y + 36), Anchor::Middle, name, GREY);
    }

    /// Draws it upright, these ticks of it: a faint line from `left` to `right` at each, its
    /// label before that, and a firm line at its start.
    pub fn draw_upright(&self, canvas: &Canvas<'_>, ticks: &[Tick], (left, right): (i32, i32)) {
        for tick in ticks {
            canvas.line(&[(left, tick.at), (right, tick.at)], FAINT, 1);
            canvas.coloured((left - 8, tick.at), Anchor::Right, &tick.label, GREY);
        }
        canvas.line(&[(left, self.pixels.0), (right, self.pixels.0)], GREY, 1);
    }

    /// Draws vertical grid lines from `top` to `bottom`.
    pub fn draw_grid(&self, canvas: &Canvas<'_>, top: i32, bottom: i32) {
        for tick in self.ticks(8) {
            canvas.line(&[(tick.at, top), (tick.at, bottom)], FAINT, 1);
        }
    }

    pub fn is_log(&self) -> bool {
        matches!(self.scale, Scale::Log(_))
    }

    /// The unit of a linear axis; a log axis has one at each tick.
    pub fn unit(&self) -> &'static str {
        match &self.scale {
            Scale::Linear(scale) => unit(scale.range().end).0,
            Scale::Log(_) => "",
        }
    }

    /// Round values, at the most about `most` of them.
    pub fn ticks(&self, most: usize) -> Vec<Tick> {
        match &self.scale {
            Scale::Linear(scale) => {
                let (_, factor) = unit(scale.range().end);
                let values = scale.key_points(BoldPoints(most));
                let decimals = values.get(1).map_or(0, |step| decimals(step * factor));
                self.named(&values, |value| format!("{:.decimals$}", value * factor))
            }
            Scale::Log(scale) => self.named(&log_steps(&scale.range(), most), with_unit),
        }
    }

    /// Powers of two on an axis of bytes: 64 B, 1 KiB, 16 KiB and so on.
    pub fn byte_ticks(&self) -> Vec<Tick> {
        let steps = (6..42).step_by(4).map(|exponent| 1_u64 << exponent);
        let inside = steps.filter(|step| self.range().contains(&(*step as f64)));
        inside.map(|step| Tick { at: self.at(step as f64), label: bytes(step) }).collect()
    }

    /// Round numbers of things, in groups of three digits, with decimals where they need some.
    pub fn number_ticks(&self, most: usize) -> Vec<Tick> {
        let values = match &self.scale {
            Scale::Linear(scale) => scale.key_points(BoldPoints(most)),
            Scale::Log(scale) => log_steps(&scale.range(), most),
        };
        let label = |value: f64| match value.fract() == 0.0 {
            true => thousands(value as usize),
            false => format!("{value:.decimals$}", decimals = decimals(value)),
        };
        self.named(&values, label)
    }

    fn named(&self, values: &[f64], label: impl Fn(f64) -> String) -> Vec<Tick> {
        values.iter().map(|value| Tick { at: self.at(*value), label: label(*value) }).collect()
    }
}

/// 1, 2 and 5 times the powers of ten in the range, or the powers alone.
/// Plotters' own key points of a log axis are too many for a label each.
fn log_steps(range: &Range<f64>, most: usize) -> Vec<f64> {
    let decades = range.start.log10().floor() as i32..=range.end.log10().ceil() as i32;
    let values = |steps: &[f64]| -> Vec<f64> {
        let all =
            decades.clone().flat_map(|decade| steps.iter().map(move |s| s * 10f64.powi(decade)));
        all.filter(|v| *v >= range.start * 0.999 && *v <= range.end).collect()
    };
    let choices = [&[1.0, 2.0, 5.0][..], &[1.0, 3.0][..], &[1.0][..]].map(values);
    let fitting = choices.iter().find(|values| values.len() <= most);
    fitting.unwrap_or(&choices[2]).clone()
}

/// Whole seconds are kept down to a tenth: 0.2 s reads better than 200 ms
/// where the next panel needs 5 s.
fn unit(longest: f64) -> (&'static str, f64) {
    match longest {
        v if v >= 0.1 => ("seconds", 1.0),
        v if v >= 1e-4 => ("milliseconds", 1e3),
        _ => ("microseconds", 1e6),
    }
}

/// How many decimals a round number needs.
fn decimals(step: f64) -> usize {
    let whole = |decimals: &usize| {
        let shifted = step * 10f64.powi(*decimals as i32);
        (shifted - shifted.round()).abs() < 1e-6
    };
    (0..6).find(whole).unwrap_or(6)
}

fn with_unit(value: f64) -> String {
    let (value, unit) = match value * 1.001 {
        v if v >= 1.0 => (value, "s"),
        v if v >= 1e-3 => (value * 1e3, "ms"),
        v if v >= 1e-6 => (value * 1e6, "us"),
        _ => (value * 1e9, "ns"),
    };
    format!("{} {unit}", thousands(value.round() as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis, most: usize) -> Vec<String> {
        axis.ticks(most).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn a_linear_axis_begins_at_zero_and_names_its_unit() {
        let axis = Axis::linear(1.05, (100, 700));
        assert_eq!((axis.at(0.0), axis.at(1.05), axis.unit()), (100, 700, "seconds"));
        assert_eq!(labels(&axis, 6)[..3], ["0.0", "0.2", "0.4"]);
        let short = Axis::linear(0.004, (0, 100));
        assert_eq!((labels(&short, 5)[1].as_str(), short.unit()), ("1", "milliseconds"));
    }

    #[test]
    fn a_log_axis_is_even_in_decades_and_survives_zero() {
        let axis = Axis::log(0.01, 10.0, (0, 700));
        let decade = axis.at(1.0) - axis.at(0.1);
        assert!((decade - (axis.at(10.0) - axis.at(1.0))).abs() <= 1);
        assert_eq!(labels(&axis, 5), ["10 ms", "100 ms", "1 s", "10 s"]);
        assert_eq!(axis.at(0.0), 0);
        assert!(!labels(&Axis::log(0.0, 0.0, (0, 100)), 5).is_empty());
    }

    #[test]
    fn few_decades_get_steps_between() {
        let axis = Axis::log(0.012, 0.09, (0, 700));
        assert_eq!(labels(&axis, 9), ["10 ms", "20 ms", "50 ms", "100 ms"]);
    }

    #[test]
    fn large_numbers_are_grouped_and_bytes_have_their_units() {
        let axis = Axis::log(100.0, 100_000.0, (700, 0));
        assert_eq!(labels(&axis, 5).last().unwrap(), "100,000 s");
        let axis = Axis::linear(20_000_000.0, (0, 100));
        let ticks: Vec<_> = axis.number_ticks(6).into_iter().map(|tick| tick.label).collect();
        assert_eq!(ticks[..2], ["0", "5,000,000"]);
        let axis = Axis::log(100.0, 100_000.0, (700, 0));
        let ticks: Vec<_> = axis.byte_ticks().into_iter().map(|tick| tick.label).collect();
        assert_eq!(ticks, ["64 B", "1 KiB", "16 KiB"]);
    }
}
