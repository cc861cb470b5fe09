//! The learner's own letters in a report that quotes a changed cell.

use super::letters::NEVER_RUNS;

/// This line of a report about `sent`, as if it were about `original`: the quoted line has
/// its letters, and its number in `original`. Colours and frame stay.
///
/// A line in a frame looks like ` 12 │ let a = 1;`, with a colour around each character.
/// Elsewhere a changed line is replaced where it is quoted as a whole.
pub fn restored(report_line: &str, original: &str, sent: &str) -> String {
    if original == sent {
        return report_line.to_owned();
    }
    let added = sent.find(NEVER_RUNS).map(|byte| sent[..byte].matches('\n').count() + 1);
    let sent = sent.replacen(NEVER_RUNS, "", 1);
    if let Some(line) = in_frame(report_line, original, &sent, added) {
        return line;
    }
    let pairs = original.lines().zip(sent.lines()).filter(|(own, other)| own != other);
    let quoted = pairs.map(|(own, other)| (own.trim(), other.trim()));
    let quoted = quoted
        .filter(|(_, other)| report_line.contains(other))
        .max_by_key(|(_, other)| other.len());
    quoted.map_or_else(|| report_line.to_owned(), |(own, other)| report_line.replace(other, own))
}

/// A line in a frame; `added` is the number of a line that only the sent code had.
fn in_frame(report_line: &str, original: &str, sent: &str, added: Option<usize>) -> Option<String> {
    let visible = visible(report_line);
    let text: String = visible.iter().map(|(_, c)| c).collect();
    let (number, quoted) = text.split_once('│')?;
    let number: usize = number.trim().parse().ok()?;
    let line = number - usize::from(added.is_some_and(|added| added < number));
    let own = original.lines().nth(line.checked_sub(1)?)?;
    let other = sent.lines().nth(line - 1)?;
    // The frame shows a tab as four spaces.
    let shown = |line: &str| line.replace('\t', "    ");
    let (own, other) = (shown(own), shown(other));
    if quoted.trim() != other.trim() {
        return None;
    }
    let indent = other.chars().take_while(|c| c.is_whitespace()).count();
    let bar = visible.iter().position(|(_, c)| *c == '│')?;
    let first = bar + 1 + visible[bar + 1..].iter().position(|(_, c)| !c.is_whitespace())?;
    let mut letters = own.chars().skip(indent);
    let mut out = String::new();
    let mut copied = 0;
    for (at, (byte, c)) in visible.iter().enumerate() {
        let new = if at >= first { letters.next().unwrap_or(*c) } else { *c };
        out.push_str(&report_line[copied..*byte]);
        out.push(new);
        copied = byte + c.len_utf8();
    }
    out.push_str(&report_line[copied..]);
    if line == number {
        return Some(out);
    }
    // As wide as before: the bars stay below each other.
    let (before, after) = (number.to_string(), line.to_string());
    Some(out.replacen(
        &format!("{before} │"),
        &format!("{after:>width$} │", width = before.len()),
        1,
    ))
}

/// The characters that are seen, with their places: all but colours.
fn visible(line: &str) -> Vec<(usize, char)> {
    let mut seen = Vec::new();
    let mut characters = line.char_indices();
    while let Some((byte, c)) = characters.next() {
        if c == '\u{1b}' {
            characters.by_ref().find(|(_, c)| c.is_ascii_alphabetic());
        } else {
            seen.push((byte, c));
        }
    }
    seen
}

/// A text without colours.
pub fn without_colours(text: &str) -> String {
    visible(text).into_iter().map(|(_, c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{placeholders, without_foreign_letters};
    use super::*;

    /// A line as evcxr draws it: a colour for the number, and one for each character.
    fn drawn(number: usize, text: &str) -> String {
        let text: String = text.chars().map(|c| format!("\u{1b}[38;5;249m{c}\u{1b}[0m")).collect();
        format!(" \u{1b}[38;5;246m{number} │\u{1b}[0m {text}")
    }

    #[test]
    fn a_quoted_line_gets_its_letters_back() {
        let own = "// a\nlet x: u32 = \"a\"; // größe";
        let sent = without_foreign_letters(own);
        let line = drawn(2, "let x: u32 = \"a\"; // gr??e");
        assert_eq!(restored(&line, own, &sent), drawn(2, "let x: u32 = \"a\"; // größe"));
        // Also without colours, and behind an indent or a tab.
        assert_eq!(restored(" 1 │   a // ?", "  a // ä", "  a // ?"), " 1 │   a // ä");
        assert_eq!(
            restored(" 1 │     a\u{20}   // ?", "\ta\t// ä", "\ta\t// ?"),
            " 1 │     a    // ä"
        );
    }

    #[test]
    fn all_other_lines_stay() {
        let (own, sent) = ("a?; // ä\nb", "a?; // ?\nb");
        for line in [
            "   ╭─[ command_2:1:1 ]",
            " 2 │ b",
            "   │ ┬",
            " 3 │ c",
            " 1 │ a?;",
            " 1 │ x",
            "mismatched types",
            "",
            " 0 │ a",
        ] {
            assert_eq!(restored(line, own, sent), line);
        }
        assert_eq!(restored(" 1 │ a // ?", "a // ?", "a // ?"), " 1 │ a // ?");
    }

    #[test]
    fn a_line_is_restored_without_a_frame_too() {
        let (own, sent) = ("a;\n  panic!(); // ä", "a;\n  panic!(); // ?");
        assert_eq!(restored("  at: panic!(); // ?", own, sent), "  at: panic!(); // ä");
    }

    #[test]
    fn line_numbers_are_those_of_the_cell() {
        let own = "a\n".repeat(8) + "f(\"ä\")\nf(\"ö\")";
        let sent = placeholders(&own).expect("strings");
        assert_eq!(
            restored(&drawn(10, "f(\"?\")"), &own, &sent),
            drawn(9, "f(\"ä\")").replace("m9", "m 9")
        );
        assert_eq!(restored(&drawn(11, "f(\"?\")"), &own, &sent), drawn(10, "f(\"ö\")"));
        assert_eq!(restored(&drawn(2, "a"), &own, &sent), drawn(1, "a"));
    }

    #[test]
    fn colours_are_not_seen() {
        assert_eq!(without_colours("\u{1b}[31m[E0308] Error:\u{1b}[0m a"), "[E0308] Error: a");
        assert_eq!(without_colours("a\u{1b}["), "a");
    }
}
