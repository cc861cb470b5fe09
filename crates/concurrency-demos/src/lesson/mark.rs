//! A table of guesses, as the class board has it.

use super::board::{Amount, Fact, hand_over};
use crate::error::Error;
use crate::labs::{Crash, Home, Marks, Outcome};

/// Reads a table of guesses: a row for each crash, with a letter for a thread, a task and a
/// process. `L`: the job lives; `J`: the job is lost; `A`: all is lost; `-`: no guess. Rows may
/// be left out, and a row of headings may be there.
///
/// ```
/// use concurrency_demos::{Crash, Home, Outcome, mark};
///
/// let marks = mark("
///                   thread  task  process
///     panic           J      J       L
///     stack overflow  A      -       -
/// ")?;
/// assert_eq!(marks.of(Crash::Panic, Home::Process), Some(Outcome::Lives));
/// assert_eq!(marks.of(Crash::StackOverflow, Home::Task), None);
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
///
/// # Errors
/// If a row has no name of the table, or one that was there before; if it has not three
/// letters, or another letter.
pub fn mark(table: &str) -> Result<Marks, Error> {
    let marks = Marks::read(table)?;
    hand_over(|| Some(Fact::Guess { guess: Amount::Words(rows(&marks)?) }));
    Ok(marks)
}

/// A word for each row that has a guess, such as `panic abort: J - L`: at most the eight words
/// that a board takes, in signs that it shows. `None` without a guess.
fn rows(marks: &Marks) -> Option<Vec<String>> {
    let letter = |crash, home| match marks.of(crash, home) {
        None => "-",
        Some(Outcome::Lives) => "L",
        Some(Outcome::JobLost) => "J",
        Some(Outcome::AllLost) => "A",
    };
    let has_guess = |crash: &Crash| Home::ALL.iter().any(|home| marks.of(*crash, *home).is_some());
    let row = |crash: Crash| {
        let letters = Home::ALL.map(|home| letter(crash, home)).join(" ");
        format!("{}: {letters}", crash.name().replace(" = ", " "))
    };
    let rows: Vec<_> = Crash::ALL.into_iter().filter(has_guess).map(row).collect();
    (!rows.is_empty()).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_board_gets_the_rows_with_a_guess_in_signs_that_it_shows() {
        let rows = |table| rows(&Marks::read(table).unwrap());
        let told = rows("panic = abort A - L\npanic J J -\nkill - - -").unwrap();
        assert_eq!(told, ["panic: J J -", "panic abort: A - L"]);
        assert_eq!(rows("kill - - -"), None);
        assert!(Crash::ALL.len() <= 8);
    }
}
