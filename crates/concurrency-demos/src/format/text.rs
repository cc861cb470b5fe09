//! Text that others made, as it may stand on a page: a name that a cell gives, a message of a
//! panic, the last words of a process.
//!
//! What steers a terminal, turns the direction of what follows or is no letter of XML is written
//! as an escape, `\u{1b}`; what is too long is cut. Of evcxr's own words on stdout, between
//! which it takes text for a display, none is left whole: `tests/hostile_text.rs`.

use super::thousands;

/// What all words of evcxr begin with.
const WORD: &str = "EVCXR_";
/// As long as a name may be that has its place in a figure.
const LABEL: usize = 40;

/// A name, of a lane or a curve.
pub(crate) fn label(text: &str) -> String {
    line(text, LABEL)
}

/// Text as one line of so many letters at the most.
pub(crate) fn line(text: &str, most: usize) -> String {
    shown(text, most, |_| false)
}

/// Text of several lines, with so many letters at the most.
pub(crate) fn lines(text: &str, most: usize) -> String {
    shown(text, most, |letter| letter == '\n')
}

fn shown(text: &str, most: usize, stays: fn(char) -> bool) -> String {
    let mut letters = text.chars();
    let mut shown = String::new();
    for letter in letters.by_ref().take(most) {
        match !stays(letter) && is_no_letter(letter) {
            true => shown.extend(letter.escape_unicode()),
            false => shown.push(letter),
        }
    }
    if shown.contains(WORD) {
        shown = shown.replace(WORD, r"EVCXR\u{5f}");
    }
    match letters.count() {
        0 => shown,
        rest => format!("{shown} ... ({} letters)", thousands(most + rest)),
    }
}

/// Control characters; marks that turn the direction, or that nobody sees; what XML has not.
fn is_no_letter(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'
            | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stay_and_what_steers_is_seen() {
        assert_eq!(label("2 threads, <b> & \"é\" 🍳"), "2 threads, <b> & \"é\" 🍳");
        assert_eq!(label("a\u{1b}[2J\u{202e}b\n"), r"a\u{1b}[2J\u{202e}b\u{a}");
        assert_eq!(lines("a\nb\0", 9), "a\nb\\u{0}");
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_how_long_it_was() {
        assert_eq!(line("abcd", 4), "abcd");
        assert_eq!(line(&"x".repeat(1_000_000), 3), "xxx ... (1,000,000 letters)");
    }

    #[test]
    fn no_word_of_evcxr_stays_whole() {
        assert_eq!(line("EVCXR_EVCXR_END_CONTENT", 99), r"EVCXR\u{5f}EVCXR\u{5f}END_CONTENT");
    }
}
