//! The whole table: each crash in each home.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use super::{Crash, Fate, Home, Marks, Outcome};
use crate::error::Error;
use crate::record::Silent;

/// What survives which crash where, and what a learner expected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Survivors {
    /// What was expected.
    pub marks: Marks,
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
    pub fn measure(marks: &Marks, onlooker: &dyn Onlooker) -> Result<Survivors, Error> {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let id = STARTED.fetch_add(1, Ordering::Relaxed);
        let mut so_far = Survivors { marks: marks.clone(), fates: vec![] };
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

    /// In how many homes this crash came to this; `None` where one of them is not tested.
    #[must_use]
    pub fn homes(&self, crash: Crash, outcome: Outcome) -> Option<f64> {
        let came = Home::ALL.map(|home| self.fate(crash, home)?.outcome);
        let came = came.into_iter().collect::<Option<Vec<_>>>()?;
        Some(came.into_iter().filter(|came| *came == outcome).count() as f64)
    }

    /// How many neighbours finished in this home, and how many there were.
    #[must_use]
    pub fn neighbours(&self, home: Home) -> (usize, usize) {
        let there = self.fates.iter().filter(|fate| fate.home == home);
        (there.clone().map(|fate| fate.neighbours).sum(), there.count() * super::NEIGHBOURS)
    }

    /// How many times as long it took in this home until somebody knew of this crash as it took
    /// with the other one.
    #[must_use]
    pub fn noticed_later(&self, home: Home, crash: Crash, than: Crash) -> Option<f64> {
        let noticed = |crash| Some(self.fate(crash, home)?.noticed?.as_secs_f64());
        Some(noticed(crash)? / noticed(than)?.max(1e-9))
    }

    /// How many guesses came true, in words.
    #[must_use]
    pub fn score(&self) -> String {
        match self.right() {
            (_, 0) => "no guess".to_owned(),
            (right, guessed) => format!("{right} of {guessed} guesses came true"),
        }
    }

    /// How many guesses came true, and how many there are, as far as the table is filled.
    #[must_use]
    pub fn right(&self) -> (usize, usize) {
        let guessed = self
            .fates
            .iter()
            .filter_map(|fate| Some((self.marks.of(fate.crash, fate.home)?, fate.outcome?)));
        (guessed.clone().filter(|(mark, came)| mark == came).count(), guessed.count())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::labs::crash::Marks;

    fn fate(crash: Crash, home: Home, outcome: Option<Outcome>) -> Fate {
        let (neighbours, alive, seen) = (2, true, String::new());
        let noticed = Some(Duration::from_millis(if crash == Crash::Kill { 2 } else { 300 }));
        Fate { crash, home, outcome, neighbours, alive, seen, noticed, replaced: None }
    }

    fn table() -> Survivors {
        let lost = Some(Outcome::JobLost);
        let row = |crash, task| {
            [(Home::Thread, lost), (Home::Task, task), (Home::Process, lost)]
                .map(|(home, outcome)| fate(crash, home, outcome))
        };
        let fates = [row(Crash::Kill, Some(Outcome::AllLost)), row(Crash::MemoryLimit, None)];
        let marks = Marks::read("kill J J -\nmemory limit J J J\npanic L L L").unwrap();
        Survivors { marks, fates: fates.concat() }
    }

    #[test]
    fn homes_are_counted_where_all_of_them_are_tested() {
        assert_eq!(table().homes(Crash::Kill, Outcome::JobLost), Some(2.0));
        assert_eq!(table().homes(Crash::Kill, Outcome::Lives), Some(0.0));
        assert_eq!(table().homes(Crash::MemoryLimit, Outcome::JobLost), None);
        assert_eq!(table().homes(Crash::Panic, Outcome::JobLost), None);
        assert_eq!(table().neighbours(Home::Task), (4, 4));
    }

    #[test]
    fn a_guess_counts_where_there_is_an_outcome() {
        assert_eq!(table().right(), (3, 4));
        assert_eq!(table().score(), "3 of 4 guesses came true");
        assert_eq!(Survivors { marks: Marks::default(), ..table() }.score(), "no guess");
    }

    #[test]
    fn later_is_a_ratio_of_times() {
        let later = |than| table().noticed_later(Home::Process, Crash::MemoryLimit, than);
        assert_eq!((later(Crash::Kill), later(Crash::Abort)), (Some(150.0), None));
    }
}
