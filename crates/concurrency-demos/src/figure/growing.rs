//! The timeline of a run that is still going on.

use std::time::Duration;

use super::Figure;
use super::panel::Panel;
use super::timeline::{Layout, MOST_BARS, ROWS_HEIGHT};
use crate::format::{count, seconds};
use crate::record::{Failure, Language, Model, Run, Span};
use crate::work::Output;

/// The jobs of a run that have begun until now, as far as a picture has room for them.
#[derive(Clone, Debug)]
pub(crate) struct Growing {
    /// The record so far. A job that is running has a span until now, and no failure.
    pub(super) run: Run,
    /// Whether the job of this span is running.
    pub(super) running: Vec<bool>,
    /// How many jobs there are.
    pub(super) jobs: usize,
    /// How many of them have begun, ended, failed.
    pub(super) begun: usize,
    pub(super) ended: usize,
    pub(super) failed: usize,
}

impl Growing {
    /// A run of so many jobs, none of which has begun.
    pub fn new(model: Model, jobs: usize) -> Growing {
        let run = Run {
            model,
            language: Language::Rust,
            results: Vec::new(),
            spans: Vec::new(),
            wall: Duration::ZERO,
            start: Duration::ZERO,
            transfer: Duration::ZERO,
            hosts: Vec::new(),
        };
        Growing { run, running: Vec::new(), jobs, begun: 0, ended: 0, failed: 0 }
    }

    /// A job has begun. Gives the place at which it is drawn, if there is room.
    pub fn began(&mut self, span: Span) -> Option<usize> {
        if self.begun == 0 {
            self.run.start = span.queued;
        }
        self.begun += 1;
        let place = self.run.spans.len();
        (place < MOST_BARS).then(|| {
            self.run.spans.push(span);
            self.run.results.push(Ok(Output::Nothing));
            self.running.push(true);
            place
        })
    }

    /// The job of this place has ended; of `None`, one that is not drawn.
    pub fn ended(&mut self, place: Option<usize>, span: Span, failure: Option<&Failure>) {
        self.ended += 1;
        self.failed += usize::from(failure.is_some());
        if let Some(place) = place {
            self.run.spans[place] = span;
            self.run.results[place] = failure.cloned().map_or(Ok(Output::Nothing), Err);
            self.running[place] = false;
        }
    }

    /// The same, so long after the start of the run.
    pub fn at(&self, now: Duration) -> Growing {
        let mut growing = self.clone();
        growing.run.wall = now;
        let spans = growing.run.spans.iter_mut().zip(&growing.running);
        for (span, _) in spans.filter(|(_, running)| **running) {
            span.finished = now.max(span.started);
        }
        growing
    }

    /// Its picture.
    pub fn figure(&self) -> Figure {
        let alt = format!("Timeline, growing: {}.", self.told());
        if self.run.spans.is_empty() {
            return Figure::of_nothing(&alt);
        }
        let panel = Panel::growing(self, MOST_BARS, ROWS_HEIGHT);
        let layout = Layout::new(vec![panel], frame(self.run.wall));
        let caption = "Still going on. One bar for each job, pale while the job is running. \
                       Vertical line: now.";
        Figure::new(layout.svg(), alt, caption.to_owned())
    }

    /// Who does it and how far it is.
    pub(super) fn told(&self) -> String {
        let (who, now) = (self.run.label(), seconds(self.run.wall));
        let mut told = format!("{who}: {now}, {} of {} done", self.ended, count(self.jobs, "job"));
        if self.failed > 0 {
            told += &format!(", {} failed", self.failed);
        }
        told
    }
}

/// How long the axis is at this time: it grows by a half whenever the lanes reach its end, so
/// that in between they are seen to grow.
fn frame(now: Duration) -> Duration {
    let mut end = Duration::from_millis(200);
    while end < now.mul_f64(1.05) {
        end = end.mul_f64(1.5);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_stays_while_the_lanes_grow_and_is_never_too_short() {
        let ms = Duration::from_millis;
        assert_eq!(frame(ms(0)), frame(ms(190)));
        assert!(frame(ms(199)) > frame(ms(190)));
        for now in (1..100_000).step_by(77).map(ms) {
            assert!(frame(now) > now && frame(now) < now.mul_f64(1.7).max(ms(201)), "{now:?}");
        }
        // No time of a clock makes it go round for ever.
        assert!(frame(Duration::from_secs(1 << 40)) > Duration::from_secs(1 << 40));
    }
}
