//! Figures are drawn into a string; their marks are counted there.

mod bars;
mod border;
mod break_even;
mod cache_line;
mod crowd;
mod diary;
mod dots;
mod growing;
mod heartbeat;
mod hostile;
mod languages;
mod levels;
mod reach;
mod replay;
mod scale;
mod scaling;
mod schedule;
mod service;
mod survivors;
mod timeline;
mod uneven;
mod votes;

use std::time::Duration;

use plotters::style::RGBColor;

use super::Figure;
use super::canvas::{TEXT, WIDTH};
use crate::record::{Language, Model, Run, Span};
use crate::work::{Dish, JobName, Output};

fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

/// A run of dishes: `(worker, start, end, CPU time)` in milliseconds.
fn run(model: Model, spans: &[(usize, u64, u64, u64)]) -> Run {
    let span = |&(worker, started, finished, cpu): &(usize, u64, u64, u64)| Span {
        job: JobName::Cook(Dish::Toast),
        worker,
        process: 1000 + worker as u32,
        thread: 2000 + worker as u64,
        queued: Duration::ZERO,
        started: ms(started),
        finished: ms(finished),
        cpu: ms(cpu),
    };
    let wall = spans.iter().map(|span| span.2).max().unwrap_or(0);
    Run {
        model,
        language: Language::Rust,
        results: vec![Ok(Output::Ready(Dish::Toast)); spans.len()],
        spans: spans.iter().map(span).collect(),
        wall: ms(wall),
        start: Duration::ZERO,
        transfer: Duration::ZERO,
        hosts: Vec::new(),
    }
}

/// The value of an attribute of a tag, as far as it is a number.
fn number(tag: &str, name: &str) -> Option<i32> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"')?.0.parse().ok()
}

/// That attribute of all these tags.
fn all(tags: &[&str], name: &str) -> Vec<i32> {
    tags.iter().filter_map(|tag| number(tag, name)).collect()
}

/// The tags that begin like this.
fn tags<'a>(figure: &'a Figure, name: &str) -> Vec<&'a str> {
    figure.svg().split('<').filter(|tag| tag.starts_with(name)).collect()
}

fn texts(figure: &Figure) -> Vec<&str> {
    tags(figure, "text ").iter().filter_map(|tag| Some(tag.split_once('>')?.1.trim())).collect()
}

/// The rectangles that are filled with this colour.
fn filled(figure: &Figure, RGBColor(red, green, blue): RGBColor) -> Vec<&str> {
    let fill = format!("fill=\"#{red:02X}{green:02X}{blue:02X}\"");
    tags(figure, "rect ").into_iter().filter(|tag| tag.contains(&fill)).collect()
}

/// Every mark lies inside the picture, and every text by an estimate of 0.58 em
/// for a letter, which is what common fonts have on average.
fn assert_whole(figure: &Figure) {
    let root = tags(figure, "svg ")[0];
    let (width, height) = (number(root, "width").unwrap(), number(root, "height").unwrap());
    assert_eq!(width, WIDTH);
    for tag in tags(figure, "text ") {
        let text = tag.split_once('>').unwrap().1.trim();
        let long = (text.chars().count() as f64 * 0.58 * f64::from(TEXT)) as i32;
        let (x, y) = (number(tag, "x").unwrap(), number(tag, "y").unwrap());
        let left = match tag {
            tag if tag.contains("\"middle\"") => x - long / 2,
            tag if tag.contains("\"end\"") => x - long,
            _ => x,
        };
        assert!(left >= 0 && left + long <= width, "{text:?} from {left} to {}", left + long);
        assert!(y >= TEXT / 2 && y + TEXT / 2 <= height, "{text:?} at {y} of {height}");
        assert!(text.is_ascii(), "{text:?}: widths are estimated for ASCII");
    }
    for tag in tags(figure, "rect ") {
        let at = |name| number(tag, name).unwrap();
        assert!(at("x") >= 0 && at("x") + at("width") <= width, "{tag}");
        assert!(at("y") >= 0 && at("y") + at("height") <= height, "{tag}");
        assert!(at("width") > 0 && at("height") > 0, "{tag}");
    }
    assert!(figure.svg().len() < 60_000, "{} bytes", figure.svg().len());
    assert!(figure.svg().ends_with("</svg>\n") && !figure.svg().contains("NaN"));
}
