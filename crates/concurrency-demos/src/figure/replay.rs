//! A timeline that plays: all runs start at the same moment, and each bar grows
//! while its job is in progress.
//!
//! A white cover with a line for "now" at its edge sweeps from left to right
//! over what is drawn. CSS inside the SVG moves it: that runs in an `<img>`,
//! where scripts do not. Chromium begins such an animation when the picture is
//! first seen, be it by a corner, and then no HTML without scripts begins it
//! anew: not hiding the picture, nor taking it out of the page and back. So the
//! picture is folded until the reader asks for it, by mouse or keyboard, and
//! repeats while it is open. It never moves for longer than 5 s on end, nor
//! after it was closed.
//!
//! Without CSS, in print and for readers who want less motion there is no cover:
//! its opacity is zero but in the animation.

use std::time::Duration;

use super::canvas::{self, WIDTH};
use super::palette::{BLACK, WHITE};
use super::timeline::{Layout, still};
use super::{Figure, count, machine};
use crate::format::{ratio, seconds};
use crate::record::Run;

/// How long it takes to play, whatever the runs took.
const PLAYS: Duration = Duration::from_secs(4);
/// How long the whole timeline stands until it plays again.
const RESTS: Duration = Duration::from_secs(2);

/// The [`timeline`](super::timeline) of the runs, played on one clock when the reader opens it.
#[must_use]
pub fn replay<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Figure {
    moving(&runs.into_iter().collect::<Vec<_>>())
}

fn moving(runs: &[&Run]) -> Figure {
    let still = still(runs);
    let Ok(layout) = Layout::of(runs) else {
        return still;
    };
    let svg = still.svg.replacen("</svg>", &format!("{}</svg>", cover(&layout)), 1);
    let alt = format!("{}\n{}", order(runs), still.alt);
    let folded = Some(format!("Play {} on one clock", count(runs.len(), "run")));
    Figure { svg, alt, caption: caption(layout.longest), folded }
}

/// The cover of all panels, as one group, and what moves it.
fn cover(layout: &Layout<'_>) -> String {
    let (left, right) = layout.axis.pixels();
    let covers = canvas::marks(layout.height(), |canvas| {
        for (top, bottom) in layout.panels().filter_map(|(panel, top)| panel.plot(top)) {
            canvas.rect((left, top), (WIDTH, bottom), WHITE);
            canvas.rect((left, top), (left + 2, bottom), BLACK);
        }
    });
    format!("{}<g class=\"cover\" opacity=\"0\">\n{covers}</g>\n", style(right - left))
}

/// Moves the cover by so many pixels, then hides it until the next time.
fn style(by: i32) -> String {
    let whole = PLAYS + RESTS;
    let played = 100.0 * PLAYS.as_secs_f64() / whole.as_secs_f64();
    let moved = format!("transform:translateX({by}px)");
    format!(
        "<style>@keyframes sweep{{from{{opacity:1}}{played:.2}%{{opacity:1;{moved}}}\
         {:.2}%,to{{opacity:0;{moved}}}}}\
         @media screen and (prefers-reduced-motion:no-preference){{\
         .cover{{animation:sweep {}s linear infinite}}}}</style>\n",
        played + 0.01,
        whole.as_secs(),
    )
}

/// Who was done when, the first one first.
fn order(runs: &[&Run]) -> String {
    let mut runs = runs.to_vec();
    runs.sort_by_key(|run| run.wall);
    let ends = runs.iter().map(|run| format!("{} after {}", run.label(), seconds(run.wall)));
    format!("Replay, done in this order: {}.", ends.collect::<Vec<_>>().join(", "))
}

fn caption(longest: Duration) -> String {
    let speed = ratio(longest.as_secs_f64() / PLAYS.as_secs_f64());
    format!(
        "Open it to play: {} in {} s, {speed} times real speed; the moving line is now. After \
         {} s of rest it plays again, until it is closed. Where animation is switched off, the \
         whole timeline is shown. One run each; {}.",
        seconds(longest),
        PLAYS.as_secs(),
        RESTS.as_secs(),
        machine()
    )
}
