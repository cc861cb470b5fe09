//! One job in a timeline.

use super::canvas::{Anchor, Canvas, TEXT, width};
use super::palette::{BLACK, GREY, Shade};

/// Where and how a job is drawn.
pub(super) struct SpanBar<'a, 'b> {
    pub canvas: &'a Canvas<'b>,
    pub top: i32,
    pub bottom: i32,
    pub from: i32,
    pub to: i32,
    pub share: f64,
    pub shade: Shade,
}

impl SpanBar<'_, '_> {
    fn middle(&self) -> i32 {
        (self.top + self.bottom) / 2
    }

    /// The share as the bar shows it: what cannot be told from full is full.
    fn filled(&self) -> i32 {
        let height = self.bottom - self.top;
        let share = if self.share > 0.97 { 1.0 } else { self.share };
        (share * f64::from(height)).round() as i32
    }

    pub fn draw_queue(&self, since: i32) {
        if self.from - since > 2 {
            let y = self.middle();
            self.canvas.line(&[(since, y), (self.from, y)], GREY, 1);
        }
    }

    pub fn draw(&self) {
        let filled = self.filled();
        if filled < self.bottom - self.top {
            let corners = ((self.from, self.top), (self.to, self.bottom));
            self.canvas.framed(corners.0, corners.1, self.shade.ink, self.shade.tint());
        }
        if filled > 0 {
            let from = (self.from, self.bottom - filled);
            self.canvas.rect(from, (self.to, self.bottom), self.shade.fill);
        }
    }

    pub fn draw_cross(&self) {
        let radius = ((self.bottom - self.top) / 2 - 3).clamp(1, 5);
        self.canvas.cross((self.to + radius + 4, self.middle()), radius, self.shade.ink);
    }

    /// The name inside the bar, or beside it up to `limit`, or nowhere.
    pub fn draw_label(&self, name: &str, failed: bool, limit: i32) {
        let wide = width(name) + 8;
        let beside = self.to + if failed { 20 } else { 6 };
        if wide <= self.to - self.from {
            let middle = ((self.from + self.to) / 2, self.middle());
            let full = self.filled() == self.bottom - self.top;
            let colour = if full { self.shade.on_fill() } else { BLACK };
            if !full && self.filled() > 3 {
                let half = (wide / 2, TEXT / 2 + 1);
                let corner = |side: i32| (middle.0 + side * half.0, middle.1 + side * half.1);
                self.canvas.rect(corner(-1), corner(1), self.shade.tint());
            }
            self.canvas.coloured(middle, Anchor::Middle, name, colour);
        } else if beside + wide <= limit {
            self.canvas.coloured((beside, self.middle()), Anchor::Left, name, self.shade.ink);
        }
    }
}
