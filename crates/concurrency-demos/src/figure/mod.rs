//! Pictures of records: a record goes in, an SVG comes out. Nothing here runs
//! a job or knows a notebook.
//!
//! ```
//! use concurrency_demos::{Job, Model, Silent, figure};
//!
//! let jobs = vec![Job::Fib(20); 2];
//! let runs = [Model::Serial, Model::Threads(2)].map(|model| model.run(&jobs, &Silent));
//! let runs: Vec<_> = runs.into_iter().collect::<Result<_, _>>()?;
//! let figure = figure::timeline(&runs);
//! assert!(figure.svg().starts_with("<svg"));
//! assert!(figure.alt().contains("2 threads"));
//! # Ok::<(), concurrency_demos::Error>(())
//! ```

mod axis;
mod bars;
mod border;
mod break_even;
mod cache_line;
mod canvas;
mod costs;
mod crowd;
mod decision;
mod diary;
mod dots;
mod growing;
mod heartbeat;
mod labels;
mod lanes;
mod languages;
mod laws;
mod levels;
mod losses;
mod palette;
mod panel;
mod reach;
mod replay;
mod scale;
mod scaling;
mod schedule;
mod service;
mod span_bar;
mod speed_up;
mod survivors;
mod timeline;
mod uneven;
mod votes;

#[cfg(test)]
mod tests;

pub use bars::bars;
pub use border::border;
pub use break_even::break_even;
pub use cache_line::cache_line;
pub use costs::costs;
pub use crowd::crowd;
pub use decision::{Choice, decision};
pub use diary::diary;
pub use dots::dots;
pub use heartbeat::heartbeat;
pub use languages::languages;
pub use levels::levels;
pub use losses::losses;
pub use reach::reach;
pub use replay::replay;
pub use scale::scale;
pub use scaling::scaling;
pub use schedule::schedule;
pub use service::service;
pub use speed_up::speed_up;
pub use survivors::survivors;
pub use timeline::timeline;
pub use uneven::uneven;
pub use votes::votes;

pub(crate) use growing::Growing;

use crate::format::{count, lines};
use crate::labs::cores;
use canvas::{Anchor, TEXT};

/// More letters than these are read by nobody.
const MOST_TOLD: usize = 20_000;

/// A picture with its words. Names and messages in it, which cells have made, are text and stay
/// text: `figure/tests/hostile.rs`.
#[derive(Clone, Debug)]
pub struct Figure {
    svg: String,
    alt: String,
    caption: String,
    folded: Option<String>,
}

impl Figure {
    fn new(svg: String, alt: String, caption: String) -> Figure {
        let (alt, caption) = (lines(&alt, MOST_TOLD), lines(&caption, MOST_TOLD));
        Figure { svg, alt, caption, folded: None }
    }

    /// The picture. Its text is as wide as the reader's font; it needs no other file.
    #[must_use]
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// What the picture shows, with all its numbers, one sentence a line.
    #[must_use]
    pub fn alt(&self) -> &str {
        &self.alt
    }

    /// How the picture is to be read, and where its numbers come from.
    #[must_use]
    pub fn caption(&self) -> &str {
        &self.caption
    }

    /// What the reader opens to see the picture, where it is not shown at once.
    #[must_use]
    pub fn folded(&self) -> Option<&str> {
        self.folded.as_deref()
    }

    /// A picture of a sentence, where there is nothing to draw.
    fn of_nothing(why: &str) -> Figure {
        let svg =
            canvas::draw(3 * TEXT, |canvas| canvas.text((8, 3 * TEXT / 2), Anchor::Left, why));
        Figure::new(svg, why.to_owned(), String::new())
    }
}

/// The machine, as captions name it.
fn machine() -> String {
    count(cores(), "core")
}
