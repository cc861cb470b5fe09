//! More and more tasks, threads and processes: time above, memory below, on log axes.

use super::axis::{Axis, PAGE, Tick};
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::palette::{GREY, Shade};
use super::{Figure, machine};
use crate::format::{memory, seconds, thousands};
use crate::labs::{Scale, Started};
use crate::record::Kind;

const TITLE: i32 = 34;
const HEIGHT: i32 = 190;
const PANEL: i32 = TITLE + HEIGHT + 34;
const BELOW: i32 = 22;
const LEFT: i32 = 76;

/// How many across, one panel for the time until all were up and one for the memory, a line for
/// each kind. A line ends where its kind ends.
#[must_use]
pub fn scale(record: &Scale) -> Figure {
    let all = || record.kinds().into_iter().flat_map(|(.., started)| started);
    let (Some(fewest), Some(most)) =
        (all().map(|it| it.count).min(), all().map(|it| it.count).max())
    else {
        return Figure::of_nothing("Nothing was started.");
    };
    let right = WIDTH - width("processes 000 MiB") - 10;
    let across = Axis::log(fewest as f64, most as f64, (LEFT, right));
    let svg = canvas::draw(2 * PANEL + BELOW, |canvas| {
        for (panel, top) in [times(record), memories(record)].iter().zip([0, PANEL]) {
            panel.draw(canvas, &across, top);
        }
        let middle = ((LEFT + right) / 2, 2 * PANEL + 4);
        canvas.coloured(middle, Anchor::Middle, "how many at the same time", GREY);
    });
    Figure::new(svg, alt(record), caption(record))
}

struct Panel {
    title: &'static str,
    lines: Vec<Line>,
    ticks: fn(&Axis) -> Vec<Tick>,
}

struct Line {
    shade: Shade,
    points: Vec<(usize, f64)>,
    end: String,
}

fn times(record: &Scale) -> Panel {
    let value = |started: &Started| Some((started.wall.as_secs_f64(), seconds(started.wall)));
    let title = "Time until all were up; of tasks, until all had ended";
    Panel { title, lines: lines(record, &value), ticks: |axis| axis.ticks(8) }
}

fn memories(record: &Scale) -> Panel {
    let value =
        |started: &Started| Some(((started.memory? as f64).max(PAGE), memory(started.memory)));
    let title = "Memory that they hold";
    Panel { title, lines: lines(record, &value), ticks: Axis::byte_ticks }
}

/// The line of each kind through what is known of it.
fn lines(record: &Scale, value: &dyn Fn(&Started) -> Option<(f64, String)>) -> Vec<Line> {
    let line = |(name, kind, all): (&str, Kind, &[Started])| {
        let known: Vec<_> = all.iter().filter_map(|it| Some((it.count, value(it)?))).collect();
        let (_, (_, text)) = known.last()?;
        let end = format!("{name} {text}");
        let points = known.iter().map(|(count, (value, _))| (*count, *value)).collect();
        Some(Line { shade: Shade::of(kind), points, end })
    };
    record.kinds().into_iter().filter_map(line).collect()
}

impl Panel {
    fn draw(&self, canvas: &Canvas<'_>, across: &Axis, top: i32) {
        canvas.heading((8, top + TITLE / 2), self.title);
        let (highest, bottom) = (top + TITLE, top + TITLE + HEIGHT);
        let values = || self.lines.iter().flat_map(|line| &line.points).map(|(_, value)| *value);
        let (Some(least), Some(most)) = (values().reduce(f64::min), values().reduce(f64::max))
        else {
            let why = "This system does not tell: not measured.";
            return canvas.coloured((LEFT, top + PANEL / 2), Anchor::Left, why, GREY);
        };
        let upwards = Axis::log(least, most, (bottom, highest));
        upwards.draw_upright(canvas, &(self.ticks)(&upwards), across.pixels());
        for count in (1..=6).map(|power| 10_usize.pow(power)) {
            let x = across.at(count as f64);
            canvas.line(&[(x, bottom), (x, bottom + 5)], GREY, 1);
            canvas.coloured((x, bottom + 16), Anchor::Middle, &thousands(count), GREY);
        }
        self.lines.iter().for_each(|line| line.draw(canvas, across, &upwards));
    }
}

impl Line {
    /// The words stand beside its last point, or above it where others go on.
    fn draw(&self, canvas: &Canvas<'_>, across: &Axis, upwards: &Axis) {
        let at = |(count, value): &(usize, f64)| (across.at(*count as f64), upwards.at(*value));
        let points: Vec<_> = self.points.iter().map(at).collect();
        canvas.line(&points, self.shade.fill, 3);
        points.iter().for_each(|at| canvas.dot(*at, 4, self.shade.ink, self.shade.fill));
        let Some((x, y)) = points.last() else { return };
        let (x, y, anchor) = match across.pixels().1 - x > width(&self.end) {
            true => (x + 4, y - TEXT, Anchor::Right),
            false => (x + 8, *y, Anchor::Left),
        };
        canvas.coloured((x, y), anchor, &self.end, self.shade.ink);
    }
}

fn caption(record: &Scale) -> String {
    let mut parts = vec![format!("One run each; {}.", machine())];
    if let Some(why) = &record.end_of_tasks {
        parts.push(format!("Tasks: {why}."));
    }
    parts.push(format!("Threads: {}.", record.end_of_threads));
    if let Some(why) = &record.end_of_processes {
        parts.push(format!("Processes: {why}."));
    }
    if let Some((threads, why)) = &record.refused {
        let threads = thousands(*threads);
        parts.push(format!(
            "A process with 4 GiB of address space got {threads} threads; to the next one the \
             system said: {why}."
        ));
    }
    parts.join(" ")
}

fn alt(record: &Scale) -> String {
    let mut lines = vec!["Time and memory of more and more tasks, threads, processes.".to_owned()];
    lines.extend(record.kinds().map(|(name, _, all)| {
        let told = |it: &Started| {
            let (count, wall) = (thousands(it.count), seconds(it.wall));
            format!("{count}: {wall}, {}", memory(it.memory))
        };
        format!("{name}: {}.", all.iter().map(told).collect::<Vec<_>>().join("; "))
    }));
    lines.join("\n")
}
