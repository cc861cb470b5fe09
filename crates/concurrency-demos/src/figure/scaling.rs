//! The same jobs on more and more workers: measured points, and the law beside each series.

use super::axis::Axis;
use super::canvas::{self, Anchor, Canvas, WIDTH, width};
use super::labels::placed;
use super::palette::{GREY, PALE, Shade, WHITE};
use super::{Figure, count, machine};
use crate::format::{ratio, seconds};
use crate::labs::theory::{amdahl, universal_scalability};
use crate::labs::{Law, Scaling, Series};

const TOP: i32 = 30;
const HEIGHT: i32 = 300;
const BELOW: i32 = 48;
const LEFT: i32 = 44;

/// Workers across, speed-up over one worker upwards, points of each series; dashed what the law
/// says, or a line where none does. Points are hollow where workers have no core for each.
#[must_use]
pub fn scaling(record: &Scaling) -> Figure {
    if record.series.iter().all(|series| series.points().is_empty()) {
        return Figure::of_nothing("No speed-up was measured.");
    }
    let plot = Plot::new(record);
    let svg = canvas::draw(TOP + HEIGHT + BELOW, |canvas| {
        plot.draw_axes(canvas);
        plot.draw_cores(canvas);
        plot.draw_ideal(canvas);
        for (nth, series) in record.series.iter().enumerate() {
            plot.draw_law(canvas, series, Shade::nth(nth));
            plot.draw_points(canvas, series, Shade::nth(nth));
        }
        plot.draw_names(canvas);
    });
    Figure::new(svg, alt(record), caption(record))
}

struct Plot<'a> {
    record: &'a Scaling,
    workers: Axis,
    speed_up: Axis,
}

impl<'a> Plot<'a> {
    fn new(record: &'a Scaling) -> Self {
        let names = record.series.iter().filter_map(|series| Some(width(&ending(series)?)));
        let right = WIDTH - names.max().unwrap_or(0) - 34;
        let most = record.most_workers();
        let points = record.series.iter().flat_map(Series::points);
        let ideal = most.min(record.within) as f64;
        let best = points.fold(ideal, |best, (_, speed_up)| best.max(speed_up));
        Plot {
            record,
            workers: Axis::linear(most as f64, (LEFT, right)),
            speed_up: Axis::linear(best * 1.06, (TOP + HEIGHT, TOP)),
        }
    }

    fn at(&self, workers: usize, speed_up: f64) -> (i32, i32) {
        (self.workers.at(workers as f64), self.speed_up.at(speed_up))
    }

    fn right(&self) -> i32 {
        self.workers.pixels().1
    }

    /// Up to here a law speaks, or a line is straight.
    fn last(&self) -> usize {
        self.record.within.min(self.record.most_workers())
    }

    fn draw_axes(&self, canvas: &Canvas<'_>) {
        let bottom = TOP + HEIGHT;
        canvas.coloured((8, 12), Anchor::Left, "times as quick as one worker", GREY);
        let ticks = self.speed_up.number_ticks(8);
        self.speed_up.draw_upright(canvas, &ticks, (LEFT, self.right()));
        let numbers = self.record.series.iter().flat_map(|series| &series.times);
        for (workers, _) in numbers {
            let x = self.workers.at(*workers as f64);
            canvas.line(&[(x, bottom), (x, bottom + 5)], GREY, 1);
        }
        for (workers, _) in &self.record.series[0].times {
            let at = (self.workers.at(*workers as f64), bottom + 16);
            canvas.coloured(at, Anchor::Middle, &workers.to_string(), GREY);
        }
        let middle = ((LEFT + self.right()) / 2, bottom + 36);
        canvas.coloured(middle, Anchor::Middle, "workers", GREY);
    }

    /// A line behind which there are more workers than cores.
    fn draw_cores(&self, canvas: &Canvas<'_>) {
        if self.record.most_workers() > self.record.within {
            let x = self.workers.at(self.record.within as f64);
            canvas.line(&[(x, TOP), (x, TOP + HEIGHT)], PALE, 2);
            let text = count(self.record.within, "core");
            canvas.coloured((x + 6, TOP + 8), Anchor::Left, &text, GREY);
        }
    }

    fn draw_ideal(&self, canvas: &Canvas<'_>) {
        let turn = self.at(self.last(), self.last() as f64);
        canvas.line(&[self.at(1, 1.0), turn, (self.right(), turn.1)], GREY, 1);
    }

    /// What the law says at each number of workers, and at those between.
    fn draw_law(&self, canvas: &Canvas<'_>, series: &Series, shade: Shade) {
        let Some(law) = self.record.law_of(series) else { return };
        let corners: Vec<_> = (1..=self.last()).map(|n| self.at(n, law(n))).collect();
        canvas.dashed(&corners, 6, shade.ink);
    }

    fn draw_points(&self, canvas: &Canvas<'_>, series: &Series, shade: Shade) {
        let points = series.points();
        let corners: Vec<_> = points.iter().map(|(n, times)| self.at(*n, *times)).collect();
        // Beside a law a second line would hide whether they lie on it.
        if self.record.law_of(series).is_none() {
            canvas.line(&corners, shade.fill, 2);
        }
        for ((workers, _), at) in points.iter().zip(corners) {
            let fill = if *workers > self.record.within { WHITE } else { shade.fill };
            canvas.dot(at, 4, shade.ink, fill);
        }
    }

    fn draw_names(&self, canvas: &Canvas<'_>) {
        let end = |(nth, series): (usize, &Series)| {
            let (_, speed_up) = *series.points().last()?;
            Some((self.speed_up.at(speed_up), (nth, ending(series)?)))
        };
        let ends = self.record.series.iter().enumerate().filter_map(end);
        for (end, y, (nth, text)) in placed(ends, TOP, TOP + HEIGHT) {
            let ink = Shade::nth(nth).ink;
            canvas.line(&[(self.right() + 6, end), (self.right() + 14, y)], ink, 1);
            canvas.coloured((self.right() + 18, y), Anchor::Left, &text, ink);
        }
    }
}

/// The words at the end of a line.
fn ending(series: &Series) -> Option<String> {
    let (_, speed_up) = *series.points().last()?;
    Some(format!("{}: {}", series.name, ratio(speed_up)))
}

impl Scaling {
    /// The speed-up that the law gives to a series; `None` if it is straight, or cannot be
    /// fitted.
    fn law_of(&self, series: &Series) -> Option<Box<dyn Fn(usize) -> f64>> {
        let share = series.value;
        match self.law {
            Law::Amdahl => Some(Box::new(move |workers| amdahl(1.0 - share, workers))),
            Law::Bottleneck => Some(Box::new(move |n| (n as f64).min(1.0 / share.max(1e-9)))),
            Law::Fitted => {
                let (contention, crosstalk) = self.contention_and_crosstalk(share)?;
                Some(Box::new(move |n| universal_scalability(contention, crosstalk, n)))
            }
            Law::Ideal => None,
        }
    }
}

fn caption(record: &Scaling) -> String {
    let runs = record.series.iter().flat_map(|series| &series.times);
    let runs = runs.map(|(_, times)| times.len()).max().unwrap_or(0);
    let mut parts = vec![match record.source {
        Some(source) => format!("{}, as published by {source}; not measured here.", record.jobs),
        None => format!("Medians of {}: {}; {}.", count(runs, "run"), record.jobs, machine()),
    }];
    parts.push(law_in_words(record));
    parts.push("Grey: ideal.".to_owned());
    if record.most_workers() > record.within {
        parts.push("Hollow: more workers than cores.".to_owned());
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

fn law_in_words(record: &Scaling) -> String {
    let told = |series: &Series| {
        let (contention, crosstalk) = record.contention_and_crosstalk(series.value)?;
        let (contention, crosstalk) = (100.0 * contention, 100.0 * crosstalk);
        Some(format!("{}: {contention:.2} % contention, {crosstalk:.3} % crosstalk", series.name))
    };
    match record.law {
        Law::Amdahl => "Dashed: Amdahl's law, computed from the share alone.".to_owned(),
        Law::Bottleneck => "Dashed: 1 over the share, which no schedule can pass.".to_owned(),
        Law::Ideal => String::new(),
        Law::Fitted => match record.series.iter().map(told).collect::<Option<Vec<_>>>() {
            Some(fits) => format!("Dashed: universal scalability, {}.", fits.join("; ")),
            None => "Universal scalability is not fitted: it has two unknowns, and needs two \
                     numbers of workers above one that have a core for each."
                .to_owned(),
        },
    }
}

fn alt(record: &Scaling) -> String {
    let mut lines =
        vec![format!("Speed-up over one worker, by the number of workers: {}.", record.jobs)];
    lines.extend(record.series.iter().map(|series| {
        let points = series.points().into_iter();
        let points: Vec<_> = points.map(|(n, times)| format!("{n}: {}", ratio(times))).collect();
        let one = series.times.first().map(|(_, times)| seconds(times.median()));
        let one = one.filter(|_| record.source.is_none());
        let one = one.map_or(String::new(), |one| format!(" (one worker: {one})"));
        format!("{}{one}: {}.", series.name, points.join(", "))
    }));
    lines.join("\n")
}
