//! Which way to run a job: what each costs to start, and what it brings.

use std::time::Duration;

use super::axis::Axis;
use super::canvas::{self, Anchor, Canvas, width};
use super::palette::{FAINT, GREY, Shade};
use super::{Figure, machine};
use crate::format::{ratio, seconds};
use crate::record::Model;

/// A job that takes so many times the start of its own worker hardly feels it. Whether the
/// worker makes it quicker is another question: the two other columns answer it.
const TIMES_START: u32 = 10;
const HEAD: i32 = 52;
const ROW: i32 = 40;
const BAR: i32 = 22;
const TICKS: i32 = 30;
const LEGEND: i32 = 26;
/// From the left end to the right end of the bars in each column.
const STARTS: (i32, i32) = (140, 430);
const COMPUTING: (i32, i32) = (460, 540);
const WAITING: (i32, i32) = (620, 695);

/// A way to run jobs, and what was measured of it here.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Who does the jobs.
    pub model: Model,
    /// How long it takes to start one more of its processes, threads or tasks.
    pub start: Duration,
    /// How many times as quick as serial it is for jobs that compute. `None`:
    /// this was not measured.
    pub computing: Option<f64>,
    /// The same for jobs that wait.
    pub waiting: Option<f64>,
}

impl Choice {
    fn name(&self) -> String {
        match self.model {
            Model::Processes(_) => "process".to_owned(),
            Model::ThreadPerJob | Model::Threads(_) => "thread".to_owned(),
            Model::Async => "task, 1 thread".to_owned(),
            Model::AsyncThreads(threads) => format!("task, {threads} threads"),
            Model::Mpi(_) => "MPI rank".to_owned(),
            Model::Broker(_) => "broker job".to_owned(),
            Model::Serial | Model::Rayon(_) | Model::AsyncBlocking(_) => self.model.to_string(),
        }
    }

    /// The job of which the start is a tenth.
    fn hardly_felt_from(&self) -> Duration {
        self.start * TIMES_START
    }
}

/// A row for each choice: from which length of a job on the start of its own worker is a
/// tenth of it at the most, and how many times as quick as serial the choice is for jobs that
/// compute and for jobs that wait.
#[must_use]
pub fn decision(choices: &[Choice]) -> Figure {
    if choices.is_empty() {
        return Figure::of_nothing("There is nothing to choose from.");
    }
    let shortest = choices.iter().map(|choice| choice.start.as_secs_f64()).fold(1.0, f64::min);
    let columns = Columns {
        length: Axis::log(shortest / f64::from(TIMES_START), 10.0, STARTS),
        most_computing: most(choices.iter().map(|choice| choice.computing)),
        most_waiting: most(choices.iter().map(|choice| choice.waiting)),
    };
    let bottom = HEAD + ROW * choices.len() as i32;
    let svg = canvas::draw(bottom + TICKS + LEGEND, |canvas| {
        columns.draw_heads(canvas, bottom);
        for (row, choice) in choices.iter().enumerate() {
            columns.draw_row(canvas, HEAD + ROW * row as i32 + ROW / 2, choice);
        }
        draw_legend(canvas, bottom + TICKS + LEGEND / 2);
    });
    Figure::new(svg, alt(choices), caption())
}

/// The largest value, and 1 at the least: serial itself.
fn most(values: impl Iterator<Item = Option<f64>>) -> f64 {
    values.flatten().fold(1.0, f64::max)
}

struct Columns {
    length: Axis,
    most_computing: f64,
    most_waiting: f64,
}

impl Columns {
    fn draw_heads(&self, canvas: &Canvas<'_>, bottom: i32) {
        let heads = [
            (STARTS, "Length of a job", "its start is a tenth of it from"),
            (COMPUTING, "Computing", "times as quick"),
            (WAITING, "Waiting", "times as quick"),
        ];
        for ((left, _), title, below) in heads {
            canvas.heading((left, 14), title);
            canvas.coloured((left, 34), Anchor::Left, below, GREY);
        }
        let mut free = 0;
        for tick in self.length.ticks(5) {
            canvas.line(&[(tick.at, HEAD), (tick.at, bottom)], FAINT, 1);
            let half = width(&tick.label) / 2;
            if tick.at - half >= free {
                canvas.coloured((tick.at, bottom + 14), Anchor::Middle, &tick.label, GREY);
                free = tick.at + half + 6;
            }
        }
        for (left, _) in [STARTS, COMPUTING, WAITING] {
            canvas.line(&[(left, HEAD), (left, bottom)], GREY, 1);
        }
    }

    fn draw_row(&self, canvas: &Canvas<'_>, y: i32, choice: &Choice) {
        let shade = Shade::of(choice.model);
        canvas.coloured((8, y), Anchor::Left, &choice.name(), shade.ink);
        self.draw_length(canvas, y, choice, shade);
        let computing = choice.computing.map(|times| times / self.most_computing);
        draw_bar(canvas, y, COMPUTING, shade, choice.computing.zip(computing));
        // A log scale from a tenth of serial on: tasks are many times as quick.
        let part = |times: f64| (times * 10.0).ln() / (self.most_waiting * 10.0).ln();
        draw_bar(canvas, y, WAITING, shade, choice.waiting.map(|times| (times, part(times))));
    }

    fn draw_length(&self, canvas: &Canvas<'_>, y: i32, choice: &Choice, shade: Shade) {
        let (top, bottom) = (y - BAR / 2, y + BAR / 2);
        let ends = [choice.start, choice.hardly_felt_from()].map(|time| self.length.at_time(time));
        canvas.rect((ends[0], top), (ends[1], bottom), shade.tint());
        canvas.rect((ends[1], top), (STARTS.1, bottom), shade.fill);
        let text = seconds(choice.hardly_felt_from());
        if ends[1] + width(&text) + 12 <= STARTS.1 {
            canvas.coloured((ends[1] + 6, y), Anchor::Left, &text, shade.on_fill());
        } else {
            canvas.text((ends[0] - 6, y), Anchor::Right, &text);
        }
    }
}

/// A bar of such a part of its column, with the value behind it.
fn draw_bar(
    canvas: &Canvas<'_>,
    y: i32,
    (left, right): (i32, i32),
    shade: Shade,
    value: Option<(f64, f64)>,
) {
    let Some((times, part)) = value else {
        return canvas.coloured((left + 6, y), Anchor::Left, "not measured", GREY);
    };
    let end = left + (part.clamp(0.0, 1.0) * f64::from(right - left)).round() as i32;
    canvas.rect((left, y - BAR / 2), (end, y + BAR / 2), shade.fill);
    canvas.text((end + 6, y), Anchor::Left, &ratio(times));
}

fn draw_legend(canvas: &Canvas<'_>, y: i32) {
    let shade = Shade::of(Model::Serial);
    let parts = [
        (shade.tint(), "the job is longer than its start"),
        (shade.fill, "its start is a tenth of it at the most"),
    ];
    let mut x = 8;
    for (colour, text) in parts {
        canvas.rect((x, y - 6), (x + 12, y + 6), colour);
        canvas.coloured((x + 18, y), Anchor::Left, text, GREY);
        x += 18 + width(text) + 16;
    }
}

fn caption() -> String {
    format!(
        "Left: from {TIMES_START} times its start on, the start of a process, thread or task of \
         its own is a tenth of the job at the most (log scale). Computing and waiting: times as \
         quick as serial, on the jobs of this run (waiting on a log scale); {}.",
        machine()
    )
}

fn alt(choices: &[Choice]) -> String {
    let mut lines = vec!["What each way to run jobs costs and brings.".to_owned()];
    let times = |value: Option<f64>| {
        value.map_or("not measured".to_owned(), |times| format!("{} times as quick", ratio(times)))
    };
    lines.extend(choices.iter().map(|choice| {
        format!(
            "{}: start {}, a tenth of a job of {}; computing {}, waiting {}.",
            choice.name(),
            seconds(choice.start),
            seconds(choice.hardly_felt_from()),
            times(choice.computing),
            times(choice.waiting)
        )
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(model: Model, micros: u64, waiting: Option<f64>) -> Choice {
        Choice { model, start: Duration::from_micros(micros), computing: Some(1.94), waiting }
    }

    #[test]
    fn every_number_is_in_the_picture_and_in_the_words() {
        let figure = decision(&[
            choice(Model::Processes(2), 1300, Some(1.98)),
            choice(Model::Threads(2), 30, Some(87.6)),
            choice(Model::Async, 1, None),
        ]);
        for part in ["13.0 ms", "300 us", "10.0 us", "1.94", "87.6", "not measured"] {
            assert!(figure.alt().contains(part), "{part} in {}", figure.alt());
            assert!(figure.svg().contains(part), "{part} in the picture");
        }
        // A row that brings nothing for computing must not be said to pay.
        assert!(![figure.alt(), figure.svg()].concat().contains("pay"));
        assert!(
            figure.alt().contains("task, 1 thread: start 1.00 us, a tenth of a job of 10.0 us")
        );
    }

    #[test]
    fn a_start_of_seconds_leaves_its_text_inside() {
        let figure = decision(&[choice(Model::Processes(2), 5_000_000, Some(1.0))]);
        assert!(figure.svg().contains("50.0 s"));
        assert!(decision(&[]).svg().contains("nothing to choose"));
    }
}
