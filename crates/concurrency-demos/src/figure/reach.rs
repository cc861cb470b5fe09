//! What share of its time a worker on another host works: a line for each delay.

use std::time::Duration;

use super::axis::Axis;
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::labels::placed;
use super::palette::{GREY, Shade};
use super::{Figure, machine};
use crate::format::{ratio, seconds};
use crate::labs::{Distance, JOBS, Reach};

const TOP: i32 = 20;
const HEIGHT: i32 = 320;
const BELOW: i32 = 48;
const LEFT: i32 = 56;

/// The length of a job across, the share of its time that the rank works upwards. Dots are
/// measured, lines are what the bare round trip lets expect; at a half stands the break-even.
#[must_use]
pub fn reach(record: &Reach) -> Figure {
    let (Some(shortest), Some(longest), false) =
        (record.lengths.first(), record.lengths.last(), record.distances.is_empty())
    else {
        return Figure::of_nothing(&format!("No reach was measured: {}", record.hosts));
    };
    let names = record.distances.iter().map(|distance| width(&name(distance)));
    let right = WIDTH - names.max().unwrap_or(0) - 30;
    let length = Axis::log(shortest.as_secs_f64(), longest.as_secs_f64(), (LEFT, right));
    let share = Axis::linear(1.0, (TOP + HEIGHT, TOP));
    let plot = Plot { record, length, share };
    let svg = canvas::draw(TOP + HEIGHT + BELOW, |canvas| {
        plot.draw_axes(canvas);
        for (nth, distance) in record.distances.iter().enumerate() {
            plot.draw_paper(canvas, distance, Shade::nth(nth));
            plot.draw_dots(canvas, distance, Shade::nth(nth));
        }
        plot.draw_break_even(canvas);
        plot.draw_names(canvas);
    });
    Figure::new(svg, alt(record), caption(record))
}

struct Plot<'a> {
    record: &'a Reach,
    length: Axis,
    /// From the bottom up.
    share: Axis,
}

impl Plot<'_> {
    fn right(&self) -> i32 {
        self.length.pixels().1
    }

    fn draw_axes(&self, canvas: &Canvas<'_>) {
        let bottom = TOP + HEIGHT;
        self.length.draw_grid(canvas, TOP, bottom);
        let ticks = self.share.number_ticks(5);
        self.share.draw_upright(canvas, &ticks, (LEFT, self.right()));
        let name = "length of a job, log scale; share of its time that the rank works upwards";
        self.length.draw(canvas, bottom, name);
    }

    fn draw_paper(&self, canvas: &Canvas<'_>, distance: &Distance, shade: Shade) {
        let farm = distance.on_paper();
        let [from, to] = [self.record.lengths.first(), self.record.lengths.last()]
            .map(|length| length.map_or(0.0, Duration::as_secs_f64).max(1e-9).ln());
        let points = (0..=40).map(|step| {
            let length = (from + (to - from) * f64::from(step) / 40.0).exp();
            let share = farm.efficiency(1, Duration::from_secs_f64(length));
            (self.length.at(length), self.share.at(share))
        });
        canvas.line(&points.collect::<Vec<_>>(), shade.fill, 2);
    }

    fn draw_dots(&self, canvas: &Canvas<'_>, distance: &Distance, shade: Shade) {
        for (length, share) in self.record.lengths.iter().zip(&distance.efficiency) {
            let at = (self.length.at_time(*length), self.share.at(*share));
            canvas.dot(at, 4, shade.ink, shade.fill);
        }
    }

    /// A line at a half, and where each delay crosses it.
    fn draw_break_even(&self, canvas: &Canvas<'_>) {
        let half = self.share.at(0.5);
        canvas.dashed(&[(LEFT, half), (self.right(), half)], 4, GREY);
        for (nth, distance) in self.record.distances.iter().enumerate() {
            let Some(length) = break_even(self.record, distance) else { continue };
            let (x, ink) = (self.length.at_time(length), Shade::nth(nth).ink);
            canvas.line(&[(x, half), (x, TOP + HEIGHT)], ink, 1);
            // Left of where it crosses the half, a line that rises is below it.
            canvas.coloured((x - 6, half - TEXT), Anchor::Right, &seconds(length), ink);
        }
    }

    fn draw_names(&self, canvas: &Canvas<'_>) {
        let ends = self.record.distances.iter().enumerate().filter_map(|(nth, distance)| {
            Some((self.share.at(*distance.efficiency.last()?), (nth, name(distance))))
        });
        for (end, y, (nth, name)) in placed(ends, TOP, TOP + HEIGHT) {
            let ink = Shade::nth(nth).ink;
            canvas.line(&[(self.right() + 4, end), (self.right() + 12, y)], ink, 1);
            canvas.coloured((self.right() + 16, y), Anchor::Left, &name, ink);
        }
    }
}

fn name(distance: &Distance) -> String {
    match distance.delay {
        None => "this machine".to_owned(),
        Some(Duration::ZERO) => "no delay".to_owned(),
        Some(delay) => format!("{} ms there", delay.as_secs_f64() * 1e3),
    }
}

fn break_even(record: &Reach, distance: &Distance) -> Option<Duration> {
    record.break_even(distance.delay?)
}

fn caption(record: &Reach) -> String {
    format!(
        "One rank on another host than the one that hands out. Dots: medians of {JOBS} jobs that wait. \
         Lines: t / (t + r) for jobs of t, with the r that a bare message took there and back. \
         Dashed: half of its time, so that two such ranks do what one worker does here. {}; {}.",
        record.hosts,
        machine()
    )
}

fn alt(record: &Reach) -> String {
    let mut lines =
        vec!["Share of its time that a rank on another host works, by length of a job.".to_owned()];
    lines.extend(record.distances.iter().map(|distance| {
        let points = record.lengths.iter().zip(&distance.efficiency);
        let points: Vec<_> = points
            .map(|(length, share)| format!("{} at {}", ratio(*share), seconds(*length)))
            .collect();
        let even = break_even(record, distance)
            .map_or(String::new(), |length| format!("; half of it from {}", seconds(length)));
        let round = seconds(distance.round_trip);
        format!("{}, round trip {round}: {}{even}.", name(distance), points.join(", "))
    }));
    lines.join("\n")
}
