//! What became of one job, its neighbours and its program.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::scene::{NEIGHBOURS, Note, PROGRAM_LIMIT, Role, Scene, What, notes_of, seen};
use super::{Crash, Home, Outcome};
use crate::error::Error;
use crate::format::{count, seconds};
use crate::pool::{BUILD, BUILD_ID, stale, worker_binary};
use crate::system::{Ended, clock};

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
    /// If the worker binary is missing, was built from other sources or cannot be started.
    pub fn of(crash: Crash, home: Home) -> Result<Fate, Error> {
        let binary = worker_binary()?;
        let (ended, noticed_outside) = play(&binary, home, Some(crash))?;
        let notes = notes_of(&ended.1);
        let struck = at(&notes, |what| *what == What::Strikes).ok_or_else(|| {
            let seen = seen(ended.0, PROGRAM_LIMIT, &ended.2);
            Error::new(format!("the program of the crash lab never came to its crash: {seen}"))
        })?;
        let since = |time: Duration| time.saturating_sub(struck);
        let mut fate = Fate::inside(crash, home, &notes, struck);
        if !fate.alive {
            fate.seen = seen(ended.0, PROGRAM_LIMIT, &ended.2);
            fate.noticed = Some(since(noticed_outside));
            let (again, _) = play(&binary, home, None)?;
            fate.replaced = at(&notes_of(&again.1), |what| *what == What::Replaced).map(since);
        }
        Ok(fate)
    }

    /// As the program itself tells it.
    fn inside(crash: Crash, home: Home, notes: &[Note], struck: Duration) -> Fate {
        let alive = at(notes, |what| *what == What::Over).is_some();
        let neighbours = notes.iter().filter(|note| note.what == What::Finished).count();
        let went_on = notes.iter().find_map(|note| match &note.what {
            What::WentOn(refused) => Some((note.at, refused.clone())),
            _ => None,
        });
        let noticed = notes.iter().find_map(|note| match &note.what {
            What::Noticed(seen) => Some((note.at, seen.clone())),
            _ => None,
        });
        let (outcome, noticed, seen) = match (went_on, noticed) {
            (Some((at, Some(refused))), _) => {
                (Some(Outcome::Lives), Some(at), format!("the job was told: {refused}"))
            }
            (Some(_), _) => (None, None, "this system keeps no limit of memory".to_owned()),
            (None, Some((at, seen))) if alive && neighbours > 0 => {
                (Some(Outcome::JobLost), Some(at), seen)
            }
            _ => (Some(Outcome::AllLost), None, String::new()),
        };
        let since = |time: Duration| time.saturating_sub(struck);
        let replaced = at(notes, |what| *what == What::Replaced).map(since);
        let noticed = noticed.map(since);
        Fate { crash, home, outcome, neighbours, alive, seen, noticed, replaced }
    }
}

/// When this was noted first.
fn at(notes: &[Note], what: impl Fn(&What) -> bool) -> Option<Duration> {
    notes.iter().find(|note| what(&note.what)).map(|note| note.at)
}

/// Runs the program of a scene: how it ended, and when that was known.
fn play(binary: &Path, home: Home, crash: Option<Crash>) -> Result<(Ended, Duration), Error> {
    let scene = Scene { role: Role::Program, home, crash };
    let ended = scene.run(binary, PROGRAM_LIMIT)?;
    let known = clock::now();
    match notes_of(&ended.1).into_iter().next().map(|note| note.what) {
        Some(What::Ready(build)) if build == BUILD_ID => Ok((ended, known)),
        Some(What::Ready(build)) => Err(stale(binary, &build)),
        _ => Err(Error::new(format!(
            "the worker binary {} does not know the crash lab: {}. Build it again: {BUILD}",
            binary.display(),
            seen(ended.0, PROGRAM_LIMIT, &ended.2)
        ))),
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
