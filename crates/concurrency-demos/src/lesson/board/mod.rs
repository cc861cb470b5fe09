//! The class on one screen: what a learner guesses and finds, handed over to the teacher's board.
//!
//! Only where `COURSE_BOARD` names a shared folder or an address; else the first call finds out
//! that there is none, and each later one reads one word of memory. A cell never waits: a thread
//! of its own delivers, and tries again while the board is away. A line holds no name and no code.
//! The board refuses what is more than letters, and nobody's line changes another's:
//! `course/tests/test_hostile_text.py`.

mod mark;
mod place;

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant, take};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::{Guess, Seen};
use place::{Place, Trouble};

/// More lines than that wait for no board: the newest are given up.
const WAITING: usize = 1000;

/// What is handed over.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Fact {
    /// A guess, before the run.
    Guess { guess: Amount },
    /// What was seen, and what was guessed.
    Measured { guess: Option<Amount>, measured: Amount },
    /// A claim that was checked.
    Claim { verdict: &'static str },
    /// An exercise that was checked.
    Check { passed: bool },
    /// An answer to the quiz.
    Quiz { question: usize, answer: String, passed: bool },
    /// Curves of a speed-up: a kind of model, and (workers, times as quick).
    SpeedUp { curves: Vec<(String, Vec<(usize, f64)>)> },
}

/// A guess or what was seen.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Amount {
    Seconds(f64),
    Number(f64),
    Words(Vec<String>),
}

impl Amount {
    pub fn guessed(guess: &Guess) -> Option<Self> {
        match guess {
            Guess::Nothing => None,
            Guess::Time(time) => Some(Amount::Seconds(time.as_secs_f64())),
            Guess::Number(number) => Some(Amount::Number(*number)),
            Guess::Words(words) => Some(Amount::Words(words.clone())),
        }
    }

    pub fn seen(seen: &Seen) -> Self {
        match seen {
            Seen::Time(time) => Amount::Seconds(time.as_secs_f64()),
            Seen::Number(number) => Amount::Number(*number),
            Seen::Words(words) => Amount::Words(words.clone()),
        }
    }
}

/// Hands over what `fact` says, if there is a board and something is said.
pub(crate) fn hand_over(fact: impl FnOnce() -> Option<Fact>) {
    static BOARD: OnceLock<Option<Board>> = OnceLock::new();
    let board = BOARD.get_or_init(|| {
        let place = std::env::var("COURSE_BOARD").ok().filter(|place| !place.is_empty())?;
        Board::open(&place, &mark::folder()?)
    });
    let Some(board) = board else { return };
    if let Some(fact) = fact() {
        board.take(&Running::read(), &fact);
    }
    if let Some(sentence) = board.trouble.news() {
        println!("{sentence}");
    }
}

/// One line.
#[derive(Serialize)]
struct Line<'a> {
    mark: &'a str,
    notebook: &'a str,
    cell: &'a str,
    /// Of several facts of a kind in one run of a cell: which one.
    nth: usize,
    /// Milliseconds since 1970.
    time: u64,
    #[serde(flatten)]
    fact: &'a Fact,
}

/// Which cell runs, as the kernel of the course says it: `17 guess-serial`.
struct Running {
    notebook: String,
    run: String,
}

impl Running {
    fn read() -> Self {
        let session = std::env::var("JPY_SESSION_NAME").unwrap_or_default();
        let notebook = Path::new(&session).file_stem().unwrap_or_default();
        let file = std::env::var_os("WARM_KERNEL_CELL");
        let run = file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        Running { notebook: notebook.to_string_lossy().into_owned(), run }
    }

    fn cell(&self) -> &str {
        self.run.split_whitespace().nth(1).unwrap_or_default()
    }
}

/// The way to one board.
struct Board {
    mark: String,
    lines: SyncSender<String>,
    counts: Mutex<(String, HashMap<Discriminant<Fact>, usize>)>,
    trouble: Arc<Sentence>,
}

impl Board {
    /// One with a thread that delivers; `state` is where a learner's mark is kept.
    fn open(place: &str, state: &Path) -> Option<Board> {
        let mark = mark::of(place, state)?;
        let place = Place::new(place, &mark);
        let (lines, receiver) = sync_channel(WAITING);
        let trouble = Arc::new(Sentence::default());
        let told = Arc::clone(&trouble);
        let deliver = move || deliver(&place, &receiver, &told);
        thread::Builder::new().name("board".into()).spawn(deliver).ok()?;
        Some(Board { mark, lines, counts: Mutex::default(), trouble })
    }

    fn take(&self, running: &Running, fact: &Fact) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let line = Line {
            mark: &self.mark,
            notebook: &running.notebook,
            cell: running.cell(),
            nth: self.nth(&running.run, fact),
            time: now.as_millis() as u64,
            fact,
        };
        if let Ok(line) = serde_json::to_string(&line) {
            let _ = self.lines.try_send(line + "\n");
        }
    }

    fn nth(&self, run: &str, fact: &Fact) -> usize {
        let mut counts = lock(&self.counts);
        if counts.0 != run {
            *counts = (run.to_owned(), HashMap::new());
        }
        let count = counts.1.entry(discriminant(fact)).or_default();
        *count += 1;
        *count - 1
    }
}

/// Brings each line to its place. While nobody is there it waits, longer from time to time.
fn deliver(place: &Place, lines: &Receiver<String>, told: &Sentence) {
    for line in lines {
        let mut wait = Duration::from_millis(250);
        while let Err(trouble) = place.bring(&line) {
            match trouble {
                Trouble::Refused(reason) => {
                    told.tell(reason);
                    break;
                }
                // Once is no trouble.
                Trouble::Away(_) if wait < Duration::from_millis(500) => {}
                Trouble::Away(reason) => told.tell(reason),
            }
            thread::sleep(wait);
            wait = (2 * wait).min(Duration::from_secs(10));
        }
    }
}

/// What a learner is told, once.
#[derive(Default)]
struct Sentence(Mutex<(String, bool)>);

impl Sentence {
    fn tell(&self, reason: String) {
        let mut sentence = lock(&self.0);
        if !sentence.1 {
            *sentence = (reason, true);
        }
    }

    fn news(&self) -> Option<String> {
        Some(take(&mut lock(&self.0).0)).filter(|sentence| !sentence.is_empty())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
