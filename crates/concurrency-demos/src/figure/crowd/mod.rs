//! Breakfast for more and more persons: time above, memory below, on log axes.

mod plot;

use super::axis::{Axis, PAGE, Tick};
use super::canvas::{self, Anchor, WIDTH, width};
use super::palette::{GREY, Shade};
use super::{Figure, machine};
use crate::format::{ratio, seconds, seconds_or_days, thousands};
use crate::labs::{Crowd, Waited};
use crate::record::Model;
use plot::{PANEL, Plot};

const BELOW: i32 = 22;

/// Persons across, one panel for the wall time and one for the memory, a line
/// for each model. The line of the sequence is computed.
#[must_use]
pub fn crowd(record: &Crowd) -> Figure {
    let Some(most) = record.tasks.last() else {
        return Figure::of_nothing("No breakfast was cooked.");
    };
    let panels = [times(record), memories(record)];
    let ends = panels.iter().flat_map(|panel| &panel.lines).map(|line| width(&line.end));
    let right = WIDTH - ends.max().unwrap_or(0) - 24;
    let left = panels.iter().map(Panel::label_width).max().unwrap_or(0) + 16;
    let fewest = record.tasks[0].persons as f64;
    let persons = Axis::log(fewest, most.persons as f64, (left, right));
    let svg = canvas::draw(2 * PANEL + BELOW, |canvas| {
        for (panel, top) in panels.iter().zip([0, PANEL]) {
            Plot { canvas, record, persons: &persons, top }.draw(panel);
        }
        let middle = ((left + right) / 2, 2 * PANEL + 4);
        canvas.coloured(middle, Anchor::Middle, "persons, four dishes each", GREY);
    });
    Figure::new(svg, alt(record), caption(record))
}

/// A line through values at numbers of persons, with the words at its end.
struct Line {
    style: Style,
    shade: Shade,
    points: Vec<(usize, f64)>,
    end: String,
}

/// How a line is drawn: where two lie on each other, both are seen.
#[derive(Clone, Copy)]
enum Style {
    Wide,
    Narrow,
    /// Computed, not measured.
    Dashed,
}

struct Panel {
    title: &'static str,
    lines: Vec<Line>,
    ticks: fn(&Axis) -> Vec<Tick>,
}

impl Panel {
    /// An axis of all values; `None` if there are none.
    fn axis(&self, pixels: (i32, i32)) -> Option<Axis> {
        let values = || self.lines.iter().flat_map(|line| &line.points).map(|(_, value)| *value);
        let most = values().reduce(f64::max)?;
        Some(Axis::log(values().reduce(f64::min)?, most, pixels))
    }

    /// How wide the widest label of that axis is.
    fn label_width(&self) -> i32 {
        let ticks = self.axis((0, 1)).map(|axis| (self.ticks)(&axis)).unwrap_or_default();
        ticks.iter().map(|tick| width(&tick.label)).max().unwrap_or(0)
    }
}

/// The two measured lines, in the order in which they are drawn.
fn measured(record: &Crowd) -> [(&'static str, Style, Model, &[Waited]); 2] {
    [
        ("tasks", Style::Wide, Model::Async, &record.tasks),
        ("threads", Style::Narrow, Model::ThreadPerJob, &record.threads),
    ]
}

/// The words at the end of a measured line.
fn ending(record: &Crowd, name: &str, value: &str) -> String {
    match record.end_of_threads {
        Some(_) if name == "threads" => format!("threads end: {value}"),
        _ => format!("{name} {value}"),
    }
}

fn times(record: &Crowd) -> Panel {
    let in_sequence = |waited: &Waited| record.sequence(waited.persons);
    let point = |waited: &Waited| (waited.persons, in_sequence(waited).as_secs_f64());
    let most = record.tasks.last().map(in_sequence).unwrap_or_default();
    let mut lines = vec![Line {
        style: Style::Dashed,
        shade: Shade::of(Model::Serial),
        points: record.tasks.iter().map(point).collect(),
        end: format!("sequence {}", seconds_or_days(most)),
    }];
    for (name, style, model, measured) in measured(record) {
        let point = |waited: &Waited| (waited.persons, waited.wall.as_secs_f64());
        let end = measured.last().map(|last| ending(record, name, &seconds(last.wall)));
        let points = measured.iter().map(point).collect();
        lines.extend(end.map(|end| Line { style, shade: Shade::of(model), points, end }));
    }
    let title = "Wall time until the last dish is ready (dashed: computed, not run)";
    Panel { title, lines, ticks: |axis| axis.ticks(8) }
}

fn memories(record: &Crowd) -> Panel {
    let mut lines = Vec::new();
    for (name, style, model, measured) in measured(record) {
        let known = || measured.iter().filter(|waited| waited.memory.is_some());
        let point = |waited: &Waited| Some((waited.persons, (waited.memory? as f64).max(PAGE)));
        let end = known().next_back().map(|last| ending(record, name, &last.memory_told()));
        let points = known().filter_map(point).collect();
        lines.extend(end.map(|end| Line { style, shade: Shade::of(model), points, end }));
    }
    Panel { title: "Memory that holds them while they wait", lines, ticks: Axis::byte_ticks }
}

fn caption(record: &Crowd) -> String {
    let ended = record.end_of_threads.as_ref();
    let ended = ended.map_or(String::new(), |why| format!(" Threads end: {why}."));
    format!(
        "All axes are log scales: each step is a factor. Filled dot: one run, with a thread or a \
         task for each dish; time scale {}; {}. Dashed: computed, not run. Memory: heap and stacks \
         of a process in which as many wait, in whole pages.{ended}",
        ratio(record.time_scale),
        machine()
    )
}

fn alt(record: &Crowd) -> String {
    let persons = |waited: &Waited| thousands(waited.persons);
    let point = |waited: &Waited| {
        let sequence = seconds_or_days(record.sequence(waited.persons));
        format!("{}: {sequence}", persons(waited))
    };
    let sequence: Vec<_> = record.tasks.iter().map(point).collect();
    let mut lines = vec![
        "Wall time and memory of breakfast, by the number of persons.".to_owned(),
        format!("sequence, computed, not run: {}.", sequence.join(", ")),
    ];
    for (name, _, _, measured) in measured(record) {
        let point = |waited: &Waited| {
            let (wall, memory) = (seconds(waited.wall), waited.memory_told());
            format!("{}: {wall} and memory {memory}", persons(waited))
        };
        let points: Vec<_> = measured.iter().map(point).collect();
        let told = if points.is_empty() { "not run".to_owned() } else { points.join(", ") };
        lines.push(format!("{name}: {told}."));
    }
    lines.extend(record.end_of_threads.as_ref().map(|why| format!("Threads end: {why}.")));
    lines.join("\n")
}
