//! What one more process, thread and task costs: three panels on log axes.

use std::fmt::Write as _;

use super::axis::{Axis, Tick};
use super::canvas::{self, Anchor, Canvas, WIDTH, width};
use super::labels::placed;
use super::palette::{FAINT, GREY, Shade};
use super::{Figure, machine};
use crate::format::{bytes, seconds};
use crate::labs::{Cost, Costs, PUBLISHED, Published, PublishedCost, Samples};
use crate::record::Kind;

const TITLE: i32 = 34;
const ROW: i32 = 46;
const TICKS: i32 = 30;
const PLOT: i32 = 190;
const LEFT: i32 = 84;
const RIGHT: i32 = WIDTH - 120;

/// Starting one, keeping one, and sending bytes to it and back. Below each
/// measurement of the first two stands what others have published.
#[must_use]
pub fn costs(costs: &Costs) -> Figure {
    let starts = costs.kinds().map(|(_, cost)| Some(seconds_of(&cost.starts)));
    let start = Scale {
        title: "Start one, until its first answer",
        values: starts,
        told: costs.kinds().map(|(_, cost)| seconds(cost.start())),
        published: PUBLISHED.each_ref().map(|PublishedCost { start, .. }| start),
    };
    let memory = Scale {
        title: "Keep one waiting: memory of its own",
        values: costs.kinds().map(|(_, cost)| cost.memory.map(|bytes| vec![bytes as f64])),
        told: costs.kinds().map(|(_, cost)| cost.memory_told()),
        published: PUBLISHED.each_ref().map(|PublishedCost { memory, .. }| memory),
    };
    let panel = TITLE + 3 * ROW + TICKS;
    let svg = canvas::draw(2 * panel + TITLE + PLOT + TICKS + 22, |canvas| {
        start.draw(canvas, 0, |axis| axis.ticks(7));
        memory.draw(canvas, panel, Axis::byte_ticks);
        draw_transfer(canvas, costs, 2 * panel);
    });
    Figure::new(svg, alt(costs), caption())
}

fn seconds_of(samples: &Samples) -> Vec<f64> {
    let mut all: Vec<f64> = samples.iter().map(|time| time.as_secs_f64()).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// The colours of the three kinds are those of their models.
fn shades() -> [Shade; 3] {
    [Kind::Processes, Kind::Threads, Kind::Async].map(Shade::of)
}

/// One row for each kind on a log axis: the median as a dot, the samples as a
/// line, what others published as a bracket below.
struct Scale<'a> {
    title: &'a str,
    /// Sorted samples; `None` where nothing was measured.
    values: [Option<Vec<f64>>; 3],
    told: [String; 3],
    published: [&'a Published; 3],
}

impl Scale<'_> {
    fn axis(&self) -> Axis {
        let published =
            self.published.iter().flat_map(|published| [published.least, published.most]);
        let all = self.values.iter().flatten().flat_map(|samples| spread(samples));
        let all: Vec<f64> = all.chain(published).collect();
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let most = all.iter().copied().fold(0.0, f64::max);
        Axis::log(least, most, (LEFT, RIGHT))
    }

    fn draw(&self, canvas: &Canvas<'_>, top: i32, ticks: impl Fn(&Axis) -> Vec<Tick>) {
        let axis = self.axis();
        let (rows, bottom) = (top + TITLE, top + TITLE + 3 * ROW);
        canvas.heading((8, top + TITLE / 2), self.title);
        for tick in ticks(&axis) {
            canvas.line(&[(tick.at, rows), (tick.at, bottom)], FAINT, 1);
            canvas.coloured((tick.at, bottom + 14), Anchor::Middle, &tick.label, GREY);
        }
        canvas.line(&[(LEFT, bottom), (RIGHT, bottom)], GREY, 1);
        for (row, shade) in shades().into_iter().enumerate() {
            let y = rows + ROW * row as i32 + 14;
            canvas.coloured((LEFT - 10, y), Anchor::Right, KINDS[row], shade.ink);
            canvas.text((RIGHT + 12, y), Anchor::Left, &self.told[row]);
            if let Some(samples) = &self.values[row] {
                draw_samples(canvas, &axis, y, shade, samples);
            }
            draw_published(canvas, &axis, y + 17, self.published[row]);
        }
    }
}

const KINDS: [&str; 3] = ["process", "thread", "task"];

/// The tenth, the half and the nine tenths of sorted samples.
fn spread(samples: &[f64]) -> [f64; 3] {
    let last = samples.len().saturating_sub(1);
    [last / 10, last / 2, last * 9 / 10].map(|at| samples.get(at).copied().unwrap_or_default())
}

fn draw_samples(canvas: &Canvas<'_>, axis: &Axis, y: i32, shade: Shade, samples: &[f64]) {
    let [low, median, high] = spread(samples).map(|value| axis.at(value));
    canvas.rect((low, y - 2), (high.max(low + 1), y + 2), shade.fill);
    canvas.dot((median, y), 6, shade.ink, shade.fill);
}

fn draw_published(canvas: &Canvas<'_>, axis: &Axis, y: i32, published: &Published) {
    let (from, to) = (axis.at(published.least), axis.at(published.most));
    canvas.line(&[(from, y), (to, y)], GREY, 1);
    for x in [from, to] {
        canvas.rect((x - 1, y - 4), (x + 1, y + 4), GREY);
    }
    let text = format!("published: {}", published.text);
    if to + 8 + width(&text) <= RIGHT {
        canvas.coloured((to + 8, y), Anchor::Left, &text, GREY);
    } else {
        canvas.coloured((from - 8, y), Anchor::Right, &text, GREY);
    }
}

/// Bytes across, time upwards, a line for each kind.
fn draw_transfer(canvas: &Canvas<'_>, costs: &Costs, top: i32) {
    let (plot, bottom) = (top + TITLE, top + TITLE + PLOT);
    let points = costs.kinds().into_iter().flat_map(|(_, cost)| &cost.transfer);
    let times: Vec<f64> = points.clone().map(|(_, times)| times.median().as_secs_f64()).collect();
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    let time = Axis::log(least, times.iter().copied().fold(0.0, f64::max), (bottom, plot));
    let largest = points.map(|(size, _)| *size).max().unwrap_or(1);
    let size = Axis::log(1.0, largest as f64, (LEFT, RIGHT));
    canvas.heading((8, top + TITLE / 2), "Send bytes to one that is running, and back");
    for tick in time.ticks(7) {
        canvas.line(&[(LEFT, tick.at), (RIGHT, tick.at)], FAINT, 1);
        canvas.coloured((LEFT - 10, tick.at), Anchor::Right, &tick.label, GREY);
    }
    canvas.line(&[(LEFT, bottom), (RIGHT, bottom)], GREY, 1);
    for (sent, _) in &costs.process.transfer {
        let x = size.at(*sent as f64);
        canvas.line(&[(x, bottom), (x, bottom + 5)], GREY, 1);
        canvas.coloured((x, bottom + 16), Anchor::Middle, &bytes(*sent as u64), GREY);
    }
    let middle = ((LEFT + RIGHT) / 2, bottom + 36);
    canvas.coloured(middle, Anchor::Middle, "bytes sent there and back; time upwards", GREY);
    draw_lines(canvas, costs, &size, &time);
}

fn draw_lines(canvas: &Canvas<'_>, costs: &Costs, size: &Axis, time: &Axis) {
    let mut ends = Vec::new();
    for ((name, cost), shade) in costs.kinds().into_iter().zip(shades()) {
        let at = |(bytes, taken): &(usize, Samples)| {
            (size.at(*bytes as f64), time.at_time(taken.median()))
        };
        let points: Vec<_> = cost.transfer.iter().map(at).collect();
        canvas.line(&points, shade.fill, 3);
        points.iter().for_each(|point| canvas.dot(*point, 4, shade.ink, shade.fill));
        let last = cost.transfer.last().map(|(_, times)| times.median());
        let last = last.map(|time| format!("{name} {}", seconds(time)));
        ends.extend(points.last().zip(last).map(|((x, y), text)| (*y, (*x, text, shade.ink))));
    }
    let (bottom, top) = time.pixels();
    for (_, y, (x, text, ink)) in placed(ends, top, bottom) {
        canvas.coloured((x + 10, y), Anchor::Left, &text, ink);
    }
}

fn caption() -> String {
    let mut text = format!(
        "All axes are log scales: each step is a factor. Dot: median here; its line: the middle \
         eight tenths of the samples; {}. Grey: published figures, measured on other machines.",
        machine()
    );
    for (kind, PublishedCost { start, memory }) in KINDS.iter().zip(&PUBLISHED) {
        let _ = write!(text, " {kind}: {} (start), {} (memory).", start.source, memory.source);
    }
    text
}

fn alt(costs: &Costs) -> String {
    let mut lines = vec!["Costs of one more process, thread and task.".to_owned()];
    let told = |((name, cost), published): ((&str, &Cost), &PublishedCost)| {
        let transfers = cost.transfer.iter();
        let transfers: Vec<_> = transfers
            .map(|(n, times)| format!("{} in {}", bytes(*n as u64), seconds(times.median())))
            .collect();
        format!(
            "{name}: start {} (published {}), memory {} (published {}), there and back {}.",
            seconds(cost.start()),
            published.start.text,
            cost.memory_told(),
            published.memory.text,
            transfers.join(", ")
        )
    };
    lines.extend(costs.kinds().into_iter().zip(&PUBLISHED).map(told));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn cost(micros: u64, memory: Option<u64>) -> Cost {
        let time = Duration::from_micros(micros);
        let transfer = vec![(1, time), (1 << 24, time * 9)];
        let transfer = transfer.into_iter().map(|(n, time)| (n, Samples::from_iter([time])));
        Cost { starts: [time; 3].into_iter().collect(), memory, transfer: transfer.collect() }
    }

    #[test]
    fn every_number_is_in_the_words_and_what_is_unknown_is_said() {
        let figure = costs(&Costs {
            process: cost(1300, Some(2_500_000)),
            thread: cost(16, Some(10_000)),
            task: cost(1, None),
        });
        for part in ["1.30 ms", "16.0 us", "9.77 KiB", "16 MiB in 144 us", "not measured"] {
            assert!(figure.alt().contains(part), "{part} in {}", figure.alt());
        }
        assert!(figure.caption().contains("Kobzol") && figure.svg().contains("not measured"));
        // Five of the six dots of the scales, six of the lines, each with a rim.
        assert_eq!(figure.svg().matches("<circle").count(), 2 * (5 + 6));
    }

    #[test]
    fn the_spread_is_made_of_samples() {
        let samples: Vec<f64> = (0..=10).map(f64::from).collect();
        assert_eq!(spread(&samples), [1.0, 5.0, 9.0]);
        assert_eq!(spread(&[7.0]), [7.0; 3]);
    }
}
