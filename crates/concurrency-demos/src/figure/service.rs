//! A server under growing load: waits above, answers a second and memory below, on log axes.

use super::axis::{Axis, PAGE, Tick};
use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::labels::placed;
use super::palette::{GREY, Shade};
use super::{Figure, machine};
use crate::format::{bytes, memory, seconds, thousands};
use crate::labs::{Load, Service, Serving};

const TITLE: i32 = 34;
const BELOW: i32 = 34;
const WAITS: i32 = 190;
const HALF: i32 = 120;
/// How far the marks of two models stand apart.
const STEP: i32 = 7;

/// Guests across, a colour for each model. Above, how long their orders waited: the median, a
/// thick bar from there to the 90th percentile, a thin one to the 99th. Below, the answers in a second and the memory.
#[must_use]
pub fn service(record: &Service) -> Figure {
    if record.loads.is_empty() {
        return Figure::of_nothing("Nobody was served.");
    }
    let guests = guests(record);
    let names = Serving::ALL.map(|serving| width(serving.label()));
    let right = WIDTH - names.into_iter().max().unwrap_or(0) - 24;
    let (waits, answers, held) = (waits(record), answers(record), memories(record));
    let svg = canvas::draw(WAITS + HALF + 2 * (TITLE + BELOW) + 14, |canvas| {
        let plot = |left, right, top, height, guests: &[usize]| {
            let across =
                Axis::log(guests[0] as f64, guests[guests.len() - 1] as f64, (left, right));
            Plot { canvas, across, guests: guests.to_vec(), top: top + TITLE, height }
        };
        let below = WAITS + TITLE + BELOW;
        plot(70, right, 0, WAITS, &guests).draw(&waits);
        plot(70, WIDTH / 2 - 66, below, HALF, &guests).draw(&answers);
        plot(WIDTH / 2 + 76, WIDTH - 74, below, HALF, &guests).draw(&held);
        let middle = (WIDTH / 2, below + TITLE + HALF + BELOW + 4);
        let orders = record.orders;
        let name = format!("guests at the same time, {orders} orders each, one after the other");
        canvas.coloured(middle, Anchor::Middle, &name, GREY);
    });
    Figure::new(svg, alt(record), caption(record))
}

/// The numbers of guests, from the fewest to the most.
fn guests(record: &Service) -> Vec<usize> {
    let mut guests: Vec<usize> = record.loads.iter().map(|load| load.visits.guests).collect();
    guests.sort_unstable();
    guests.dedup();
    guests
}

struct Panel {
    title: &'static str,
    lines: Vec<Line>,
    ticks: fn(&Axis) -> Vec<Tick>,
}

/// One model: at numbers of guests a value, and how far a thick and a thin bar reach from there.
struct Line {
    shade: Shade,
    points: Vec<(usize, [f64; 3])>,
    end: String,
}

fn panel(
    record: &Service,
    title: &'static str,
    ticks: fn(&Axis) -> Vec<Tick>,
    point: impl Fn(&Load) -> Option<[f64; 3]>,
    end: impl Fn(&Load) -> String,
) -> Panel {
    let line = |serving: Serving| {
        let known = |load: &&Load| point(load).is_some();
        let end = record.of(serving).rfind(known).map(&end)?;
        let at = |load: &Load| Some((load.visits.guests, point(load)?));
        let points = record.of(serving).filter_map(at).collect();
        Some(Line { shade: Shade::of(serving.model()), points, end })
    };
    Panel { title, lines: Serving::ALL.into_iter().filter_map(line).collect(), ticks }
}

fn waits(record: &Service) -> Panel {
    let time = |load: &Load, p| load.visits.waits.percentile(p).as_secs_f64();
    panel(
        record,
        "From the order to the answer: median, 90th (thick bar) and 99th percentile (thin)",
        |axis| axis.ticks(7),
        |load| Some([50.0, 90.0, 99.0].map(|p| time(load, p))),
        |load| load.serving.label().to_owned(),
    )
}

fn answers(record: &Service) -> Panel {
    panel(
        record,
        "Answers in a second",
        |axis| axis.number_ticks(5),
        |load| Some([load.visits.per_second(); 3]),
        |load| thousands(load.visits.per_second().round() as usize),
    )
}

fn memories(record: &Service) -> Panel {
    panel(
        record,
        "Memory of the server",
        Axis::byte_ticks,
        |load| load.memory.map(|held| [(held as f64).max(PAGE); 3]),
        |load| bytes(load.memory.unwrap_or_default()),
    )
}

struct Plot<'a, 'b> {
    canvas: &'a Canvas<'b>,
    across: Axis,
    guests: Vec<usize>,
    top: i32,
    height: i32,
}

impl Plot<'_, '_> {
    fn draw(&self, panel: &Panel) {
        let (left, right) = self.across.pixels();
        self.canvas.heading((left - 62, self.top - TITLE / 2), panel.title);
        let values = || panel.lines.iter().flat_map(|line| &line.points);
        let Some(least) = values().map(|point| point.1[0]).reduce(f64::min) else {
            let at = (left, self.top + self.height / 2);
            return self.canvas.coloured(at, Anchor::Left, "This system does not tell.", GREY);
        };
        let most = values().map(|point| point.1[2]).fold(least, f64::max);
        let axis = Axis::log(least, most, (self.top + self.height, self.top));
        axis.draw_upright(self.canvas, &(panel.ticks)(&axis), (left, right));
        self.draw_guests();
        for (nth, line) in panel.lines.iter().enumerate() {
            self.draw_line(line, &axis, STEP * nth as i32 - STEP);
        }
        self.draw_ends(panel, &axis);
    }

    fn draw_guests(&self) {
        let bottom = self.top + self.height;
        for guests in &self.guests {
            let (x, label) = (self.across.at(*guests as f64), thousands(*guests));
            self.canvas.line(&[(x, bottom), (x, bottom + 5)], GREY, 1);
            self.canvas.coloured((x, bottom + 16), Anchor::Middle, &label, GREY);
        }
    }

    fn draw_line(&self, line: &Line, axis: &Axis, aside: i32) {
        let Shade { fill, ink } = line.shade;
        let x = |guests: usize| self.across.at(guests as f64) + aside;
        let median = |(guests, [p50, ..]): &(usize, [f64; 3])| (x(*guests), axis.at(*p50));
        let medians: Vec<_> = line.points.iter().map(median).collect();
        self.canvas.line(&medians, fill, 2);
        for (guests, values) in &line.points {
            let (x, [p50, p90, p99]) = (x(*guests), values.map(|value| axis.at(value)));
            for (to, half) in [(p90, 2), (p99, 1)].into_iter().filter(|(to, _)| p50 - to > 1) {
                self.canvas.rect((x - half, to), (x + half, p50), fill);
            }
            self.canvas.dot((x, p50), 4, ink, fill);
        }
    }

    fn draw_ends(&self, panel: &Panel, axis: &Axis) {
        let last = |line: &Line| line.points.last().copied();
        let reaches = |line: &&Line| last(line).map(|last| last.0) == self.guests.last().copied();
        let (whole, short): (Vec<_>, Vec<_>) = panel.lines.iter().partition(reaches);
        let height = |line: &&Line| last(line).map_or(0, |(_, [p50, ..])| axis.at(p50));
        let whole = whole.into_iter().map(|line| (height(&line), line));
        for (_, y, line) in placed(whole, self.top, self.top + self.height) {
            let at = (self.across.pixels().1 + 14, y);
            self.canvas.coloured(at, Anchor::Left, &line.end, line.shade.ink);
        }
        for line in short {
            let Some((guests, [_, _, p99])) = last(line) else { continue };
            let (top, dot) = (axis.at(p99), height(&line));
            // Beside the top of its bar, or above its dot.
            let y = if top < dot { top.max(self.top + TEXT / 2) } else { dot - TEXT };
            let at = (self.across.at(guests as f64) + 6, y);
            self.canvas.coloured(at, Anchor::Left, &line.end, line.shade.ink);
        }
    }
}

fn caption(record: &Service) -> String {
    let notes: String = record.notes.iter().map(|note| format!(" {note}.")).collect();
    format!(
        "All axes are log scales. The server answers {} after an order, and computes nothing. \
         Server and guests are a process each, on {}; one run for each number of guests. Memory: \
         heap and stacks of the server, by which it has grown for its guests.{notes}",
        seconds(record.time),
        machine()
    )
}

fn alt(record: &Service) -> String {
    let mut lines =
        vec!["Waits, answers in a second and memory of a server, by guests.".to_owned()];
    lines
        .extend(record.loads.iter().map(|load| format!("{load}, memory {}.", memory(load.memory))));
    lines.extend(record.notes.iter().map(|note| format!("{note}.")));
    lines.join("\n")
}
