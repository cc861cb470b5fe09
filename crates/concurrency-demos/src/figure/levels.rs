//! How long queues are over time, and how much memory is held.

use std::time::Duration;

use super::axis::{AXIS_HEIGHT, Axis, Tick};
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::labels::placed;
use super::palette::Shade;
use super::{Figure, machine};
use crate::format::{bytes, thousands};
use crate::labs::{Curve, Levels};

const TITLE: i32 = 34;
const HEIGHT: i32 = 130;
const GAP: i32 = 12;
/// A curve is drawn through so many points at the most.
const MOST_POINTS: usize = 250;

/// Seconds across, from the first note of each queue on: its length above, the memory by which
/// the process has grown below.
#[must_use]
pub fn levels(record: &Levels) -> Figure {
    let curves = record.curves();
    let last = curves.iter().filter_map(|curve| curve.lengths.last()).map(|(at, _)| *at).max();
    let Some(last) = last else {
        return Figure::of_nothing("No queue was noted.");
    };
    let panels = [lengths(&curves), memories(&curves)];
    let panels: Vec<&Panel> = panels.iter().filter(|panel| !panel.lines.is_empty()).collect();
    let ends = panels.iter().flat_map(|panel| &panel.lines).map(|line| width(&line.end));
    let labels = panels.iter().flat_map(|panel| (panel.ticks)(&panel.axis((1, 0))));
    let left = labels.map(|tick| width(&tick.label)).max().unwrap_or(0) + 16;
    let time = Axis::linear(last.as_secs_f64(), (left, WIDTH - ends.max().unwrap_or(0) - 20));
    let bottom = (TITLE + HEIGHT + GAP) * panels.len() as i32 - GAP;
    let svg = canvas::draw(bottom + AXIS_HEIGHT, |canvas| {
        for (nth, panel) in panels.iter().enumerate() {
            panel.draw(canvas, &time, (TITLE + HEIGHT + GAP) * nth as i32);
        }
        time.draw(canvas, bottom, &format!("{} from the first note of each", time.unit()));
    });
    Figure::new(svg, alt(&curves), caption())
}

struct Panel {
    title: &'static str,
    lines: Vec<Line>,
    ticks: fn(&Axis) -> Vec<Tick>,
}

struct Line {
    points: Vec<(Duration, f64)>,
    shade: Shade,
    end: String,
}

fn lengths(curves: &[Curve]) -> Panel {
    let points = |curve: &Curve| curve.lengths.iter().map(|(at, n)| (*at, *n as f64)).collect();
    let lines = lines(curves, points, |value| thousands(value as usize));
    Panel { title: "Length of the queue", lines, ticks: |axis| axis.number_ticks(5) }
}

fn memories(curves: &[Curve]) -> Panel {
    let points = |curve: &Curve| curve.memory.iter().map(|(at, n)| (*at, *n as f64)).collect();
    let lines = lines(curves, points, |value| bytes(value as u64));
    Panel { title: "Memory by which the process has grown", lines, ticks: mebibytes }
}

/// A line for each curve that has points, with its name and its last value at the end.
fn lines(
    curves: &[Curve],
    points: impl Fn(&Curve) -> Vec<(Duration, f64)>,
    told: impl Fn(f64) -> String,
) -> Vec<Line> {
    let line = |(nth, curve): (usize, &Curve)| {
        let points = points(curve);
        let end = format!("{} {}", curve.name, told(points.last()?.1));
        Some(Line { points, shade: Shade::nth(nth), end })
    };
    curves.iter().enumerate().filter_map(line).collect()
}

/// Whole numbers of MiB.
fn mebibytes(axis: &Axis) -> Vec<Tick> {
    let most = axis.longest().as_secs_f64();
    let steps = [1_u64, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].map(|mib| mib << 20);
    let step = steps.into_iter().find(|step| most / *step as f64 <= 5.0).unwrap_or(1 << 33);
    let values = (0..).map(|nth| nth * step).take_while(|value| *value as f64 <= most);
    values.map(|value| Tick { at: axis.at(value as f64), label: bytes(value) }).collect()
}

impl Panel {
    fn axis(&self, pixels: (i32, i32)) -> Axis {
        let values = self.lines.iter().flat_map(|line| &line.points).map(|(_, value)| *value);
        Axis::linear(values.fold(1.0, f64::max) * 1.05, pixels)
    }

    fn draw(&self, canvas: &Canvas<'_>, time: &Axis, top: i32) {
        canvas.heading((8, top + TITLE / 2), self.title);
        let (highest, bottom) = (top + TITLE, top + TITLE + HEIGHT);
        let axis = self.axis((bottom, highest));
        axis.draw_upright(canvas, &(self.ticks)(&axis), time.pixels());
        let mut ends = Vec::new();
        for line in &self.lines {
            let at = |(at, value): &(Duration, f64)| (time.at_time(*at), axis.at(*value));
            let all: Vec<_> = line.points.iter().map(at).collect();
            let mut drawn: Vec<_> =
                all.iter().step_by(all.len().div_ceil(MOST_POINTS)).copied().collect();
            drawn.extend(all.last());
            canvas.line(&drawn, line.shade.fill, 2);
            ends.extend(all.last().map(|(_, y)| (*y, line)));
        }
        for (_, y, line) in placed(ends, highest, bottom - TEXT / 2) {
            let at = (time.pixels().1 + 8, y);
            canvas.coloured(at, Anchor::Left, &line.end, line.shade.ink);
        }
    }
}

fn caption() -> String {
    format!(
        "One run each; beside each line how much it was at the end. Memory: heap and stacks of this \
         process, in whole pages. {}.",
        machine()
    )
}

fn alt(curves: &[Curve]) -> String {
    let mut lines = vec!["Length of queues and memory over time.".to_owned()];
    lines.extend(curves.iter().map(|curve| format!("{}.", curve.told())));
    lines.join("\n")
}
