//! The schedule in which a program failed: a column for each thread, time goes down.

use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::palette::{FAILED, FAINT, GREY, PALE, Shade};
use super::{Figure, count, machine};
use crate::format::{seconds, thousands};
use crate::labs::{Failing, Search, Step, Tool};

const TOP: i32 = 34;
const NAMES: i32 = 28;
const ROW: i32 = 26;
const LEFT: i32 = 44;
const MARGIN: i32 = 8;
/// More steps than these are not drawn: the last ones are.
const MOST: usize = 30;

/// The first schedule in which the program failed, step by step; where none did, a sentence.
#[must_use]
pub fn schedule(search: &Search) -> Figure {
    let Some(failing) = &search.first else { return Figure::of_nothing(&verdict(search)) };
    let left_out = failing.steps.len().saturating_sub(MOST);
    let steps = &failing.steps[left_out..];
    let lanes = lanes(steps);
    let bottom = TOP + NAMES + ROW * steps.len() as i32 + 6;
    let svg = canvas::draw(bottom + ROW + MARGIN, |canvas| {
        canvas.heading((MARGIN, TOP / 2), &verdict(search));
        let plot = Plot { canvas, lanes: &lanes, bottom };
        plot.draw_lanes();
        for row in 0..steps.len() {
            plot.draw_step(steps, row, left_out);
        }
        plot.draw_end(&failing.why);
    });
    Figure::new(svg, alt(search, failing), caption(search, left_out))
}

/// Those who did something, in the order in which they first did.
fn lanes(steps: &[Step]) -> Vec<&str> {
    let mut lanes: Vec<&str> = vec![];
    for step in steps {
        if !lanes.contains(&&*step.lane) {
            lanes.push(&step.lane);
        }
    }
    lanes.sort_unstable();
    lanes
}

/// The colour of a lane: none that is near that of what fails.
fn shade(lane: usize) -> Shade {
    const COLD: [usize; 4] = [0, 2, 3, 5];
    Shade::nth(COLD[lane % COLD.len()])
}

struct Plot<'a, 'c> {
    canvas: &'a Canvas<'c>,
    lanes: &'a [&'a str],
    bottom: i32,
}

impl Plot<'_, '_> {
    /// Where a lane begins and ends.
    fn across(&self, lane: usize) -> (i32, i32) {
        let each = (WIDTH - LEFT - MARGIN) / self.lanes.len().max(1) as i32;
        (LEFT + each * lane as i32, LEFT + each * (lane as i32 + 1) - 10)
    }

    fn draw_lanes(&self) {
        for (nth, lane) in self.lanes.iter().enumerate() {
            let (from, to) = self.across(nth);
            let middle = (from + to) / 2;
            self.canvas.line(&[(middle, TOP + NAMES), (middle, self.bottom)], FAINT, 2);
            let at = (middle, TOP + NAMES / 2 - 2);
            self.canvas.coloured(at, Anchor::Middle, lane, shade(nth).ink);
        }
    }

    fn draw_step(&self, steps: &[Step], row: usize, left_out: usize) {
        let (step, top) = (&steps[row], TOP + NAMES + ROW * row as i32);
        let nth = self.lanes.iter().position(|lane| *lane == step.lane).unwrap_or(0);
        let (from, to) = self.across(nth);
        let is_last = !steps[row + 1..].iter().any(|later| later.lane == step.lane);
        let (frame, fill, end) = match (step.waits, is_last) {
            (true, true) => (FAILED.ink, FAILED.tint(), self.bottom - 8),
            (true, false) => (GREY, PALE, top + ROW - 2),
            (false, _) => (shade(nth).ink, shade(nth).tint(), top + ROW - 2),
        };
        let number = (row + left_out + 1).to_string();
        let middle = top + ROW / 2 - 1;
        self.canvas.coloured((LEFT - 12, middle), Anchor::Right, &number, GREY);
        self.canvas.framed((from, top), (to, end), frame, fill);
        let text = fitting(&told(step), to - from - 10);
        self.canvas.text(((from + to) / 2, middle), Anchor::Middle, &text);
    }

    fn draw_end(&self, why: &str) {
        let (from, to) = (LEFT, WIDTH - MARGIN - 10);
        self.canvas.framed((from, self.bottom), (to, self.bottom + ROW), FAILED.ink, FAILED.tint());
        let at = ((from + to) / 2, self.bottom + ROW / 2);
        self.canvas.text(at, Anchor::Middle, &fitting(why, to - from - 10));
    }
}

fn told(step: &Step) -> String {
    if step.waits { format!("waits for {}", step.what) } else { step.what.clone() }
}

/// As much of a text as there is room for.
fn fitting(text: &str, room: i32) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let fits = |end: &usize| width(&text[..*end]) + 3 * TEXT / 2 <= room;
    let ends = text.char_indices().map(|(at, _)| at);
    format!("{}...", &text[..ends.take_while(fits).last().unwrap_or(0)])
}

/// What the search has found, in one line.
fn verdict(search: &Search) -> String {
    let tried = thousands(search.tried);
    match (&search.first, search.tool) {
        (Some(failing), Tool::Shuttle) if search.tried == 1 => {
            format!("shuttle: the schedule of seed {} fails", failing.seed)
        }
        (Some(failing), Tool::Shuttle) => {
            let (failed, seed) = (thousands(search.failed), failing.seed);
            let verb = if search.failed == 1 { "fails" } else { "fail" };
            format!("shuttle: {failed} of {tried} schedules {verb}, first that of seed {seed}")
        }
        (Some(_), Tool::Loom) => format!("loom: schedule {tried} fails"),
        (None, Tool::Loom) if search.complete => {
            format!("loom: none fails of all {tried} schedules that differ")
        }
        (None, tool) => format!("{tool}: none of {tried} schedules fails"),
    }
}

fn caption(search: &Search, left_out: usize) -> String {
    let mut parts = vec![
        "Time goes down, a row for each step, in the column of the one who did it.".to_owned(),
        "Orange: what waits for ever, and how it ended.".to_owned(),
    ];
    if left_out > 0 {
        parts.push(format!("{} before these are left out.", count(left_out, "step")));
    }
    parts.push(format!("Searched in {}; {}.", seconds(search.took), machine()));
    parts.join(" ")
}

fn alt(search: &Search, failing: &Failing) -> String {
    let mut lines = vec![format!("{}.", verdict(search))];
    let steps = failing.steps.iter().enumerate();
    lines.extend(steps.map(|(nth, step)| format!("{}. {}: {}.", nth + 1, step.lane, told(step))));
    lines.push(format!("In the end: {}.", failing.why));
    lines.join("\n")
}
