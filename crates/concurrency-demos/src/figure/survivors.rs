//! What survives a crash: a row for each crash, a column for each home, a place for each guess.

use super::canvas::{self, Anchor, Canvas, TEXT, WIDTH, width};
use super::palette::{BLACK, BLUE, FAILED, FAINT, GREEN, GREY, PURPLE, Shade, WHITE, YELLOW};
use super::{Figure, count, machine};
use crate::format::seconds;
use crate::labs::{CALLER_LIMIT, Crash, Fate, Home, NEIGHBOURS, Outcome, PROGRAM_LIMIT, Survivors};

const HEAD: i32 = 28;
const LEFT: i32 = 172;
const COLUMN: i32 = (WIDTH - LEFT) / 3;
const LINE: i32 = TEXT + 5;
const GAP: i32 = 5;
/// One of the squares that stand for the jobs.
const SQUARE: i32 = 10;

/// What came of each crash in each home, beside what was guessed. What has not run yet is blank.
///
/// ```
/// use concurrency_demos::{Survivors, figure, mark};
///
/// let expected = Survivors { marks: mark("panic L J J")?, fates: vec![] };
/// assert!(figure::survivors(&expected).alt().contains("panic: by thread guessed: lives"));
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
#[must_use]
pub fn survivors(record: &Survivors) -> Figure {
    let guesses = record.marks.number() > 0;
    let row = GAP + LINE * (3 + i32::from(guesses)) + 2 * GAP;
    let svg = canvas::draw(HEAD + row * Crash::ALL.len() as i32, |canvas| {
        for (column, home) in Home::ALL.into_iter().enumerate() {
            canvas.heading((LEFT + COLUMN * column as i32 + 4, HEAD / 2), home.name());
        }
        for (index, crash) in Crash::ALL.into_iter().enumerate() {
            let top = HEAD + row * index as i32;
            canvas.heading((8, top + GAP + LINE / 2), crash.name());
            canvas.coloured((8, top + GAP + LINE * 3 / 2), Anchor::Left, how(crash), GREY);
            for (column, home) in Home::ALL.into_iter().enumerate() {
                let place = Place {
                    fate: record.fate(crash, home),
                    guess: record.marks.of(crash, home),
                    at: (LEFT + COLUMN * column as i32, top),
                    size: (COLUMN - GAP, row - GAP),
                };
                place.draw(canvas);
            }
        }
    });
    Figure::new(svg, alt(record), caption(record, guesses))
}

/// The crash in other words.
fn how(crash: Crash) -> &'static str {
    match crash {
        Crash::Panic => "unwinds",
        Crash::PanicAbort => "message, abort",
        Crash::Abort => "process::abort()",
        Crash::StackOverflow => "calls itself",
        Crash::MemoryLimit => "vector too large",
        Crash::TryReserve => "asks for memory",
        Crash::EndlessLoop => "never waits",
        Crash::Kill => "signal 9",
    }
}

/// One place of the table.
struct Place<'a> {
    fate: Option<&'a Fate>,
    guess: Option<Outcome>,
    at: (i32, i32),
    size: (i32, i32),
}

impl Place<'_> {
    fn draw(&self, canvas: &Canvas<'_>) {
        let (x, y) = self.at;
        let corner = (x + self.size.0, y + self.size.1);
        let outcome = self.fate.and_then(|fate| fate.outcome);
        let agrees = self.guess.zip(outcome).map(|(guess, came)| guess == came);
        let frame = agrees.map(verdict);
        let (edge, colour) = frame.map_or((1, FAINT), |shade| (3, shade.ink));
        canvas.rect(self.at, corner, colour);
        let fill = outcome.map_or(WHITE, |outcome| shade(outcome).tint());
        canvas.rect((x + edge, y + edge), (corner.0 - edge, corner.1 - edge), fill);
        if let Some(fate) = self.fate {
            self.draw_fate(canvas, fate);
        }
        if let Some(guess) = self.guess {
            self.draw_guess(canvas, guess, agrees);
        }
    }

    /// The middle of a line of text.
    fn line(&self, nth: i32) -> i32 {
        self.at.1 + GAP + LINE * nth + LINE / 2
    }

    fn draw_fate(&self, canvas: &Canvas<'_>, fate: &Fate) {
        let x = self.at.0 + 10;
        draw_jobs(canvas, (x, self.line(0)), fate);
        let name = fate.outcome.map_or("not tested", Outcome::name);
        canvas.heading((x + 3 * SQUARE + 22, self.line(0)), name);
        let times = [("noticed after", fate.noticed), ("replaced after", fate.replaced)];
        for (nth, (what, time)) in (1..).zip(times) {
            let Some(time) = time else { continue };
            let text = format!("{what} {}", seconds(time));
            canvas.coloured((x, self.line(nth)), Anchor::Left, &text, BLACK);
        }
    }

    fn draw_guess(&self, canvas: &Canvas<'_>, guess: Outcome, agrees: Option<bool>) {
        let y = self.line(if self.fate.is_some() { 3 } else { 1 });
        let text = match agrees {
            Some(true) => "guessed so".to_owned(),
            _ => format!("guess: {guess}"),
        };
        let (x, end) = (self.at.0 + 10, self.at.0 + 14 + width(&text));
        let (fill, ink) = match agrees.map(verdict) {
            Some(shade) => (shade.ink, WHITE),
            None => (FAINT, BLACK),
        };
        canvas.rect((x, y - LINE / 2), (end, y + LINE / 2), fill);
        canvas.coloured(((x + end) / 2, y), Anchor::Middle, &text, ink);
    }
}

/// A square for the job and for each neighbour, and a frame for the program around them. The
/// frame of a lost program is broken; a lost job is a cross.
fn draw_jobs(canvas: &Canvas<'_>, (x, y): (i32, i32), fate: &Fate) {
    let (top, bottom) = (y - SQUARE / 2 - 4, y + SQUARE / 2 + 4);
    let right = x + 3 * SQUARE + 16;
    if fate.alive {
        let around = [(x, top), (right, top), (right, bottom), (x, bottom), (x, top)];
        canvas.line(&around, BLACK, 2);
    } else {
        canvas.dashed(&[(x, top), (right, top)], 4, FAILED.ink);
        canvas.dashed(&[(x, bottom), (right, bottom)], 4, FAILED.ink);
    }
    let job = fate.outcome == Some(Outcome::Lives);
    let jobs = std::iter::once(job).chain((0..NEIGHBOURS).map(|nth| nth < fate.neighbours));
    for (nth, finished) in (0..).zip(jobs) {
        let left = x + 4 + nth * (SQUARE + 4);
        let (from, to) = ((left, y - SQUARE / 2), (left + SQUARE, y + SQUARE / 2));
        if finished {
            canvas.rect(from, to, GREEN.ink);
        } else {
            let centre = (left + SQUARE / 2, y);
            canvas.cross(centre, SQUARE / 2, FAILED.ink, 2);
        }
    }
}

fn shade(outcome: Outcome) -> Shade {
    match outcome {
        Outcome::Lives => GREEN,
        Outcome::JobLost => YELLOW,
        Outcome::AllLost => FAILED,
    }
}

/// The colour of a guess that came true, or did not.
fn verdict(agrees: bool) -> Shade {
    if agrees { BLUE } else { PURPLE }
}

fn caption(record: &Survivors, guesses: bool) -> String {
    let programs = count(Crash::ALL.len() * Home::ALL.len(), "program");
    let mut parts = match record.fates.len() {
        0 => vec![format!("None of {programs} has run.")],
        _ if record.is_whole() => vec![format!("One run of each of {programs}; {}.", machine())],
        run => vec![format!("{run} of {programs} have run.")],
    };
    if !record.fates.is_empty() {
        let limits = [CALLER_LIMIT, PROGRAM_LIMIT].map(seconds);
        parts.push(format!(
            "Squares: the job that goes wrong, then its two neighbours; full: finished, cross: \
             lost. Frame around them: the program, broken where it was lost. Noticed: by the \
             caller in the program, who waits {} for the job, or, where the program was lost, by \
             this notebook, which waits {} for the program. Replaced: another job has given its \
             result.",
            limits[0], limits[1]
        ));
    }
    if guesses {
        parts.push("Blue edge: as guessed. Purple edge: guess and run differ.".to_owned());
    }
    parts.join(" ")
}

fn alt(record: &Survivors) -> String {
    let mut lines = vec!["Table of what survives a crash.".to_owned()];
    lines.extend(Crash::ALL.into_iter().filter_map(|crash| {
        let told: Vec<String> =
            Home::ALL.into_iter().filter_map(|home| told(record, crash, home)).collect();
        (!told.is_empty()).then(|| format!("{crash}: {}.", told.join("; ")))
    }));
    if record.right().1 > 0 {
        lines.push(record.score() + ".");
    }
    lines.join("\n")
}

/// What is told of one place, if there is anything.
fn told(record: &Survivors, crash: Crash, home: Home) -> Option<String> {
    let guess = record.marks.of(crash, home).map(|guess| format!("guessed: {guess}"));
    let fate = record.fate(crash, home).map(|fate| {
        let outcome = fate.outcome.map_or("not tested", Outcome::name);
        let times = [("noticed", fate.noticed), ("replaced", fate.replaced)];
        let times = times.map(|(what, time)| {
            time.map_or_else(String::new, |time| format!(", {what} after {}", seconds(time)))
        });
        format!(
            "{outcome}, {} of {NEIGHBOURS} neighbours finished{}",
            fate.neighbours,
            times.concat()
        )
    });
    let parts: Vec<String> = fate.into_iter().chain(guess).collect();
    (!parts.is_empty()).then(|| format!("by {home} {}", parts.join(", ")))
}
