//! One program of a scene, from its start to its end, as the notebook sees it.

use std::path::Path;
use std::time::Duration;

use super::scene::{Note, PROGRAM_LIMIT, Role, Scene, What, notes_of, seen};
use super::{Crash, Home};
use crate::error::Error;
use crate::pool::{BUILD, BUILD_ID, stale};
use crate::system::clock;

/// What a program has told, and how it ended.
pub(super) struct Play {
    notes: Vec<Note>,
    /// How its end looks from outside.
    pub seen: String,
    /// When its end was known outside.
    pub known: Duration,
}

impl Play {
    /// Runs a program to its end, or to the limit.
    pub fn run(binary: &Path, home: Home, crash: Option<Crash>) -> Result<Play, Error> {
        let scene = Scene { role: Role::Program, home, crash };
        let (status, stdout, stderr) = scene.run(binary, PROGRAM_LIMIT)?;
        let known = clock::now();
        let (notes, seen) = (notes_of(&stdout), seen(status, PROGRAM_LIMIT, &stderr));
        match notes.first().map(|note| &note.what) {
            Some(What::Ready(build)) if build == BUILD_ID => Ok(Play { notes, seen, known }),
            Some(What::Ready(build)) => Err(stale(binary, build)),
            _ => Err(Error::new(format!(
                "the worker binary {} does not know the crash lab: {seen}. Build it again: {BUILD}",
                binary.display()
            ))),
        }
    }

    /// When this was noted first.
    pub fn at(&self, what: &What) -> Option<Duration> {
        self.notes.iter().find(|note| note.what == *what).map(|note| note.at)
    }

    /// How often this was noted.
    pub fn times(&self, what: &What) -> usize {
        self.notes.iter().filter(|note| note.what == *what).count()
    }

    /// When the job went wrong. `None`: it never came to that, or its caller gave it up before,
    /// as on a machine that is very busy.
    pub fn struck(&self) -> Option<Duration> {
        let struck = self.at(&What::Strikes)?;
        self.noticed().is_none_or(|(noticed, _)| noticed >= struck).then_some(struck)
    }

    /// When the job went on, and what it was told.
    pub fn went_on(&self) -> Option<(Duration, Option<&str>)> {
        self.notes.iter().find_map(|note| match &note.what {
            What::WentOn(refused) => Some((note.at, refused.as_deref())),
            _ => None,
        })
    }

    /// When the caller inside noticed the loss, and what it saw.
    pub fn noticed(&self) -> Option<(Duration, &str)> {
        self.notes.iter().find_map(|note| match &note.what {
            What::Noticed(seen) => Some((note.at, seen.as_str())),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn play(notes: &[(u64, What)]) -> Play {
        let note = |(at, what): &(u64, What)| Note { at: ms(*at), what: what.clone() };
        Play { notes: notes.iter().map(note).collect(), seen: String::new(), known: ms(9) }
    }

    fn ms(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    #[test]
    fn a_job_that_was_given_up_before_it_went_wrong_does_not_count() {
        let noticed = |at| (at, What::Noticed("no answer".to_owned()));
        // The notes of a process come when it has ended.
        assert_eq!(play(&[noticed(7), (5, What::Strikes)]).struck(), Some(ms(5)));
        assert_eq!(play(&[(5, What::Strikes)]).struck(), Some(ms(5)));
        assert_eq!(play(&[noticed(3), (5, What::Strikes)]).struck(), None);
        assert_eq!(play(&[noticed(3)]).struck(), None);
    }
}
