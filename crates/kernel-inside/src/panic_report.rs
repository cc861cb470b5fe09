//! A panic told in two lines: what, and at which line of the cell.

use std::panic::{PanicHookInfo, set_hook};
use std::thread::{self, ThreadId};

use crate::LARGEST_REPORT;

/// Reports panics so from now on. A panic of the thread that calls this ends a cell: the
/// kernel hears of it, and shows it as the cell's error. All others go to stderr.
pub fn install() {
    let cells = thread::current().id();
    let source = std::env::var("EVCXR_TMPDIR").unwrap_or_default() + "/src/lib.rs";
    set_hook(Box::new(move |panic| {
        let report = report(panic, cells, &source);
        let ends_the_cell = thread::current().id() == cells;
        if !ends_the_cell || super::tell(&format!("panic {}\n{report}", report.len())).is_err() {
            eprint!("{report}");
        }
    }));
}

fn report(panic: &PanicHookInfo<'_>, cells: ThreadId, source: &str) -> String {
    let thread = thread::current();
    let name = thread.name().filter(|_| thread.id() != cells);
    let name = name.map(|name| format!("thread '{name}' ")).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("(with a value that is not a text)");
    let place = panic.location().map(|place| match place.file() {
        "src/lib.rs" => {
            let code = std::fs::read_to_string(source).unwrap_or_default();
            let line = code.lines().nth(place.line() as usize - 1).unwrap_or_default();
            format!("  at: {}\n", cut(line.trim(), LARGEST_REPORT / 2))
        }
        _ => format!("  at: {place}\n"),
    });
    let place = place.unwrap_or_default();
    let room = LARGEST_REPORT.saturating_sub(name.len() + place.len() + 100);
    format!("{name}panicked: {}\n{place}", cut(message, room))
}

/// As much of a message as there is room for.
fn cut(message: &str, room: usize) -> String {
    if message.len() <= room {
        return message.to_owned();
    }
    let end = (0..=room).rev().find(|end| message.is_char_boundary(*end)).unwrap_or(0);
    format!("{}\u{2026}", &message[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_without_bound_is_cut_between_two_letters() {
        assert_eq!(cut("burnt", 5), "burnt");
        assert_eq!(cut("\u{1f373}\u{1f373}", 6), "\u{1f373}\u{2026}");
        assert_eq!(cut("\u{1f373}", 0), "\u{2026}");
    }
}
