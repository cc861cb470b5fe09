//! The whole table: each crash in each home.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use super::{Crash, Fate, Home, Outcome, Votes};
use crate::error::Error;
use crate::record::Silent;

/// What survives which crash where, and what a learner expected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Survivors {
    /// What was expected.
    pub votes: Votes,
    /// What came, row by row. While it is measured the rest is missing.
    pub fates: Vec<Fate>,
}

/// Who sees the table while it fills.
pub trait Onlooker: Sync {
    /// This is the table so far; `id` is a number that no other measurement in this program has.
    fn sees(&self, id: u64, so_far: &Survivors);
}

impl Onlooker for Silent {
    fn sees(&self, _: u64, _: &Survivors) {}
}

impl Survivors {
    /// Lets each crash happen in each home, one after the other, and shows the table as it
    /// fills. It takes about eight seconds.
    ///
    /// # Errors
    /// As [`Fate::of`].
    pub fn measure(votes: &Votes, onlooker: &dyn Onlooker) -> Result<Survivors, Error> {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let id = STARTED.fetch_add(1, Ordering::Relaxed);
        let mut so_far = Survivors { votes: votes.clone(), fates: vec![] };
        onlooker.sees(id, &so_far);
        for crash in Crash::ALL {
            for home in Home::ALL {
                so_far.fates.push(Fate::of(crash, home)?);
                onlooker.sees(id, &so_far);
            }
        }
        Ok(so_far)
    }

    /// Whether all of it is there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.fates.len() == Crash::ALL.len() * Home::ALL.len()
    }

    /// What came of this crash in this home, if it is there.
    #[must_use]
    pub fn fate(&self, crash: Crash, home: Home) -> Option<&Fate> {
        self.fates.iter().find(|fate| fate.crash == crash && fate.home == home)
    }

    /// What came of this crash, home by home.
    #[must_use]
    pub fn row(&self, crash: Crash) -> Vec<&Fate> {
        self.fates.iter().filter(|fate| fate.crash == crash).collect()
    }

    /// The crashes that came to this in this home.
    #[must_use]
    pub fn with(&self, outcome: Outcome, home: Home) -> Vec<Crash> {
        let same = |fate: &&Fate| fate.home == home && fate.outcome == Some(outcome);
        self.fates.iter().filter(same).map(|fate| fate.crash).collect()
    }

    /// How many neighbours finished in this home, and how many there were.
    #[must_use]
    pub fn neighbours(&self, home: Home) -> (usize, usize) {
        let there = self.fates.iter().filter(|fate| fate.home == home);
        (there.clone().map(|fate| fate.neighbours).sum(), there.count() * super::NEIGHBOURS)
    }

    /// How long it took until somebody knew of this crash in this home.
    #[must_use]
    pub fn noticed(&self, crash: Crash, home: Home) -> Option<Duration> {
        self.fate(crash, home)?.noticed
    }

    /// How many guesses came true, and how many there are, as far as the table is filled.
    #[must_use]
    pub fn right(&self) -> (usize, usize) {
        let guessed = self
            .fates
            .iter()
            .filter_map(|fate| Some((self.votes.of(fate.crash, fate.home)?, fate.outcome?)));
        (guessed.clone().filter(|(vote, came)| vote == came).count(), guessed.count())
    }
}
