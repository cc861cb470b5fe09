//! One panel: the axes, where threads end, the lines and the words at their ends.

use super::super::axis::Axis;
use super::super::canvas::{Anchor, Canvas, TEXT, width};
use super::super::labels::placed;
use super::super::palette::{GREY, Shade, WHITE};
use super::{Line, Panel, Style};
use crate::format::thousands;
use crate::labs::Crowd;
use crate::record::Model;

const TITLE: i32 = 34;
const HEIGHT: i32 = 200;
/// A panel from its title to the numbers below its axis.
pub(super) const PANEL: i32 = TITLE + HEIGHT + 34;

/// Where a panel is drawn.
pub(super) struct Plot<'a, 'b> {
    pub canvas: &'a Canvas<'b>,
    pub record: &'a Crowd,
    pub persons: &'a Axis,
    /// The height at which the panel begins.
    pub top: i32,
}

impl Plot<'_, '_> {
    fn left(&self) -> i32 {
        self.persons.pixels().0
    }

    fn right(&self) -> i32 {
        self.persons.pixels().1
    }

    /// The heights between which the values are.
    fn highest(&self) -> i32 {
        self.top + TITLE
    }

    fn bottom(&self) -> i32 {
        self.highest() + HEIGHT
    }

    pub fn draw(&self, panel: &Panel) {
        self.canvas.heading((8, self.top + TITLE / 2), panel.title);
        let Some(axis) = panel.axis((self.bottom(), self.highest())) else {
            let middle = (self.left(), self.highest() + HEIGHT / 2);
            let why = "This system does not tell: not measured.";
            return self.canvas.coloured(middle, Anchor::Left, why, GREY);
        };
        axis.draw_upright(self.canvas, &(panel.ticks)(&axis), (self.left(), self.right()));
        self.draw_persons();
        self.draw_end_of_threads();
        panel.lines.iter().for_each(|line| self.draw_line(line, &axis));
        self.draw_ends(&panel.lines, &axis);
    }

    fn draw_persons(&self) {
        let (canvas, bottom) = (self.canvas, self.bottom());
        let mut free_from = 0;
        for waited in &self.record.tasks {
            let (x, label) = (self.persons.at(waited.persons as f64), thousands(waited.persons));
            canvas.line(&[(x, bottom), (x, bottom + 5)], GREY, 1);
            if x - width(&label) / 2 >= free_from {
                canvas.coloured((x, bottom + 16), Anchor::Middle, &label, GREY);
                free_from = x + width(&label) / 2 + 6;
            }
        }
    }

    /// A vertical line at the most persons that had a thread for each dish.
    fn draw_end_of_threads(&self) {
        let (Some(_), Some(last)) = (&self.record.end_of_threads, self.record.threads.last())
        else {
            return;
        };
        let x = self.persons.at(last.persons as f64);
        let line = [(x, self.highest()), (x, self.bottom())];
        self.canvas.line(&line, Shade::of(Model::ThreadPerJob).ink, 1);
    }

    fn draw_line(&self, line: &Line, values: &Axis) {
        let at =
            |(persons, value): &(usize, f64)| (self.persons.at(*persons as f64), values.at(*value));
        let points: Vec<_> = line.points.iter().map(at).collect();
        let Shade { fill, ink } = line.shade;
        let (radius, fill) = match line.style {
            Style::Dashed => (3, WHITE),
            Style::Narrow => (3, fill),
            Style::Wide => (5, fill),
        };
        match line.style {
            Style::Dashed => self.canvas.dashed(&points, 6, ink),
            Style::Narrow => self.canvas.line(&points, fill, 2),
            Style::Wide => self.canvas.line(&points, fill, 5),
        }
        points.iter().for_each(|at| self.canvas.dot(*at, radius, ink, fill));
    }

    /// The words at the end of each line: beside the plot, moved apart where
    /// ends are close, or above the end where other lines go on.
    fn draw_ends<'a>(&self, lines: &'a [Line], values: &Axis) {
        let last = self.record.tasks.last().map(|waited| waited.persons);
        let end = |line: &'a Line| Some((values.at(line.points.last()?.1), line));
        let reaches = |line: &&Line| line.points.last().map(|(persons, _)| *persons) == last;
        let (whole, short): (Vec<_>, Vec<_>) = lines.iter().partition(reaches);
        let whole = whole.into_iter().filter_map(end);
        for (_, y, line) in placed(whole, self.highest(), self.bottom()) {
            let at = (self.right() + 8, y);
            self.canvas.coloured(at, Anchor::Left, &line.end, line.shade.ink);
        }
        for line in short {
            let Some((persons, value)) = line.points.last() else { continue };
            let (x, y) = (self.persons.at(*persons as f64), values.at(*value) - TEXT);
            let fits = x - 8 - width(&line.end) >= self.left();
            let (x, anchor) = if fits { (x - 8, Anchor::Right) } else { (x + 8, Anchor::Left) };
            self.canvas.coloured((x, y), anchor, &line.end, line.shade.ink);
        }
    }
}
