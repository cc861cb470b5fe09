//! Rows of uneven work, shared out in three ways: who did which when, and who had nothing to do.

use std::time::Duration;

use super::axis::{AXIS_HEIGHT, Axis};
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::palette::{FAINT, GREY, PALE, Shade};
use super::{Figure, machine};
use crate::format::{count, seconds};
use crate::labs::{Shared, Uneven};

const TITLE: i32 = 26;
/// A pixel for each row.
const ROWS: i32 = 96;
const GAP: i32 = 14;
/// How wide the longest row of the map is.
const MAP: i32 = 130;

/// For each way a lane for each worker, a bar for each row, pale where the worker is idle; beside
/// them a map of the rows from the top, as long as they took, in the colour of who did them.
#[must_use]
pub fn uneven(record: &Uneven) -> Figure {
    let longest = record.ways().iter().map(|(_, way)| way.wall).max().unwrap_or_default();
    let left = width(&format!("worker {}", record.workers - 1)) + 18;
    let axis = Axis::linear(longest.as_secs_f64(), (left, WIDTH - MAP - 40));
    let bottom = 3 * (TITLE + ROWS + GAP);
    let svg = canvas::draw(bottom + AXIS_HEIGHT, |canvas| {
        for ((name, way), top) in
            record.ways().into_iter().zip((0..).step_by((bottom / 3) as usize))
        {
            canvas.heading((8, top + TITLE / 2), &title(record, name, way));
            let panel = Panel { canvas, record, way, axis: &axis, top: top + TITLE };
            axis.draw_grid(canvas, panel.top, panel.top + ROWS);
            (0..record.workers).for_each(|worker| panel.draw_lane(worker));
            panel.draw_map();
        }
        axis.draw(canvas, bottom, &format!("{} from the start of the workers", axis.unit()));
        let map = (WIDTH - MAP / 2 - 10, bottom + 16);
        canvas.coloured(map, Anchor::Middle, "time of each row", GREY);
    });
    Figure::new(svg, alt(record), caption(record))
}

struct Panel<'a, 'b> {
    canvas: &'a Canvas<'b>,
    record: &'a Uneven,
    way: &'a Shared,
    axis: &'a Axis,
    top: i32,
}

impl Panel<'_, '_> {
    fn draw_lane(&self, worker: usize) {
        let lane = |worker: usize| self.top + ROWS * worker as i32 / self.record.workers as i32;
        let (top, bottom) = (lane(worker), (lane(worker + 1) - 2).max(lane(worker) + 1));
        let middle = (top + bottom) / 2;
        if bottom - top >= TEXT {
            let at = (self.axis.pixels().0 - 10, middle);
            self.canvas.text(at, Anchor::Right, &format!("worker {worker}"));
        }
        for (from, to) in self.busy(worker) {
            self.canvas.rect((from, top), (to.max(from + 1), bottom), Shade::nth(worker).fill);
        }
        let ended = self.way.end_of(worker);
        let (from, to) = (self.axis.at_time(ended), self.axis.at_time(self.way.wall));
        if to > from + 1 {
            self.canvas.framed((from, top), (to, bottom), GREY, PALE);
            let text = format!("idle {}", seconds(self.way.wall - ended));
            if width(&text) < to - from && bottom - top >= TEXT {
                self.canvas.coloured(((from + to) / 2, middle), Anchor::Middle, &text, GREY);
            }
        }
    }

    /// From where to where the worker has a row, in pixels: what touches is one bar, but for a
    /// thin gap where there is room for one.
    fn busy(&self, worker: usize) -> Vec<(i32, i32)> {
        let mut rows: Vec<_> = self.way.rows.iter().filter(|row| row.worker == worker).collect();
        rows.sort_unstable_by_key(|row| row.from);
        let mut bars: Vec<(i32, i32)> = vec![];
        for row in rows {
            let (from, to) = (self.axis.at_time(row.from), self.axis.at_time(row.to));
            let free = bars.last().map_or(i32::MIN, |bar| bar.1);
            match bars.last_mut() {
                Some(last) if from <= free && to - from < 4 => last.1 = free.max(to),
                _ => bars.push((from.max(free.saturating_add(1)), to)),
            }
        }
        bars
    }

    fn draw_map(&self) {
        let left = WIDTH - MAP - 10;
        let time = |row: usize| self.way.rows[row].to - self.way.rows[row].from;
        let longest = (0..self.way.rows.len()).map(time).max().unwrap_or_default();
        for (row, y) in (0..self.way.rows.len()).zip(self.top..) {
            let length = share(time(row), longest) * f64::from(MAP);
            let to = (left + (length.round() as i32).max(1), y + 1);
            self.canvas.rect((left, y), to, Shade::nth(self.way.rows[row].worker).fill);
        }
        for part in 1..self.record.workers as i32 {
            let y = self.top + ROWS * part / self.record.workers as i32;
            self.canvas.line(&[(left - 6, y), (left + MAP, y)], FAINT, 1);
        }
    }
}

fn share(part: Duration, all: Duration) -> f64 {
    part.as_secs_f64() / all.as_secs_f64().max(1e-9)
}

/// Only who has parts can steal from others.
fn title(record: &Uneven, name: &str, way: &Shared) -> String {
    let idle = 100.0 * record.idle(way);
    let stolen = match name {
        "Rayon" => format!(", {} stolen", count(way.stolen(), "row")),
        _ => String::new(),
    };
    format!("{name}: {}, {idle:.1} % idle{stolen}", seconds(way.wall))
}

fn caption(record: &Uneven) -> String {
    format!(
        "{} rows of the upper half of the Mandelbrot set, on {}. A colour for each worker; pale: \
         idle until the last one is done. Right: the rows from the top, as long as they took, in \
         the colour of the worker that did them; the line parts equally many rows. One run each; {}.",
        record.rows,
        count(record.workers, "worker"),
        machine()
    )
}

fn alt(record: &Uneven) -> String {
    let mut lines = vec!["Lanes of workers that share uneven rows in three ways.".to_owned()];
    lines.extend(record.ways().map(|(name, way)| {
        let lane = |worker: usize| {
            let rows = way.rows.iter().filter(|row| row.worker == worker).count();
            let end = seconds(way.end_of(worker));
            format!("worker {worker} did {} until {end}", count(rows, "row"))
        };
        let lanes: Vec<_> = (0..record.workers.min(8)).map(lane).collect();
        format!("{}; {}.", title(record, name, way), lanes.join(", "))
    }));
    lines.join("\n")
}
