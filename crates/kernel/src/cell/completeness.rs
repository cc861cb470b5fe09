//! Whether a console runs what was typed, or waits for another line.

use super::ending::{Ending, ending};

/// What Jupyter's `is_complete_request` asks.
#[derive(Debug, PartialEq)]
pub enum Completeness {
    /// It may be run.
    Complete,
    /// More is to come.
    Incomplete {
        /// What the next line begins with.
        indent: String,
    },
    /// No further line makes it right.
    Invalid,
}

/// Whether this code may be run.
pub fn completeness(code: &str) -> Completeness {
    let indented = |steps| Completeness::Incomplete { indent: " ".repeat(4 * steps) };
    match ending(code) {
        Ending::Whole => Completeness::Complete,
        Ending::Wrong => Completeness::Invalid,
        Ending::Brackets(open) => indented(open.len()),
        // In a string, an indent would be part of it.
        Ending::Text(_) | Ending::Statement(_) | Ending::Semicolon(_) => indented(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_console_waits_while_something_is_open() {
        let waits = |code| match completeness(code) {
            Completeness::Incomplete { indent } => Some(indent.len()),
            _ => None,
        };
        assert_eq!(waits("fn f() {"), Some(4));
        assert_eq!(waits("fn f() {\n    g(|x| {"), Some(12));
        assert_eq!(waits("let a ="), Some(0));
        assert_eq!(waits("let a = 1"), Some(0));
        assert_eq!(waits("f(\"a"), Some(0));
        assert_eq!(waits("#[test]"), Some(0));
    }

    #[test]
    fn it_runs_what_is_whole_and_what_is_wrong_for_good() {
        assert_eq!(completeness("1 + 1"), Completeness::Complete);
        assert_eq!(completeness(":dep rand = {"), Completeness::Complete);
        assert_eq!(completeness("!ls"), Completeness::Complete);
        assert_eq!(completeness("f(1))"), Completeness::Invalid);
    }
}
