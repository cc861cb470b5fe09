//! One job in a timeline.

use plotters::style::RGBColor;

use super::canvas::{Anchor, Canvas, TEXT, width};
use super::palette::{BLACK, GREY, Shade, WHITE};

/// Bars lower than this have no outline: it would be all there is of them.
const OUTLINED: i32 = 8;

/// How high a line of text is, with its brackets.
const LINE: i32 = TEXT - 1;

/// Where and how a job is drawn.
pub(super) struct SpanBar<'a, 'b> {
    pub canvas: &'a Canvas<'b>,
    pub top: i32,
    pub bottom: i32,
    pub from: i32,
    pub to: i32,
    /// The share of its time that it spent on a CPU, from 0 to 1.
    pub share: f64,
    pub shade: Shade,
    pub failed: bool,
    /// Whether the job is not over yet: what it spends its time with is not known.
    pub running: bool,
}

impl SpanBar<'_, '_> {
    fn middle(&self) -> i32 {
        (self.top + self.bottom) / 2
    }

    /// A thin line from where the job was queued, or its lane became free.
    pub fn draw_queue(&self, since: i32) {
        if self.from - since > 2 && self.bottom - self.top >= OUTLINED / 2 {
            let y = self.middle();
            self.canvas.line(&[(since, y), (self.from, y)], GREY, 1);
        }
    }

    /// How much of the height is filled. What cannot be told from full is full.
    fn filled(&self) -> i32 {
        let share = if self.share > 0.97 { 1.0 } else { self.share };
        (share * f64::from(self.bottom - self.top)).round() as i32
    }

    /// The bar, filled up to its share.
    pub fn draw(&self) {
        let (height, filled) = (self.bottom - self.top, self.filled());
        let (from, to) = ((self.from, self.top), (self.to, self.bottom));
        if self.running {
            self.canvas.rect(from, to, self.shade.light());
            return;
        }
        if filled < height && height >= OUTLINED {
            self.canvas.framed(from, to, self.shade.ink, self.shade.tint());
        } else if filled < height {
            self.canvas.rect(from, to, self.shade.light());
        }
        if filled > 0 {
            self.canvas.rect((self.from, self.bottom - filled), to, self.shade.fill);
        }
    }

    /// A cross at the end of the bar.
    pub fn draw_cross(&self) {
        let radius = ((self.bottom - self.top) / 2 - 5).clamp(2, 5);
        self.canvas.cross((self.to, self.middle()), radius, WHITE, 6);
        self.canvas.cross((self.to, self.middle()), radius, BLACK, 2);
    }

    /// The name inside the bar, or beside it up to `limit` without crossing the
    /// `wall`, or nowhere.
    pub fn draw_label(&self, name: &str, wall: i32, limit: i32) {
        let wide = width(name) + 8;
        if let (true, Some((y, colour))) = (wide <= self.to - self.from, self.line_inside()) {
            let at = ((self.from + self.to) / 2, y);
            self.canvas.coloured(at, Anchor::Middle, name, colour);
            return;
        }
        let mut beside = self.to + if self.failed { 11 } else { 6 };
        if beside <= wall + 5 && beside + wide > wall {
            beside = wall + 6;
        }
        if beside + wide <= limit {
            self.canvas.coloured((beside, self.middle()), Anchor::Left, name, self.shade.ink);
        }
    }

    /// The height of a line of text inside the bar and its colour: in the
    /// middle, or else within the filled or the light part, whichever is higher.
    fn line_inside(&self) -> Option<(i32, RGBColor)> {
        let (filled, light) = (self.filled(), self.bottom - self.top - self.filled());
        let edge = self.bottom - filled;
        if filled >= light {
            let y = self.middle().max(edge + LINE / 2);
            (filled >= LINE).then_some((y, self.shade.on_fill()))
        } else {
            let y = self.middle().min(edge - LINE / 2);
            (light >= LINE).then_some((y, BLACK))
        }
    }
}
