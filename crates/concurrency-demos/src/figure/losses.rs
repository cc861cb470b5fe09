//! What keeps workers from being as many times as quick as there are workers.

use super::axis::{AXIS_HEIGHT, Axis};
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::palette::{BLACK, GREY, Shade, WHITE};
use super::{Figure, machine};
use crate::format::{ratio, seconds};
use crate::labs::{Scaled, SpeedUp, Spent};

const LEGEND: i32 = 34;
const BAR: i32 = 18;
const NOTE: i32 = TEXT + 5;
const GAP: i32 = 10;

/// For one worker, for one on each core and for two on each: the time of all workers
/// together as a bar, divided into what the work takes serially and what is lost.
#[must_use]
pub fn losses(record: &SpeedUp) -> Figure {
    let rows = rows(record);
    if rows.is_empty() {
        return Figure::of_nothing("No speed-up was measured.");
    }
    let labels = rows.iter().map(|row| width(&row.model.to_string())).max().unwrap_or(0);
    let longest = rows.iter().map(|row| row.spent.total()).max().unwrap_or_default();
    let pixels = (labels + 24, WIDTH - 90);
    let axis = Axis::linear(longest.max(record.serial_spent.cpu).as_secs_f64() * 1.02, pixels);
    let bottom = LEGEND + rows.len() as i32 * (BAR + NOTE + GAP);
    let svg = canvas::draw(bottom + AXIS_HEIGHT, |canvas| {
        draw_legend(canvas);
        axis.draw_grid(canvas, LEGEND, bottom);
        for (row, top) in rows.iter().zip((LEGEND..).step_by((BAR + NOTE + GAP) as usize)) {
            draw_row(canvas, &axis, record, row, top + GAP / 2);
        }
        let serial = axis.at_time(record.serial_spent.cpu);
        canvas.line(&[(serial, LEGEND - 4), (serial, bottom)], BLACK, 1);
        axis.draw(canvas, bottom, &format!("time of all workers together, in {}", axis.unit()));
    });
    Figure::new(svg, alt(record, &rows), caption(record))
}

/// The numbers of workers that tell most.
fn rows(record: &SpeedUp) -> Vec<&Scaled> {
    let numbers = [1, record.cores, 2 * record.cores].map(Some);
    record.times.iter().filter(|scaled| numbers.contains(&scaled.model.workers())).collect()
}

const PARTS: [&str; 5] = ["work, as long as serially", "slower CPU", "no CPU", "no job", "start"];

/// What fills each of the parts; all have the dark rim of the kind.
fn fills(shade: Shade) -> [plotters::style::RGBColor; 5] {
    [shade.fill, shade.light(), shade.tint(), WHITE, BLACK]
}

/// How long each of the parts is, in seconds.
fn parts(spent: &Spent, serial: &Spent) -> [f64; 5] {
    let work = spent.cpu.min(serial.cpu);
    [work, spent.cpu - work, spent.no_cpu, spent.no_job, spent.start].map(|part| part.as_secs_f64())
}

fn draw_legend(canvas: &Canvas<'_>) {
    let (shade, y) = (Shade::of(crate::record::Kind::Serial), LEGEND / 2 - 4);
    let mut x = 8;
    for (name, fill) in PARTS.into_iter().zip(fills(shade)) {
        canvas.framed((x, y - 6), (x + 16, y + 6), shade.ink, fill);
        canvas.text((x + 22, y), Anchor::Left, name);
        x += 36 + width(name);
    }
}

fn draw_row(canvas: &Canvas<'_>, axis: &Axis, record: &SpeedUp, row: &Scaled, top: i32) {
    let shade = Shade::of(row.model);
    let (left, right) = axis.pixels();
    let mut until = 0.0;
    for (part, fill) in parts(&row.spent, &record.serial_spent).into_iter().zip(fills(shade)) {
        let (from, to) = (axis.at(until), axis.at(until + part));
        if to > from {
            canvas.framed((from, top), (to, top + BAR), shade.ink, fill);
        }
        until += part;
    }
    canvas.text((left - 10, top + BAR / 2), Anchor::Right, &row.model.to_string());
    let times = record.speed_up(row.model).map(|times| format!("{} x", ratio(times)));
    canvas.text((right + 12, top + BAR / 2), Anchor::Left, &times.unwrap_or_default());
    let note = (left + 4, top + BAR + NOTE / 2 + 1);
    canvas.coloured(note, Anchor::Left, &lost(&row.spent, &record.serial_spent), GREY);
}

/// What is lost, in shares of the time of all workers.
fn lost(spent: &Spent, serial: &Spent) -> String {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let slower = spent.slower_than(serial);
    let cpu = if slower < 0.0 { "quicker CPU" } else { "slower CPU" };
    format!(
        "{cpu} {}, no CPU {}, no job {}, start {}",
        percent(slower.abs()),
        percent(spent.share(spent.no_cpu)),
        percent(spent.share(spent.no_job)),
        percent(spent.share(spent.start))
    )
}

fn caption(record: &SpeedUp) -> String {
    format!(
        "The run with the median time of {}, for 1 worker, one on each core and two on each; {}. \
         Line: what serial takes on its CPU, {}. Right: speed-up over serial. Slower CPU: more CPU \
         time than serial takes for the same jobs.",
        record.jobs,
        machine(),
        seconds(record.serial_spent.cpu)
    )
}

fn alt(record: &SpeedUp, rows: &[&Scaled]) -> String {
    let title = format!("Where the time of the workers went, {}.", record.jobs);
    let mut lines = vec![title];
    lines.extend(rows.iter().map(|row| {
        let total = seconds(row.spent.total());
        format!("{}: {total} in all; {}.", row.model, lost(&row.spent, &record.serial_spent))
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::labs::Samples;
    use crate::record::Model;

    fn record() -> SpeedUp {
        let ms = Duration::from_millis;
        let spent = |[start, no_job, no_cpu, cpu]: [u64; 4]| Spent {
            start: ms(start),
            no_job: ms(no_job),
            no_cpu: ms(no_cpu),
            cpu: ms(cpu),
        };
        let scaled = |(model, parts)| {
            let wall = Samples::from_iter([ms(100)]);
            Scaled { model, work: wall.clone(), wall, spent: spent(parts) }
        };
        let models = [
            (Model::Threads(1), [0, 0, 0, 80]),
            (Model::Threads(2), [10, 20, 30, 140]),
            (Model::Threads(3), [0, 0, 0, 300]),
            (Model::Threads(4), [0, 0, 200, 200]),
            (Model::Async, [0, 0, 0, 100]),
        ];
        SpeedUp {
            jobs: "96 x fib(20)".to_owned(),
            serial: Samples::from_iter([ms(100)]),
            serial_spent: spent([0, 0, 0, 100]),
            times: models.map(scaled).to_vec(),
            cores: 2,
            physical_cores: None,
        }
    }

    #[test]
    fn every_part_is_drawn_and_told() {
        let figure = losses(&record());
        for part in [
            "2 threads: 200 ms in all; \
             slower CPU 20.0 %, no CPU 15.0 %, no job 10.0 %, start 5.0 %.",
            "1 thread: 80.0 ms in all; quicker CPU 25.0 %, no CPU 0.0 %",
            "4 threads: 400 ms in all; slower CPU 25.0 %, no CPU 50.0 %",
            "async, 1 thread: 100 ms",
        ] {
            assert!(figure.alt().contains(part), "{part} in {}", figure.alt());
        }
        assert!(!figure.alt().contains("3 threads"), "{}", figure.alt());
        assert!(figure.caption().contains("100 ms"), "{}", figure.caption());
        let light = Shade::of(Model::Threads(2)).light();
        let colour = format!("#{:02X}{:02X}{:02X}", light.0, light.1, light.2);
        assert_eq!(figure.svg().matches(&colour).count(), 2, "two slower CPUs in {colour}");
    }

    #[test]
    fn nothing_measured_draws_nothing() {
        let nothing = SpeedUp { times: vec![], ..record() };
        assert!(losses(&nothing).alt().contains("No speed-up"));
    }
}
