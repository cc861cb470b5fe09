//! What became of one job, its neighbours and its program.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::play::Play;
use super::scene::{NEIGHBOURS, What};
use super::{Crash, Home, Outcome};
use crate::error::Error;
use crate::format::{count, seconds};
use crate::pool::worker_binary;

/// How many programs may come too late to their crash, one after the other.
const TRIES: usize = 3;

/// What became of one job that went wrong on purpose, of its two neighbours and of its program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Fate {
    /// How it went wrong.
    pub crash: Crash,
    /// Where it lived.
    pub home: Home,
    /// What was left; `None`: this system let nothing go wrong, and `seen` says why.
    pub outcome: Option<Outcome>,
    /// How many of the two neighbours finished.
    pub neighbours: usize,
    /// Whether the program came to its own end.
    pub alive: bool,
    /// What the caller saw: the caller in the program, or, where that was lost, the one outside.
    pub seen: String,
    /// From when it went wrong until a caller knew.
    pub noticed: Option<Duration>,
    /// From when it went wrong until another job had given its result in the place of the lost
    /// one: in the same program, or, where that was lost, in a new one.
    pub replaced: Option<Duration>,
}

impl Fate {
    /// Lets a job go wrong, in a program made for it, and looks what is left. It takes a fifth
    /// of a second; two seconds where only a watchdog helps.
    ///
    /// The caller in the program waits for the job 0.3 seconds at the most. What is heard of
    /// the program is waited for two seconds: then it is killed.
    ///
    /// # Errors
    /// If the worker binary is missing, was built from other sources or cannot be started; if
    /// the machine is so busy that the job does not come to its crash.
    pub fn of(crash: Crash, home: Home) -> Result<Fate, Error> {
        let binary = worker_binary()?;
        let mut last = String::new();
        for _ in 0..TRIES {
            let play = Play::run(&binary, home, Some(crash))?;
            let Some(struck) = play.struck() else {
                last = play.seen;
                continue;
            };
            let mut fate = Fate::inside(crash, home, &play, struck);
            if !fate.alive {
                fate.seen = play.seen;
                fate.noticed = Some(play.known.saturating_sub(struck));
                let again = Play::run(&binary, home, None)?.at(&What::Replaced);
                fate.replaced = again.map(|time| time.saturating_sub(struck));
            }
            return Ok(fate);
        }
        Err(Error::new(format!(
            "{crash} by {home} did not come to its crash in time, not in {TRIES} programs ({last}): \
             close what keeps this machine busy, and try again"
        )))
    }

    /// As the program itself tells it.
    fn inside(crash: Crash, home: Home, play: &Play, struck: Duration) -> Fate {
        let alive = play.at(&What::Over).is_some();
        let neighbours = play.times(&What::Finished);
        let (outcome, known, seen) = match (play.went_on(), play.noticed()) {
            (Some((at, Some(refused))), _) if alive => {
                (Some(Outcome::Lives), Some(at), format!("the job was told: {refused}"))
            }
            (Some(_), _) if alive => (None, None, "it keeps no limit of memory".to_owned()),
            (None, Some((at, seen))) if alive => {
                (Some(Outcome::JobLost), Some(at), seen.to_owned())
            }
            _ => (Some(Outcome::AllLost), None, String::new()),
        };
        let since = |time: Duration| time.saturating_sub(struck);
        let (noticed, replaced) = (known.map(since), play.at(&What::Replaced).map(since));
        Fate { crash, home, outcome, neighbours, alive, seen, noticed, replaced }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fate { crash, home, neighbours, seen, .. } = self;
        let outcome = self.outcome.map_or("not tested", Outcome::name);
        write!(f, "{crash} by {home}: {outcome}, ")?;
        write!(f, "{neighbours} of {} finished; {seen}", count(NEIGHBOURS, "neighbour"))?;
        for (what, time) in [("noticed", self.noticed), ("replaced", self.replaced)] {
            if let Some(time) = time {
                write!(f, "; {what} after {}", seconds(time))?;
            }
        }
        Ok(())
    }
}
