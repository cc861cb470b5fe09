//! A pulse beside other work: a row for each strip, a mark for each beat.

use super::axis::{AXIS_HEIGHT, Axis};
use super::canvas::{self, Anchor, Canvas, WIDTH, width};
use super::palette::{BLACK, FAILED, GREY, Shade};
use super::{Figure, machine};
use crate::format::{count, seconds};
use crate::labs::{Heartbeat, Strip};

const TOP: i32 = 30;
const ROW: i32 = 34;
const BEAT: i32 = 18;
/// The columns beside the strips, each the value of a row.
const COLUMNS: [&str; 3] = ["longest gap", "p99", "work done in"];
const COLUMN: i32 = 84;
/// More gaps than these are not told one by one in the alt text.
const MOST_TOLD: usize = 12;

/// A row for each strip: a mark for each beat, orange where more than one beat is missing, a
/// line below while the work goes on. Beside it the longest gap, the 99th percentile of the
/// gaps, and how long the work took.
#[must_use]
pub fn heartbeat(record: &Heartbeat) -> Figure {
    let ends = record.strips.iter().filter_map(|strip| strip.beats.last());
    let Some(longest) = ends.max() else {
        return Figure::of_nothing("No pulse was taken.");
    };
    let left = record.strips.iter().map(|strip| width(&strip.name)).max().unwrap_or(0) + 16;
    let right = WIDTH - COLUMN * COLUMNS.len() as i32 - 6;
    let axis = Axis::linear(longest.as_secs_f64(), (left, right));
    let bottom = TOP + ROW * record.strips.len() as i32;
    let svg = canvas::draw(bottom + AXIS_HEIGHT, |canvas| {
        axis.draw_grid(canvas, TOP - 4, bottom);
        for (column, name) in COLUMNS.into_iter().enumerate() {
            canvas.coloured((column_end(column), 14), Anchor::Right, name, GREY);
        }
        for (row, strip) in record.strips.iter().enumerate() {
            draw_row(canvas, &axis, TOP + ROW * row as i32, strip);
        }
        axis.draw(canvas, bottom, &format!("{} from the start of each pulse", axis.unit()));
    });
    Figure::new(svg, alt(record), caption())
}

fn column_end(column: usize) -> i32 {
    WIDTH - 6 - COLUMN * (COLUMNS.len() - 1 - column) as i32
}

fn draw_row(canvas: &Canvas<'_>, axis: &Axis, top: i32, strip: &Strip) {
    let middle = top + BEAT / 2;
    canvas.text((axis.pixels().0 - 10, middle), Anchor::Right, &strip.name);
    for (from, to) in strip.stops() {
        let (from, to) = (axis.at_time(from), axis.at_time(to).max(axis.at_time(from) + 2));
        canvas.rect((from, top), (to, top + BEAT), FAILED.fill);
    }
    for beat in &strip.beats {
        let x = axis.at_time(*beat);
        canvas.line(&[(x, top), (x, top + BEAT)], BLACK, 1);
    }
    let work = [strip.work.0, strip.work.1].map(|time| axis.at_time(time));
    canvas.rect(
        (work[0], top + BEAT + 3),
        (work[1].max(work[0] + 1), top + BEAT + 7),
        Shade::nth(0).fill,
    );
    for (column, told) in strip.told().iter().enumerate() {
        canvas.text((column_end(column), middle), Anchor::Right, told);
    }
}

fn caption() -> String {
    format!(
        "One mark for each beat of a task that beats every 10 ms. Orange: more than one beat is \
         missing. Blue line: the work beside it. Of fewer than 100 gaps the 99th percentile is \
         the longest. One run each; {}.",
        machine()
    )
}

fn alt(record: &Heartbeat) -> String {
    let mut lines = vec!["Strips of a pulse, a mark for each beat, beside other work.".to_owned()];
    lines.extend(record.strips.iter().map(|strip| {
        let stops: Vec<String> = strip
            .stops()
            .map(|(from, to)| format!("{} to {}", seconds(from), seconds(to)))
            .collect();
        let still = match stops.len() {
            0 => "it never stops".to_owned(),
            1..=MOST_TOLD => format!("it stops from {}", stops.join(", ")),
            many => format!("it stops {many} times"),
        };
        format!("{strip}, {}; {still}.", count(strip.threads, "thread"))
    }));
    lines.join("\n")
}
