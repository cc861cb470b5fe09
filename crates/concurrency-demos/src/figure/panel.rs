//! One run in a timeline: its title, its lanes, its bars.

use std::time::Duration;

use super::axis::Axis;
use super::canvas::{Anchor, Canvas, TEXT, width};
use super::count;
use super::growing::Growing;
use super::lanes::{Lane, lanes, summary};
use super::palette::{BLACK, FAILED, GREY, PALE, Shade};
use super::span_bar::SpanBar;
use crate::format::seconds;
use crate::record::{Cause, Failure, Run};

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
    /// How far the run is, if it still goes on.
    growing: Option<&'a Growing>,
}

impl<'a> Panel<'a> {
    /// A panel of at the most `bars` bars, whose rows try to fit `height`.
    pub fn new(run: &'a Run, bars: usize, height: i32) -> Panel<'a> {
        let lanes = lanes(run, bars, MOST_ROWS);
        let rows: usize = lanes.iter().map(|lane| lane.rows.len()).sum();
        let pitch = (height / rows.max(1) as i32).clamp(3, 28);
        Panel { run, lanes, pitch, growing: None }
    }

    /// The panel of a run that still goes on.
    pub fn growing(growing: &'a Growing, bars: usize, height: i32) -> Panel<'a> {
        Panel { growing: Some(growing), ..Panel::new(&growing.run, bars, height) }
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
        !self.lanes.is_empty() && visible(self.run.start, longest)
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
        if self.lanes.iter().any(|lane| height(lane) < READABLE - 2) {
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
        if let Some(growing) = self.growing {
            let (told, drawn) = (growing.told(), self.run.spans.len() - self.hidden());
            let part = format!(", first {drawn} drawn");
            return if growing.begun > drawn { told + &part } else { told };
        }
        let jobs = count(self.run.spans.len(), "job");
        let mut title = format!("{}: {}", self.run.label(), seconds(self.run.wall));
        if let failed @ 1.. = self.run.failures().len() {
            title += &format!(", {failed} of {jobs} {}", failed_word(&self.run.failures()));
        }
        if let hidden @ 1.. = self.hidden() {
            title += &format!(", first {} of {jobs} drawn", self.run.spans.len() - hidden);
        }
        title
    }

    fn start_text(&self) -> String {
        format!("start {}", seconds(self.run.start))
    }

    /// From where to where it is drawn along the axis, if there is anything.
    pub fn plot(&self, top: i32) -> Option<(i32, i32)> {
        (!self.lanes.is_empty()).then(|| (top + TITLE - 4, top + self.height() - 1))
    }

    pub fn draw(&self, canvas: &Canvas<'_>, axis: &Axis, top: i32) {
        let (left, _) = axis.pixels();
        let (rows, bottom) = (top + TITLE, top + self.height() - GAP);
        canvas.heading((8, rows - 12), &self.title());
        if self.lanes.is_empty() {
            canvas.coloured((8, rows + 10), Anchor::Left, "no jobs, nothing to draw", GREY);
            return;
        }
        axis.draw_grid(canvas, rows, bottom + GAP);
        if self.start_shows(axis.longest()) {
            let (started, text) = (axis.at_time(self.run.start), self.start_text());
            canvas.rect((left, rows), (started, bottom), PALE);
            if width(&text) + 8 < started - left {
                canvas.text(((left + started) / 2, (rows + bottom) / 2 - 2), Anchor::Middle, &text);
            }
        }
        for (middle, label) in self.labels() {
            canvas.text((left - 16, rows + middle - 2), Anchor::Right, &label);
        }
        let wall = axis.at_time(self.run.wall);
        canvas.line(&[(wall, rows - 4), (wall, bottom)], BLACK, 1);
        self.draw_lanes(canvas, axis, rows);
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
        let bars: Vec<SpanBar> = row.iter().map(|job| self.bar(canvas, axis, *job, y)).collect();
        let mut busy_until = axis.pixels().0;
        for (bar, job) in bars.iter().zip(row) {
            bar.draw_queue(axis.at_time(self.run.spans[*job].queued).max(busy_until));
            bar.draw();
            busy_until = bar.to + 1;
        }
        let wall = axis.at_time(self.run.wall);
        let next = bars.iter().skip(1).map(|next| next.from).chain([axis.pixels().1]);
        for ((bar, job), next) in bars.iter().zip(row).zip(next) {
            if self.pitch >= READABLE {
                bar.draw_label(&self.run.spans[*job].job.to_string(), wall, next);
            }
            if bar.failed {
                bar.draw_cross();
            }
        }
    }

    fn bar<'c, 'd>(
        &self,
        canvas: &'c Canvas<'d>,
        axis: &Axis,
        job: usize,
        top: i32,
    ) -> SpanBar<'c, 'd> {
        let span = &self.run.spans[job];
        let failed = self.run.results.get(job).is_some_and(Result::is_err);
        let from = axis.at_time(span.started);
        SpanBar {
            canvas,
            top,
            bottom: top + self.pitch - if self.pitch > 9 { 4 } else { 1 },
            from,
            to: axis.at_time(span.finished).max(from + 3) - 1,
            share: span.cpu_share(),
            shade: if failed { FAILED } else { Shade::of(self.run.model) },
            failed,
            running: self.growing.is_some_and(|growing| growing.running[job]),
        }
    }
}

/// What became of these jobs, in one word.
pub(super) fn failed_word(failures: &[Failure]) -> &'static str {
    match failures.iter().all(|failure| failure.cause == Cause::Dropped) {
        true => "dropped",
        false => "failed",
    }
}

/// Whether a time can be seen on an axis as long as this.
fn visible(time: Duration, longest: Duration) -> bool {
    time.as_secs_f64() > 0.005 * longest.as_secs_f64()
}
