//! One run in a timeline: its title, its lanes, its bars.

use std::time::Duration;

use super::axis::Axis;
use super::canvas::{Anchor, Canvas, TEXT, width};
use super::lanes::{Lane, lanes, summary};
use super::palette::{BLACK, FAILED, GREY, PALE, Shade};
use super::span_bar::SpanBar;
use super::{count, label};
use crate::Run;
use crate::format::seconds;

/// More rows than these cannot be told apart.
const MOST_ROWS: usize = 120;
const TITLE: i32 = 30;
const GAP: i32 = 12;
/// The lowest row that has room for text.
const READABLE: i32 = TEXT + 3;

/// A run as it is drawn.
pub(super) struct Panel<'a> {
    pub run: &'a Run,
    lanes: Vec<Lane>,
    /// The height of a row, with the gap below it.
    pitch: i32,
}

impl Panel<'_> {
    /// A panel of at the most `bars` bars, whose rows try to fit `height`.
    pub fn new(run: &Run, bars: usize, height: i32) -> Panel<'_> {
        let lanes = lanes(run, bars, MOST_ROWS);
        let rows: usize = lanes.iter().map(|lane| lane.rows.len()).sum();
        let pitch = (height / rows.max(1) as i32).clamp(3, 26);
        Panel { run, lanes, pitch }
    }

    pub fn height(&self) -> i32 {
        TITLE + self.rows_height() + GAP
    }

    fn rows_height(&self) -> i32 {
        let rows: usize = self.lanes.iter().map(|lane| lane.rows.len()).sum();
        (rows as i32 * self.pitch).max(READABLE + 4)
    }

    /// How many jobs have no bar.
    pub fn hidden(&self) -> usize {
        let drawn: usize = self.lanes.iter().flat_map(|lane| &lane.rows).map(Vec::len).sum();
        self.run.spans.len() - drawn
    }

    /// Whether starting the workers took long enough to be seen.
    pub fn start_shows(&self, longest: Duration) -> bool {
        visible(self.run.start, longest)
    }

    /// Whether any job waited for a worker long enough to be seen.
    pub fn queue_shows(&self, longest: Duration) -> bool {
        let rows = self.lanes.iter().flat_map(|lane| &lane.rows);
        let mut first = rows.filter_map(|row| row.first()).map(|job| &self.run.spans[*job]);
        first.any(|span| visible(span.started.saturating_sub(span.queued), longest))
    }

    pub fn label_width(&self) -> i32 {
        self.labels().iter().map(|(_, label)| width(label)).max().unwrap_or(0)
    }

    /// A label at the middle of each lane, or one for all lanes where these
    /// would overlap. Heights count from the first row.
    fn labels(&self) -> Vec<(i32, String)> {
        let height = |lane: &Lane| lane.rows.len() as i32 * self.pitch;
        if self.lanes.iter().any(|lane| height(lane) < READABLE) {
            let (middle, [first, second]) =
                (self.rows_height() / 2, summary(self.run, &self.lanes));
            return vec![(middle - 9, first), (middle + 9, second)];
        }
        let mut y = 0;
        let label = |lane: &Lane| {
            y += height(lane);
            (y - height(lane) / 2, lane.label.clone())
        };
        self.lanes.iter().map(label).collect()
    }

    fn title(&self) -> String {
        let name = format!("{}: {}", label(self.run), seconds(self.run.wall));
        match self.run.failures().len() {
            0 => name,
            failed => format!("{name}, {failed} of {} failed", count(self.run.spans.len(), "job")),
        }
    }

    pub fn draw(&self, canvas: &Canvas<'_>, axis: &Axis, top: i32) {
        let (left, _) = axis.pixels();
        let (rows, bottom) = (top + TITLE, top + self.height() - GAP);
        canvas.heading((8, rows - 12), &self.title());
        axis.draw_grid(canvas, rows, bottom + GAP);
        if self.lanes.is_empty() {
            canvas.coloured((8, rows + 10), Anchor::Left, "no jobs, nothing to draw", GREY);
            return;
        }
        if self.start_shows(axis.longest()) {
            canvas.rect((left, rows), (axis.at_time(self.run.start), bottom), PALE);
        }
        for (middle, label) in self.labels() {
            canvas.text((left - 16, rows + middle - 2), Anchor::Right, &label);
        }
        self.draw_lanes(canvas, axis, rows);
        let wall = axis.at_time(self.run.wall);
        canvas.line(&[(wall, rows - 4), (wall, bottom)], BLACK, 1);
    }

    fn draw_lanes(&self, canvas: &Canvas<'_>, axis: &Axis, top: i32) {
        let bracket = axis.pixels().0 - 8;
        let mut y = top;
        for lane in &self.lanes {
            let lane_top = y;
            for row in &lane.rows {
                self.draw_row(canvas, axis, row, y);
                y += self.pitch;
            }
            if y - lane_top > 4 {
                canvas.rect((bracket, lane_top + 1), (bracket + 2, y - 4), GREY);
            }
        }
    }

    fn draw_row(&self, canvas: &Canvas<'_>, axis: &Axis, row: &[usize], y: i32) {
        let height = self.pitch - if self.pitch > 9 { 4 } else { 1 };
        let mut busy_until = axis.pixels().0;
        for (place, job) in row.iter().enumerate() {
            let span = &self.run.spans[*job];
            let next = row.get(place + 1).map(|next| axis.at_time(self.run.spans[*next].started));
            let failed = self.run.results.get(*job).is_some_and(Result::is_err);
            let from = axis.at_time(span.started);
            let bar = SpanBar {
                canvas,
                top: y,
                bottom: y + height,
                from,
                to: axis.at_time(span.finished).max(from + 3) - 1,
                share: span.cpu_share(),
                shade: if failed { FAILED } else { Shade::of(self.run.model) },
            };
            bar.draw_queue(axis.at_time(span.queued).max(busy_until));
            bar.draw();
            if failed {
                bar.draw_cross();
            }
            if height >= READABLE - 3 {
                bar.draw_label(&span.job.to_string(), failed, next.unwrap_or(axis.pixels().1));
            }
            busy_until = bar.to + 1;
        }
    }
}

/// Whether a time can be seen on an axis as long as this.
fn visible(time: Duration, longest: Duration) -> bool {
    time.as_secs_f64() > 0.005 * longest.as_secs_f64()
}
