//! How many guests there can be, and by which server.

use std::time::Duration;

use crate::error::Error;
use crate::format::{seconds, thousands};
use crate::labs::Machine;
use crate::service::Serving;
use crate::system::most_open_files;

/// The most guests: each is a connection with a port of its own, of which there are 28,000.
pub(super) const MOST_GUESTS: usize = 20_000;

/// What a process has open beside its connections.
const OTHER_FILES: u64 = 32;

/// One guest after the other, all of them may take so long.
const LONGEST_ROW: Duration = Duration::from_secs(10);

/// The numbers from the fewest to the most, each once, and a sentence if the system allows
/// fewer than were asked for.
pub(super) fn fitting(guests: &[usize]) -> Result<(Vec<usize>, Option<String>), Error> {
    let most = guests.iter().copied().max().unwrap_or(0);
    if guests.contains(&0) || most == 0 || most > MOST_GUESTS {
        let limit = thousands(MOST_GUESTS);
        let text = format!("a service needs numbers of guests from 1 to {limit}, such as [1, 100]");
        return Err(Error::new(text));
    }
    let (guests, note) = within(guests, most_open_files());
    match guests.is_empty() {
        true => Err(Error::new(note.unwrap_or_default())),
        false => Ok((guests, note)),
    }
}

/// The same, where a process may have so many files open.
fn within(guests: &[usize], files: Option<u64>) -> (Vec<usize>, Option<String>) {
    let room = files.map_or(usize::MAX, |files| files.saturating_sub(OTHER_FILES) as usize);
    let most = guests.iter().copied().max().unwrap_or(0);
    let mut fitting: Vec<usize> = guests.iter().map(|number| (*number).min(room)).collect();
    fitting.sort_unstable();
    fitting.dedup();
    fitting.retain(|number| *number > 0);
    let note = (most > room).then(|| {
        format!(
            "{} guests need as many open files in the server; this machine allows a process {} \
             (ulimit -Hn), so {} come",
            thousands(most),
            thousands(files.unwrap_or_default() as usize),
            thousands(room)
        )
    });
    (fitting, note)
}

/// Why so many are not served so, if they are not.
pub(super) fn unserved(
    machine: &Machine,
    serving: Serving,
    guests: usize,
    work: Duration,
) -> Option<String> {
    let (label, number) = (serving.label(), thousands(guests));
    match (serving, machine.most_threads()) {
        (Serving::OneByOne, _) if work > LONGEST_ROW => {
            Some(format!("{label}: {number} guests would take {}", seconds(work)))
        }
        (Serving::ThreadEach, Some((most, limit))) if guests as u64 > most / 2 => {
            let most = thousands(most as usize);
            Some(format!(
                "{label}: {number} guests need as many threads; this machine allows {most} \
                 ({limit}), and at most half of them are started"
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::Limit;

    #[test]
    fn the_open_files_make_the_run_smaller_and_are_told() {
        assert_eq!(within(&[100, 1, 100], None), (vec![1, 100], None));
        assert_eq!(within(&[1, 992], Some(1024)), (vec![1, 992], None));
        let (guests, note) = within(&[1, 1_000, 5_000], Some(1024));
        assert_eq!(guests, [1, 992]);
        let note = note.unwrap();
        assert!(note.contains("5,000 guests") && note.contains("1,024 (ulimit -Hn)"), "{note}");
        assert!(within(&[5], Some(10)).0.is_empty());
    }

    #[test]
    fn no_guests_and_too_many_are_refused() {
        for guests in [&[][..], &[0], &[1, 20_001]] {
            let error = fitting(guests).unwrap_err().to_string();
            assert!(error.contains("from 1 to 20,000"), "{error}");
        }
    }

    #[test]
    fn rows_that_take_too_long_and_too_many_threads_are_told() {
        let machine = Machine { user_threads: Limit::Of(7_999), ..Machine::default() };
        let why = |serving, guests| {
            unserved(&machine, serving, guests, guests as u32 * Duration::from_millis(80))
        };
        assert_eq!(why(Serving::OneByOne, 125), None);
        assert_eq!(
            why(Serving::OneByOne, 1_000).unwrap(),
            "one by one: 1,000 guests would take 80.0 s"
        );
        assert_eq!(why(Serving::ThreadEach, 3_999), None);
        let threads = why(Serving::ThreadEach, 4_000).unwrap();
        assert!(threads.contains("allows 7,999 (threads of the user)"), "{threads}");
        assert_eq!(why(Serving::TaskEach, 5_000), None);
    }
}
