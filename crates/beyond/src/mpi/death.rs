//! What is known of a rank that died, and what became of the jobs.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use concurrency_demos::Cause;
use concurrency_demos::beyond::Death;

use crate::record::Book;

/// The signal that MPI ends the other ranks with.
const TERMINATE: i32 = 15;

/// A rank has died and MPI has ended all others: mpirun says which and how.
pub(super) fn told_by_mpirun(
    book: &mut Book<'_>,
    status: Option<ExitStatus>,
    words: &str,
) -> Death {
    let rank = rank_of(words);
    let cause = cause_of(status, words);
    let worker = rank.and_then(|rank| rank.checked_sub(1));
    let who = rank.map_or("a rank".to_owned(), |rank| format!("rank {rank}"));
    let ended = Cause::Killed {
        signal: TERMINATE,
        last_words: format!("MPI ended this rank because {who} had died"),
    };
    let consequence = lose_all(book, |by| match by {
        None => Cause::NotStarted(format!("{who} died before it was handed out")),
        Some(by) if Some(by) == worker => cause.clone(),
        Some(_) => ended.clone(),
    });
    Death {
        worker,
        cause,
        consequence: format!("MPI ended all ranks because {who} had died: {consequence}"),
    }
}

/// Nothing was heard for too long, and all ranks were ended.
pub(super) fn of_the_slow(book: &mut Book<'_>, limit: Duration) -> Death {
    let cause = Cause::TimedOut(limit);
    let consequence = lose_all(book, |by| match by {
        None => Cause::NotStarted(format!("nothing was heard for {limit:?} before it")),
        Some(_) => Cause::TimedOut(limit),
    });
    let consequence = format!("all ranks were ended: {consequence}");
    Death { worker: None, cause, consequence }
}

/// Loses what has not ended, and counts it.
fn lose_all(book: &mut Book<'_>, why: impl Fn(Option<usize>) -> Cause) -> String {
    let (all, open) = (book.jobs().len(), book.open_jobs());
    for (index, by) in &open {
        book.lose(*index, why(by.map(|(rank, _)| rank)));
    }
    let begun = open.iter().filter(|(_, by)| by.is_some()).count();
    let not_begun = open.len() - begun;
    format!(
        "{} of {all} jobs had ended; lost with their ranks: {begun}; never begun: {not_begun}",
        all - open.len()
    )
}

/// The rank in `mpirun noticed that process rank 2 with PID ...`, or in
/// `Process name: [[4711,1],2]`.
fn rank_of(words: &str) -> Option<usize> {
    let number = |text: &str| {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    let noticed = words.split_once("process rank ").and_then(|(_, rest)| number(rest));
    noticed.or_else(|| {
        let (_, name) = words.split_once("Process name: [[")?;
        number(name.split_once("],")?.1)
    })
}

/// How it ended: by the signal that mpirun names, or with mpirun's own status.
fn cause_of(status: Option<ExitStatus>, words: &str) -> Cause {
    let signal = words
        .split_once("exited on signal ")
        .and_then(|(_, rest)| rest.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok());
    let last_words = String::new();
    match (signal, status.and_then(|status| status.code())) {
        (Some(signal), _) => Cause::Killed { signal, last_words },
        (None, Some(status)) => Cause::Exited { status, last_words },
        (None, None) => {
            let signal = status.and_then(|status| status.signal()).unwrap_or_default();
            Cause::Killed { signal, last_words: "mpirun itself was ended".to_owned() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mpirun_names_the_rank_in_two_ways() {
        let killed =
            "mpirun noticed that process rank 12 with PID 0 on node a exited on signal 9 (Killed).";
        assert_eq!(rank_of(killed), Some(12));
        assert_eq!(cause_of(None, killed), Cause::Killed { signal: 9, last_words: String::new() });
        let exited =
            "The first process to do so was:\n\n  Process name: [[33123,1],2]\n  Exit code:    3";
        assert_eq!(rank_of(exited), Some(2));
        assert_eq!(rank_of("nothing of the kind"), None);
    }
}
