//! Where two counters lie in memory, and how long it takes to add to them.

use std::time::Duration;

use super::axis::Axis;
use super::canvas::{self, Anchor, Canvas, WIDTH, width};
use super::palette::{FAINT, GREY, Shade, WHITE};
use super::{Figure, machine};
use crate::format::{ratio, thousands};
use crate::labs::{APART, CacheLine, Samples};

const TOP: i32 = 8;
const ROW: i32 = 58;
/// A counter is eight bytes wide.
const CELL: i32 = 13;
const BOX: i32 = 18;
/// How many counters fit a line.
const CELLS: usize = 64 / 8;
const BARS: i32 = 300;

/// For each case the lines of memory with the counters in them, in the colour of the thread that
/// adds to them, and the time of one addition.
#[must_use]
pub fn cache_line(record: &CacheLine) -> Figure {
    let cases = record.cases();
    let time = |case: &Case<'_>| record.nanoseconds(case.times);
    let most = cases.iter().map(time).fold(0.0, f64::max);
    let axis = Axis::linear(most, (BARS, WIDTH - width("00.0 ns") - 20));
    let svg = canvas::draw(TOP + ROW * cases.len() as i32, |canvas| {
        for (case, top) in cases.iter().zip((TOP..).step_by(ROW as usize)) {
            canvas.text((8, top + 8), Anchor::Left, case.name);
            draw_lines(canvas, top + 22, &case.cells);
            let (from, y) = (axis.pixels().0, top + 22);
            let to = axis.at(time(case)).max(from + 2);
            let shade = Shade::nth(5);
            canvas.framed((from, y), (to, y + BOX), shade.ink, shade.light());
            let text = format!("{} ns", ratio(time(case)));
            canvas.text((to + 8, y + BOX / 2), Anchor::Left, &text);
        }
    });
    Figure::new(svg, alt(record), caption(record))
}

struct Case<'a> {
    name: &'static str,
    /// Which threads add to which eight bytes of the two lines that are drawn.
    cells: Vec<(usize, usize)>,
    times: &'a Samples,
}

impl CacheLine {
    fn cases(&self) -> [Case<'_>; 4] {
        let case = |name, cells: &[_], times| Case { name, cells: cells.to_vec(), times };
        [
            case("one thread, one counter", &[(0, 0)], &self.alone),
            case("two threads, counters 128 bytes apart", &[(0, 0), (1, CELLS)], &self.apart),
            case("two threads, counters in one line", &[(0, 0), (1, 1)], &self.one_line),
            case("two threads, one counter", &[(0, 0), (1, 0)], &self.one_counter),
        ]
    }
}

/// Two lines of memory; a counter to which both add has both colours.
fn draw_lines(canvas: &Canvas<'_>, y: i32, counters: &[(usize, usize)]) {
    for cell in 0..2 * CELLS {
        let x = 12 + CELL * cell as i32 + if cell < CELLS { 0 } else { 2 * CELL };
        canvas.framed((x, y), (x + CELL + 1, y + BOX), FAINT, WHITE);
        let here: Vec<usize> =
            counters.iter().filter(|(_, at)| *at == cell).map(|(t, _)| *t).collect();
        for (nth, thread) in here.iter().enumerate() {
            let (height, nth) = (BOX / here.len() as i32, nth as i32);
            let from = (x, y + nth * height);
            let shade = Shade::nth(*thread);
            canvas.framed(from, (x + CELL + 1, from.1 + height), shade.ink, shade.fill);
        }
    }
    for left in [12, 12 + CELL * (CELLS as i32 + 2)] {
        let right = left + CELL * CELLS as i32 + 1;
        let corners = [(left, y), (right, y), (right, y + BOX), (left, y + BOX), (left, y)];
        canvas.line(&corners, GREY, 1);
    }
}

fn caption(record: &CacheLine) -> String {
    format!(
        "Left: memory in lines of 64 bytes, a counter of 8 bytes in the colour of each thread that \
         adds to it. \"Apart\" is {APART} bytes, since some machines move two lines together. Bars: \
         the time of one `fetch_add`, where each thread does {}; medians of {} rounds; {}.",
        thousands(record.additions as usize),
        record.alone.len(),
        machine()
    )
}

fn alt(record: &CacheLine) -> String {
    let mut lines = vec!["The time of one addition, by where the counters lie.".to_owned()];
    lines.extend(record.cases().map(|case| {
        let per = f64::from(record.additions);
        let one = |time: Duration| format!("{} ns", ratio(time.as_secs_f64() * 1e9 / per));
        let (least, most) = case.times.range();
        let (median, least, most) = (one(case.times.median()), one(least), one(most));
        format!("{}: {median}, from {least} to {most}.", case.name)
    }));
    lines.join("\n")
}
