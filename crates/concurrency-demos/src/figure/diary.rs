//! Who did what when: a lane for each thread or task, a bar for each thing it noted.

use super::axis::{AXIS_HEIGHT, Axis};
use super::canvas::{self, Anchor, Canvas, WIDTH, width};
use super::palette::{FAILED, GREY, PALE, Shade};
use super::{Figure, machine};
use crate::format::seconds;
use crate::labs::{Diary, Interval};

const TOP: i32 = 10;
const ROW: i32 = 30;
const BAR: i32 = 24;
/// More bars than these are not told one by one in the alt text.
const MOST_TOLD: usize = 40;

/// A lane for each who wrote into the diary, a bar for each thing done: full while it works,
/// light while it waits. The same thing has the same colour in all lanes.
#[must_use]
pub fn diary(record: &Diary) -> Figure {
    drawn(&record.intervals())
}

/// The figure of these intervals, sorted by lane.
pub(super) fn drawn(intervals: &[Interval]) -> Figure {
    let Some(longest) = intervals.iter().map(|interval| interval.to).max() else {
        return Figure::of_nothing("Nothing was noted.");
    };
    let left = intervals.iter().map(|interval| width(&interval.lane)).max().unwrap_or(0) + 24;
    let axis = Axis::linear(longest.as_secs_f64(), (left, WIDTH - 20));
    let mut names: Vec<&str> = vec![];
    for interval in intervals.iter().filter(|interval| !interval.waits) {
        if !names.contains(&&*interval.what) {
            names.push(&interval.what);
        }
    }
    let rows: Vec<&[Interval]> = intervals.chunk_by(|a, b| a.lane == b.lane).collect();
    let bottom = TOP + ROW * rows.len() as i32;
    let svg = canvas::draw(bottom + AXIS_HEIGHT, |canvas| {
        axis.draw_grid(canvas, TOP, bottom);
        for (row, lane) in rows.iter().enumerate() {
            let top = TOP + ROW * row as i32;
            canvas.text((left - 12, top + BAR / 2), Anchor::Right, &lane[0].lane);
            for interval in *lane {
                draw_bar(canvas, &axis, top, interval, &names);
            }
        }
        axis.draw(canvas, bottom, &format!("{} from the beginning", axis.unit()));
    });
    Figure::new(svg, alt(intervals, &rows), caption(intervals))
}

/// A bar with its name in it, as far as there is room for it.
fn draw_bar(canvas: &Canvas<'_>, axis: &Axis, top: i32, interval: &Interval, names: &[&str]) {
    let from = axis.at_time(interval.from);
    let to = axis.at_time(interval.to).max(from + 2);
    let nth = names.iter().position(|name| *name == interval.what).unwrap_or(0);
    let shade = Shade::nth(nth);
    let (frame, fill, ink) = match (interval.waits, interval.open) {
        (true, true) => (FAILED.fill, FAILED.tint(), FAILED.ink),
        (true, false) => (GREY, PALE, GREY),
        (false, _) => (shade.ink, shade.fill, shade.on_fill()),
    };
    canvas.framed((from, top), (to, top + BAR), frame, fill);
    let text = interval.told();
    if width(&text) + 6 < to - from {
        canvas.coloured(((from + to) / 2, top + BAR / 2), Anchor::Middle, &text, ink);
    }
}

impl Interval {
    fn told(&self) -> String {
        if self.waits { format!("waits for {}", self.what) } else { self.what.clone() }
    }
}

fn caption(intervals: &[Interval]) -> String {
    let mut parts = vec!["One lane for each who noted what it does.".to_owned()];
    if intervals.iter().any(|interval| interval.waits) {
        parts.push("Light: it waits.".to_owned());
    }
    if intervals.iter().any(|interval| interval.waits && interval.open) {
        parts.push(
            "Light with an orange frame: it still waits at the end of the figure.".to_owned(),
        );
    }
    parts.push(format!("One run; {}.", machine()));
    parts.join(" ")
}

fn alt(intervals: &[Interval], rows: &[&[Interval]]) -> String {
    let told = |interval: &Interval| {
        let end = match interval.open {
            true => format!("has not ended at {}", seconds(interval.to)),
            false => format!("to {}", seconds(interval.to)),
        };
        format!("{} from {} {end}", interval.told(), seconds(interval.from))
    };
    let mut lines = vec!["Lanes of what each does over time.".to_owned()];
    lines.extend(rows.iter().map(|lane| match intervals.len() > MOST_TOLD {
        true => format!("{}: {} bars.", lane[0].lane, lane.len()),
        false => {
            let told: Vec<String> = lane.iter().map(told).collect();
            format!("{}: {}.", lane[0].lane, told.join("; "))
        }
    }));
    lines.join("\n")
}
