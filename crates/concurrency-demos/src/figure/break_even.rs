//! From which size of a job on a model pays: a line for each model.

use super::axis::Axis;
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::labels::placed;
use super::palette::{GREY, Shade, WHITE};
use super::{Figure, count, machine};
use crate::format::seconds;
use crate::labs::{BreakEven, PAYS, Samples};
use crate::record::Model;

const HEIGHT: i32 = 340;
/// The height of a note on a model that pays, above the lines.
const NOTE: i32 = TEXT + 7;
const BELOW: i32 = 48;
const LEFT: i32 = 84;

/// Where the lines are drawn.
struct Plot<'a> {
    record: &'a BreakEven,
    /// Wall time, from the bottom up.
    time: Axis,
    /// From the first size to the last.
    sizes: (i32, i32),
    bottom: i32,
}

/// Size across, wall time on a log axis, a line for each model.
///
/// A vertical line marks the size from which on a model is always quicker than
/// the first one.
#[must_use]
pub fn break_even(record: &BreakEven) -> Figure {
    let times = record.series.iter().flat_map(|(_, times)| times);
    let times = times.map(|samples| samples.median().as_secs_f64());
    let (shortest, longest) =
        times.fold((f64::INFINITY, 0.0), |(min, max), time| (time.min(min), time.max(max)));
    if record.sizes.is_empty() || longest == 0.0 {
        return Figure::of_nothing("No size was measured.");
    }
    let names = record.series.iter().map(|(model, _)| width(&model.to_string()));
    let right = WIDTH - names.max().unwrap_or(0) - 30;
    let top = 20 + NOTE * paying(record).len() as i32;
    let bottom = top + HEIGHT;
    let time = Axis::log(shortest, longest, (bottom, top));
    let plot = Plot { record, time, sizes: (LEFT + 12, right), bottom };
    let svg = canvas::draw(bottom + BELOW, |canvas| {
        plot.draw_axes(canvas);
        plot.draw_notes(canvas);
        plot.draw_lines(canvas);
        plot.draw_names(canvas);
    });
    Figure::new(svg, alt(record), caption(record))
}

/// The models that pay, with the size from which on they do.
fn paying(record: &BreakEven) -> Vec<(Model, u32)> {
    let models = record.series.iter().skip(1).map(|(model, _)| *model);
    models.filter_map(|model| Some((model, record.pays_from(model)?))).collect()
}

impl Plot<'_> {
    fn x(&self, size: u32) -> i32 {
        let sizes = &self.record.sizes;
        let first = sizes.iter().min().copied().unwrap_or(size);
        let last = sizes.iter().max().copied().unwrap_or(size);
        let part = f64::from(size - first) / f64::from((last - first).max(1));
        self.sizes.0 + (part * f64::from(self.sizes.1 - self.sizes.0)).round() as i32
    }

    fn draw_axes(&self, canvas: &Canvas<'_>) {
        self.time.draw_upright(canvas, &self.time.ticks(10), (LEFT, self.sizes.1));
        let mut free_from = 0;
        for size in &self.record.sizes {
            let (x, label) = (self.x(*size), size.to_string());
            canvas.line(&[(x, self.bottom), (x, self.bottom + 5)], GREY, 1);
            if x - width(&label) / 2 >= free_from {
                canvas.coloured((x, self.bottom + 16), Anchor::Middle, &label, GREY);
                free_from = x + width(&label) / 2 + 6;
            }
        }
        let middle = (LEFT + self.sizes.1) / 2;
        let name = "n of the two jobs fib(n); wall time upwards, log scale";
        canvas.coloured((middle, self.bottom + 36), Anchor::Middle, name, GREY);
    }

    /// A vertical line where a model begins to pay, under its note. Each note
    /// has its own row above the plot; lines of other notes pass behind it.
    fn draw_notes(&self, canvas: &Canvas<'_>) {
        let paying = paying(self.record);
        let place = |row: usize, size| (self.x(size), 14 + NOTE * row as i32);
        for (row, (model, size)) in paying.iter().enumerate() {
            let (x, y) = place(row, *size);
            canvas.line(&[(x, y), (x, self.bottom)], Shade::of(*model).ink, 1);
        }
        for (row, (model, size)) in paying.iter().enumerate() {
            let ((x, y), text) = (place(row, *size), pays_text(*model, *size));
            let fits = x + 8 + width(&text) <= WIDTH;
            let (at, anchor) = if fits { (x + 8, Anchor::Left) } else { (x - 8, Anchor::Right) };
            let left = if fits { at } else { at - width(&text) };
            canvas.rect((left, y - NOTE / 2), (left + width(&text), y + NOTE / 2), WHITE);
            canvas.coloured((at, y), anchor, &text, Shade::of(*model).ink);
        }
    }

    fn draw_lines(&self, canvas: &Canvas<'_>) {
        for (model, times) in &self.record.series {
            let shade = Shade::of(*model);
            let points = self.record.sizes.iter().zip(times);
            let points: Vec<_> =
                points.map(|(n, times)| (self.x(*n), self.time.at_time(times.median()))).collect();
            canvas.line(&points, shade.fill, 3);
            for point in points {
                canvas.dot(point, 4, shade.ink, shade.fill);
            }
        }
    }

    /// The name of each line at its end, moved apart where ends are close.
    fn draw_names(&self, canvas: &Canvas<'_>) {
        let ends =
            self.record.series.iter().filter_map(|(model, times)| {
                Some((self.time.at_time(times.last()?.median()), *model))
            });
        for (end, y, model) in placed(ends, TEXT, self.bottom) {
            let ink = Shade::of(model).ink;
            canvas.line(&[(self.sizes.1 + 7, end), (self.sizes.1 + 18, y)], ink, 1);
            canvas.coloured((self.sizes.1 + 22, y), Anchor::Left, &model.to_string(), ink);
        }
    }
}

fn pays_text(model: Model, size: u32) -> String {
    format!("{model}: quicker from n = {size}")
}

fn caption(record: &BreakEven) -> String {
    let baseline = record.series[0].0;
    let margin = 100.0 * (1.0 - PAYS);
    let rest = match paying(record).len() {
        0 => format!("No model stays quicker than {baseline} by {margin:.0} %."),
        _ => format!(
            "Vertical line: from there on always at least {margin:.0} % quicker than {baseline}."
        ),
    };
    let runs = record.series.iter().flat_map(|(_, times)| times).map(Samples::len).max();
    let runs = count(runs.unwrap_or(0), "run");
    format!("Medians of the wall time of two jobs fib(n), {runs} each; {}. {rest}", machine())
}

fn alt(record: &BreakEven) -> String {
    let mut lines = vec!["Lines of wall time against n of two jobs fib(n).".to_owned()];
    lines.extend(record.series.iter().map(|(model, times)| {
        let points = record.sizes.iter().zip(times);
        let points: Vec<_> =
            points.map(|(n, times)| format!("{n} in {}", seconds(times.median()))).collect();
        format!("{model}: {}.", points.join(", "))
    }));
    lines.extend(paying(record).into_iter().map(|(model, n)| format!("{}.", pays_text(model, n))));
    lines.join("\n")
}
