//! What a learner expects of each crash: a small table of letters.

use std::fmt;

use serde::Serialize;

use super::{Crash, Home, Outcome};
use crate::error::Error;

/// What a learner expects for each place of the table, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Marks([[Option<Outcome>; 3]; 8]);

/// In small letters, with one space between two words.
fn normal(row: &str) -> String {
    row.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn headings() -> String {
    Home::ALL.map(Home::name).join(" ")
}

/// The crash whose name begins the row; the longest name, for `panic = abort` begins with another.
fn crash_of(row: &str) -> Result<Crash, Error> {
    let begins = |crash: &Crash| {
        row.strip_prefix(crash.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let found = Crash::ALL.into_iter().filter(begins).max_by_key(|crash| crash.name().len());
    found.ok_or_else(|| {
        let names = Crash::ALL.map(Crash::name).join(", ");
        Error::new(format!("\"{row}\" is no row of the table. Its rows are: {names}"))
    })
}

fn row_of(crash: Crash, letters: &str) -> Result<[Option<Outcome>; 3], Error> {
    let mark = |letter: char| match letter {
        'l' => Ok(Some(Outcome::Lives)),
        'j' => Ok(Some(Outcome::JobLost)),
        'a' => Ok(Some(Outcome::AllLost)),
        '-' => Ok(None),
        other => Err(Error::new(format!(
            "\"{}\" in the row \"{crash}\" is no guess: write L (the job lives), J (the job is \
             lost), A (all is lost) or - (no guess)",
            other.to_uppercase()
        ))),
    };
    let letters = letters.chars().filter(|letter| !letter.is_whitespace());
    let marks = letters.map(mark).collect::<Result<Vec<_>, _>>()?;
    let number = marks.len();
    marks.try_into().map_err(|_| {
        let homes = Home::ALL.map(Home::name).join(", ");
        Error::new(format!(
            "the row \"{crash}\" has {number} letters, and needs three: for {homes}. Where you \
             have no guess, write -"
        ))
    })
}

impl Marks {
    /// Reads the table: a row for each crash, a letter for each home.
    pub(crate) fn read(table: &str) -> Result<Marks, Error> {
        let mut marks = Marks::default();
        let mut seen = vec![];
        for row in table.lines().map(normal).filter(|row| !row.is_empty() && *row != headings()) {
            let crash = crash_of(&row)?;
            if seen.contains(&crash) {
                return Err(Error::new(format!("the row \"{crash}\" is there twice: keep one")));
            }
            marks.0[crash as usize] = row_of(crash, &row[crash.name().len()..])?;
            seen.push(crash);
        }
        Ok(marks)
    }

    /// What is expected there, if anything is.
    #[must_use]
    pub fn of(&self, crash: Crash, home: Home) -> Option<Outcome> {
        self.0[crash as usize][home as usize]
    }

    /// How many places of the table have a guess.
    #[must_use]
    pub fn number(&self) -> usize {
        self.0.iter().flatten().flatten().count()
    }
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:14}  {}", "", Home::ALL.map(Home::name).join("  "))?;
        for crash in Crash::ALL {
            write!(f, "\n{:14}", crash.name())?;
            for home in Home::ALL {
                let mark = self.of(crash, home).map_or("-", Outcome::name);
                write!(f, "  {mark}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(table: &str) -> String {
        Marks::read(table).unwrap_err().to_string()
    }

    #[test]
    fn an_empty_table_is_no_guess_and_case_does_not_count() {
        assert_eq!(Marks::read("").unwrap(), Marks::default());
        assert_eq!(Marks::read("\n  Thread TASK process \n kill - - -\n").unwrap().number(), 0);
        let marks = Marks::read("Stack   Overflow  a J\tl").unwrap();
        let row = Home::ALL.map(|home| marks.of(Crash::StackOverflow, home));
        assert_eq!(row, [Outcome::AllLost, Outcome::JobLost, Outcome::Lives].map(Some));
        assert_eq!(Marks::read("kill AAJ").unwrap().number(), 3);
    }

    #[test]
    fn a_row_whose_name_begins_with_another_is_told_apart() {
        let marks = Marks::read("panic = abort A A J\nabort J J J").unwrap();
        assert_eq!(marks.of(Crash::Panic, Home::Task), None);
        assert_eq!(marks.of(Crash::PanicAbort, Home::Task), Some(Outcome::AllLost));
        assert_eq!(marks.of(Crash::Abort, Home::Task), Some(Outcome::JobLost));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_row_and_what_to_write() {
        let letter = refused("panic J X -");
        assert!(letter.contains("\"X\" in the row \"panic\"") && letter.contains("J (the job"));
        let short = refused("kill J -");
        assert!(short.contains("\"kill\" has 2 letters, and needs three"), "{short}");
        let unknown = refused("fire J J J");
        assert!(unknown.contains("\"fire j j j\" is no row") && unknown.contains("try_reserve"));
        assert!(refused("panics J J J").contains("is no row"));
        assert!(refused("kill J J J\nkill A A A").contains("\"kill\" is there twice"));
    }
}
