//! How much quicker more workers are: measured points, the ideal, two laws.

use std::collections::BTreeSet;

use super::axis::Axis;
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::labels::placed;
use super::laws::{fitted, in_words, physical};
use super::palette::{BLACK, GREY, PALE, Shade};
use super::{Figure, count, machine};
use crate::format::{ratio, seconds};
use crate::labs::{
    SpeedUp,
    theory::{amdahl, universal_scalability},
};

const TOP: i32 = 46;
const HEIGHT: i32 = 320;
const BELOW: i32 = 48;
const LEFT: i32 = 56;

/// Workers across, speed-up over serial upwards, a line for each kind of model.
///
/// The laws are fitted to the first kind that has workers, where each worker
/// can have a core.
#[must_use]
pub fn speed_up(record: &SpeedUp) -> Figure {
    if record.times.is_empty() {
        return Figure::of_nothing("No speed-up was measured.");
    }
    let plot = Plot::new(record);
    let svg = canvas::draw(TOP + HEIGHT + BELOW, |canvas| {
        plot.draw_axes(canvas);
        plot.draw_cores(canvas);
        plot.draw_ideal(canvas);
        plot.draw_points(canvas);
        plot.draw_laws(canvas);
        plot.draw_names(canvas);
    });
    Figure::new(svg, alt(record), caption(record))
}

struct Plot<'a> {
    record: &'a SpeedUp,
    workers: Axis,
    speed_up: Axis,
}

impl<'a> Plot<'a> {
    fn new(record: &'a SpeedUp) -> Self {
        let names = record.kinds().into_iter().map(|kind| width(&kind.to_string()));
        let right = WIDTH - names.max().unwrap_or(0) - 84;
        let points = record.kinds().into_iter().flat_map(|kind| record.points(kind));
        let (most, best) = points
            .fold((record.cores, record.cores as f64), |(most, best), point| {
                (most.max(point.0), best.max(point.1))
            });
        Plot {
            record,
            workers: Axis::linear(most as f64, (LEFT, right)),
            speed_up: Axis::linear(best * 1.08, (TOP + HEIGHT, TOP)),
        }
    }

    fn at(&self, workers: f64, speed_up: f64) -> (i32, i32) {
        (self.workers.at(workers), self.speed_up.at(speed_up))
    }

    fn right(&self) -> i32 {
        self.workers.pixels().1
    }

    /// Every number of workers that was measured.
    fn numbers(&self) -> BTreeSet<usize> {
        let points = self.record.kinds().into_iter().flat_map(|kind| self.record.points(kind));
        points.map(|(workers, _)| workers).collect()
    }

    fn draw_axes(&self, canvas: &Canvas<'_>) {
        let bottom = TOP + HEIGHT;
        self.speed_up.draw_upright(canvas, &self.speed_up.ticks(8), (LEFT, self.right()));
        let mut free_from = 0;
        for workers in self.numbers() {
            let (x, label) = (self.workers.at(workers as f64), workers.to_string());
            canvas.line(&[(x, bottom), (x, bottom + 5)], GREY, 1);
            if x - width(&label) / 2 >= free_from {
                canvas.coloured((x, bottom + 16), Anchor::Middle, &label, GREY);
                free_from = x + width(&label) / 2 + 4;
            }
        }
        let middle = ((LEFT + self.right()) / 2, bottom + 36);
        canvas.coloured(middle, Anchor::Middle, "workers; speed-up over serial upwards", GREY);
    }

    /// A vertical line where each worker has a core, and where the cores are
    /// hardware threads another one where each has a whole core.
    fn draw_cores(&self, canvas: &Canvas<'_>) {
        let mut marks = vec![(self.record.cores, count(self.record.cores, "core"))];
        marks.extend(
            physical(self.record).map(|physical| (physical, format!("{physical} physical"))),
        );
        for (row, (cores, text)) in marks.into_iter().enumerate() {
            let (x, y) = (self.workers.at(cores as f64), 12 + 18 * row as i32);
            canvas.line(&[(x, y), (x, TOP + HEIGHT)], PALE, 2);
            canvas.coloured((x + 6, y), Anchor::Left, &text, GREY);
        }
    }

    /// As many times as quick as there are workers, and no more than cores.
    fn draw_ideal(&self, canvas: &Canvas<'_>) {
        let cores = self.record.cores as f64;
        let turn = self.at(cores, cores);
        let line = [self.at(0.0, 0.0), turn, (self.right(), turn.1)];
        canvas.line(&line, GREY, 1);
        // On few cores there is room before the first number of workers alone.
        let half = self.at(0.5, 0.5);
        let (at, anchor) = match cores * 0.6 {
            upper if cores > 4.0 => (self.at(upper, upper), Anchor::Right),
            _ => ((half.0 + 18, half.1 + 18), Anchor::Left),
        };
        canvas.coloured((at.0 - 10, at.1 - 8), anchor, "ideal", GREY);
    }

    fn draw_laws(&self, canvas: &Canvas<'_>) {
        let Some(kind) = fitted(self.record) else { return };
        // A law speaks of one worker of this kind, the figure of serial.
        let one = self.record.points(kind).into_iter().find(|(workers, _)| *workers == 1);
        let one = one.map_or(1.0, |(_, speed_up)| speed_up);
        if let Some(parallel) = self.record.parallel_share(kind) {
            self.draw_law(canvas, 3, |workers| one * amdahl(parallel, workers));
        }
        if let Some((contention, crosstalk)) = self.record.contention_and_crosstalk(kind) {
            let law = |workers| one * universal_scalability(contention, crosstalk, workers);
            self.draw_law(canvas, 9, law);
        }
    }

    /// A dashed line through the law at each number of workers up to the
    /// cores: beyond them it would speak of cores that are not there.
    fn draw_law(&self, canvas: &Canvas<'_>, dash: i32, law: impl Fn(usize) -> f64) {
        let corners = (1..=self.record.cores).map(|n| self.at(n as f64, law(n)));
        canvas.dashed(&corners.collect::<Vec<_>>(), dash, BLACK);
    }

    fn draw_points(&self, canvas: &Canvas<'_>) {
        for kind in self.record.kinds() {
            let shade = Shade::of(kind);
            let points = self.record.points(kind).into_iter();
            let points: Vec<_> = points.map(|(n, times)| self.at(n as f64, times)).collect();
            canvas.line(&points, shade.fill, 2);
            points.iter().for_each(|point| canvas.dot(*point, 4, shade.ink, shade.fill));
        }
    }

    /// The name of each line at its end, with the speed-up there, moved apart
    /// where ends are close.
    fn draw_names(&self, canvas: &Canvas<'_>) {
        let end = |kind| {
            let (workers, speed_up) = self.record.points(kind).last().copied()?;
            let (x, y) = self.at(workers as f64, speed_up);
            Some((y, (x, kind, speed_up)))
        };
        let ends = self.record.kinds().into_iter().filter_map(end);
        let (last, alone): (Vec<_>, Vec<_>) = ends.partition(|(_, (x, ..))| *x == self.right());
        let below = alone.into_iter().map(|(y, end)| (y, y + TEXT, end));
        for (end, y, (x, kind, speed_up)) in placed(last, TOP, TOP + HEIGHT).chain(below) {
            let (ink, text) = (Shade::of(kind).ink, format!("{kind} {}", ratio(speed_up)));
            canvas.line(&[(x + 6, end), (x + 14, y)], ink, 1);
            canvas.coloured((x + 18, y), Anchor::Left, &text, ink);
        }
    }
}

fn caption(record: &SpeedUp) -> String {
    format!(
        "Medians of {} of {}, serial {}; starting the workers is included; {}. {}",
        count(record.serial.len(), "run"),
        record.jobs,
        seconds(record.serial.median()),
        machine(),
        in_words(record)
    )
    .trim_end()
    .to_owned()
}

fn alt(record: &SpeedUp) -> String {
    let title = format!("Speed-up of {} over serial, by the number of workers.", record.jobs);
    let mut lines = vec![title];
    lines.extend(record.kinds().into_iter().map(|kind| {
        let points = record.points(kind).into_iter();
        let points: Vec<_> = points.map(|(n, times)| format!("{n}: {}", ratio(times))).collect();
        format!("{kind}: {}.", points.join(", "))
    }));
    lines.push(format!("The program may use {}.", count(record.cores, "core")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::labs::{Samples, Scaled, Spent};
    use crate::record::Model;

    fn scaled(model: Model, ms: u64) -> Scaled {
        let wall = Samples::from_iter([Duration::from_millis(ms)]);
        Scaled { model, work: wall.clone(), wall, spent: Spent::default() }
    }

    fn record(cores: usize) -> SpeedUp {
        let times = [(1, 800), (2, 410), (4, 220), (8, 210)];
        let times = times.map(|(n, ms)| scaled(Model::Threads(n), ms));
        SpeedUp {
            jobs: "96 x fib(20)".to_owned(),
            serial: scaled(Model::Serial, 800).wall,
            serial_spent: Spent::default(),
            times: [scaled(Model::Async, 790)].into_iter().chain(times).collect(),
            cores,
            physical_cores: Some(2),
        }
    }

    #[test]
    fn every_number_is_in_the_words_and_both_laws_are_named() {
        let figure = speed_up(&record(4));
        assert!(figure.alt().contains("threads: 1: 1.00, 2: 1.95, 4: 3.64, 8: 3.81."));
        assert!(
            figure.caption().contains("Amdahl with 96") && figure.caption().contains("crosstalk")
        );
        assert!(figure.svg().contains("4 cores") && figure.svg().contains("2 physical"));
        assert_eq!(figure.svg().matches("<circle").count(), 2 * 5);
    }

    #[test]
    fn one_core_fits_no_law_and_nothing_draws_nothing() {
        let alone = speed_up(&record(1));
        assert!(alone.caption().contains("No law is fitted"), "{}", alone.caption());
        assert!(alone.svg().contains("1 core") && !alone.svg().contains("physical"));
        let nothing = SpeedUp { times: vec![], ..record(4) };
        assert!(speed_up(&nothing).alt().contains("No speed-up"));
    }

    #[test]
    fn a_law_at_its_bound_or_with_no_point_to_spare_says_so() {
        let two = speed_up(&record(2));
        assert!(two.caption().contains("in parallel, just determined"), "{}", two.caption());
        assert!(!two.caption().contains("crosstalk"), "{}", two.caption());
        assert!(two.caption().contains("Universal scalability cannot be fitted"));
        assert!(!speed_up(&record(4)).caption().contains("cannot be fitted"));
        let times = [(1, 800), (2, 400), (4, 200), (8, 100)];
        let times = times.map(|(n, ms)| scaled(Model::Threads(n), ms)).to_vec();
        let ideal = speed_up(&SpeedUp { times, physical_cores: Some(4), ..record(8) });
        for part in ["100 % in parallel, its bound", "0.00 % contention, its bound", "(4 physical)"]
        {
            assert!(ideal.caption().contains(part), "{part} in {}", ideal.caption());
        }
        assert!(!ideal.caption().contains("just determined"), "{}", ideal.caption());
    }
}
