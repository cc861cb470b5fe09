//! What it costs to give a job away: start, send, compute, receive, one behind the other.

use super::axis::{AXIS_HEIGHT, Axis};
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::palette::{GREY, Shade};
use super::{Figure, machine};
use crate::format::{bytes, seconds};
use crate::labs::{Border, Crossing, Crossings, PARTS};

const TITLE: i32 = 28;
const STEP: i32 = TEXT + 3;
const BAR: i32 = 10;
const GAP: i32 = 10;

/// A panel for each number of bytes with an axis of its own; in it for each kind of worker a
/// flight of stairs: each part begins where the one above it ends.
#[must_use]
pub fn border(record: &Border) -> Figure {
    if record.jobs.is_empty() {
        return Figure::of_nothing("Nothing crossed a border.");
    }
    let panel = TITLE + 3 * (4 * STEP + GAP) + AXIS_HEIGHT;
    let svg = canvas::draw(panel * record.jobs.len() as i32, |canvas| {
        for (job, top) in record.jobs.iter().zip((0..).step_by(panel as usize)) {
            draw_panel(canvas, job, top);
        }
    });
    Figure::new(svg, alt(record), caption())
}

fn draw_panel(canvas: &Canvas<'_>, job: &Crossings, top: i32) {
    let longest = job.kinds().iter().map(|(.., crossing)| crossing.total()).max();
    let left = width("process") + 24;
    // Behind the end of the longest there is room for the words of its last part.
    let right = WIDTH - width("receive 000 ms") - 12;
    let axis = Axis::linear(longest.unwrap_or_default().as_secs_f64(), (left, right));
    canvas.heading((8, top + TITLE / 2), &format!("{} there and back", bytes(job.bytes as u64)));
    let bottom = top + TITLE + 3 * (4 * STEP + GAP);
    axis.draw_grid(canvas, top + TITLE, bottom);
    for ((name, kind, crossing), y) in
        job.kinds().into_iter().zip((top + TITLE..).step_by((4 * STEP + GAP) as usize))
    {
        let total = seconds(crossing.total());
        canvas.text((left - 10, y + STEP / 2), Anchor::Right, name);
        canvas.coloured((left - 10, y + STEP / 2 + STEP), Anchor::Right, &total, GREY);
        draw_stairs(canvas, &axis, crossing, Shade::of(kind), y);
    }
    axis.draw(canvas, bottom, &format!("{} from the start of the worker", axis.unit()));
}

fn draw_stairs(canvas: &Canvas<'_>, axis: &Axis, crossing: Crossing, shade: Shade, top: i32) {
    let mut until = 0.0;
    for ((part, name), nth) in crossing.parts().into_iter().zip(PARTS).zip(0..) {
        let (from, y) = (axis.at(until), top + nth * STEP + STEP / 2);
        until += part.as_secs_f64();
        let to = axis.at(until).max(from + 2);
        let fill = if name == "compute" { shade.fill } else { shade.tint() };
        canvas.framed((from, y - BAR / 2), (to, y + BAR / 2), shade.ink, fill);
        let text = format!("{name} {}", seconds(part));
        canvas.coloured((to + 6, y), Anchor::Left, &text, shade.ink);
    }
}

fn caption() -> String {
    format!(
        "A job that mixes its bytes, given to one new worker: the run with the median time of \
         seven; {}. Full: computing; light: the border. Each panel has an axis of its own. A \
         process gets the bytes through a pipe, a thread and a task get the address of the vector. \
         The runtime of the task was there before.",
        machine()
    )
}

fn alt(record: &Border) -> String {
    let mut lines = vec!["What a job pays to cross a border, part by part.".to_owned()];
    for job in &record.jobs {
        lines.extend(job.kinds().map(|(name, _, crossing)| {
            let part = |(part, time): (&str, _)| format!("{part} {}", seconds(time));
            let parts: Vec<_> = PARTS.into_iter().zip(crossing.parts()).map(part).collect();
            let (size, total) = (bytes(job.bytes as u64), seconds(crossing.total()));
            format!("{size}, {name}: {} = {total}.", parts.join(", "))
        }));
    }
    lines.join("\n")
}
