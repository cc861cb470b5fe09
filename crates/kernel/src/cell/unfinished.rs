//! What is said of a cell that stops in the middle of a statement.
//!
//! evcxr hands it to rustc between lines of its own, and rustc finds the fault in those:
//! `` cannot find function <end of input> in crate `std` ``.

use super::ending::{Ending, ending};
use super::source::line_of;

/// What is missing at the end of a cell. Never said of one that rustc accepts.
pub fn unfinished(code: &str) -> Option<String> {
    let text = code.trim_end();
    match ending(code) {
        Ending::Whole | Ending::Wrong => None,
        Ending::Text(begin) => {
            let what = if code[begin..].starts_with("/*") { "comment" } else { "string" };
            Some(format!("The {what} {} has no end: {}.", on_line(code, begin), quote(code, begin)))
        }
        Ending::Brackets(open) => {
            let open = *open.last()?;
            let bracket = &code[open..=open];
            Some(format!(
                "The `{bracket}` {} is not closed: {}.",
                on_line(code, open),
                quote(code, open)
            ))
        }
        Ending::Statement(place) => {
            let (begin, end) = (line_of(text, place.start), line_of(text, place.end));
            let lines = match begin == end {
                true => format!("on line {begin}"),
                false => format!("of lines {begin} to {end}"),
            };
            Some(format!("The statement {lines} is not finished: {}.", quote(code, place.end)))
        }
        Ending::Semicolon(place) => {
            let line = line_of(code, place.end);
            Some(format!("A `;` is missing at the end of line {line}: {}.", quote(code, place.end)))
        }
    }
}

fn on_line(code: &str, byte: usize) -> String {
    format!("on line {}", line_of(code, byte))
}

/// The line of this byte, as code; a long one is cut.
fn quote(code: &str, byte: usize) -> String {
    const LONG: usize = 60;
    let line = code.lines().nth(line_of(code, byte) - 1).unwrap_or_default().trim();
    let cut: String = line.chars().take(LONG).collect();
    format!("`{cut}{}`", if cut == line { "" } else { " …" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(code: &str, sentence: &str) {
        assert_eq!(unfinished(code).as_deref(), Some(sentence));
    }

    #[test]
    fn one_sentence_names_the_line() {
        says("\n// a\nlet a = std::", "The statement on line 3 is not finished: `let a = std::`.");
        says("let a =\n", "The statement on line 1 is not finished: `let a =`.");
        says(
            "let a = v\n    .iter().",
            "The statement of lines 1 to 2 is not finished: `.iter().`.",
        );
        says("b;\nfoo(\n", "The `(` on line 2 is not closed: `foo(`.");
        says("f(|| {\n    g(1);\n", "The `{` on line 1 is not closed: `f(|| {`.");
        says("f(\"a\n\n", "The string on line 1 has no end: `f(\"a`.");
        says("1 /* a", "The comment on line 1 has no end: `1 /* a`.");
        says("let a = 5\n", "A `;` is missing at the end of line 1: `let a = 5`.");
        says("fn f()", "The statement on line 1 is not finished: `fn f()`.");
    }

    #[test]
    fn a_long_line_is_cut() {
        let code = format!("let a = {} +", "é".repeat(80));
        let quoted = format!("`let a = {} …`", "é".repeat(52));
        assert!(unfinished(&code).expect("a sentence").contains(&quoted));
    }

    #[test]
    fn whole_and_wrong_cells_are_left_to_rustc() {
        for code in ["", "1 + 1", "vec![1]", "match a { _ => 1 }", "f(1))", ":dep a", "1.."] {
            assert_eq!(unfinished(code), None, "{code}");
        }
    }
}
