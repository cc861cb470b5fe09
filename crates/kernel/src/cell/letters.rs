//! Letters beyond ASCII.
//!
//! A report of evcxr 0.22 has a frame with code, marks and line numbers, unless any one
//! character of the cell is beyond ASCII, if only in a comment (`build_report` in its
//! `errors.rs`): it would mix rustc's columns, which are characters, with the lengths of
//! lines, which are bytes.
//!
//! So a cell is sent without them where that changes nothing, and what the report quotes is
//! [restored](super::restored()).

use std::borrow::Cow;

use super::source::{is_command, rust_begins, rust_tokens};
use crate::tokens::{LiteralKind, Token, TokenKind};

/// Something in front of a cell with which it is never run: rustc rejects it, and last of
/// all, when it has found all other errors.
pub const NEVER_RUNS: &str = "fn evcxr_never_runs() { let never: u8; drop(never); }\n";

/// The cell without letters beyond ASCII in its comments: a `?` for each.
pub fn without_foreign_letters(code: &str) -> Cow<'_, str> {
    if code.is_ascii() {
        return Cow::Borrowed(code);
    }
    let begin = rust_begins(code);
    let head = code[..begin].split_inclusive('\n');
    let head = head.map(|line| if line.starts_with("//") { plain(line) } else { line.to_owned() });
    let pieces = rust_tokens(code).into_iter().map(|token| {
        let text = &code[token.place.clone()];
        if is_comment(&token) { plain(text) } else { text.to_owned() }
    });
    Cow::Owned(head.chain(pieces).collect())
}

/// A cell that gives a full report in place of one that did not compile and has letters
/// beyond ASCII in its strings. It cannot be run.
///
/// Of its errors only those count whose `evalue` is also one of the cell's own: a letter may
/// stand for another here, and [`NEVER_RUNS`] is an error too. `None` if there is no such
/// cell: a name has such a letter, or a command beside `:dep`.
pub fn placeholders(code: &str) -> Option<String> {
    let code = without_foreign_letters(code);
    if code.is_ascii() {
        return None;
    }
    let begin = rust_begins(&code);
    let mut cell = String::new();
    for line in code[..begin].split_inclusive('\n') {
        match line.trim_start() {
            // It has run; an empty line keeps the others' numbers.
            shell if shell.starts_with('!') => cell.push('\n'),
            other if is_command(line) && !other.starts_with(":dep ") => return None,
            _ => cell.push_str(line),
        }
    }
    cell.push_str(NEVER_RUNS);
    for token in rust_tokens(&code) {
        cell.push_str(&ascii(&code[token.place.clone()], token.kind)?);
    }
    cell.is_ascii().then_some(cell)
}

/// A piece of code with a letter for each beyond ASCII, if it is a text in which they are free.
fn ascii(text: &str, kind: TokenKind) -> Option<String> {
    use LiteralKind::{CStr, Char, RawCStr, RawStr, Str};
    match kind {
        _ if text.is_ascii() => Some(text.to_owned()),
        TokenKind::Literal {
            kind: Char { .. } | Str { .. } | CStr { .. } | RawStr { .. } | RawCStr { .. },
            ..
        } => {
            // `"{größe}"` names a variable.
            let mut braces =
                text.split('{').skip(1).map(|part| part.split('}').next().unwrap_or(part));
            braces.all(str::is_ascii).then(|| plain(text))
        }
        _ => None,
    }
}

fn is_comment(token: &Token) -> bool {
    matches!(token.kind, TokenKind::LineComment { .. } | TokenKind::BlockComment { .. })
}

/// The text with a `?` for each character beyond ASCII.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_ascii_and_all_else_stays() {
        for (code, sent) in [
            ("// größe\nlet a = 1; // é", "// gr??e\nlet a = 1; // ?"),
            ("/// Größe\nfn f() {}", "/// Gr??e\nfn f() {}"),
            ("a /* ä /* ö */ */ + \"/* ü */\"", "a /* ? /* ? */ */ + \"/* ü */\""),
            (
                ":dep a\n// ä\n!echo ä // ö\nlet ä = 'ö';",
                ":dep a\n// ?\n!echo ä // ö\nlet ä = 'ö';",
            ),
            ("\"// ä\" // \u{1f373}", "\"// ä\" // ?"),
            ("r#\"a\" // ä\"# // ä", "r#\"a\" // ä\"# // ?"),
        ] {
            let changed = without_foreign_letters(code);
            assert_eq!(changed, sent);
            assert_eq!(changed.chars().count(), code.chars().count());
        }
    }

    #[test]
    fn a_plain_cell_is_not_copied() {
        assert!(matches!(without_foreign_letters("let a = 1; // b"), Cow::Borrowed(_)));
    }

    #[test]
    fn strings_get_placeholders_behind_what_never_runs() {
        let cell = |sent: &str| Some(sent.replace("NEVER\n", NEVER_RUNS));
        assert_eq!(
            placeholders("let a: u8 = \"größe\"; // ä"),
            cell("NEVER\nlet a: u8 = \"gr??e\"; // ?")
        );
        assert_eq!(
            placeholders("// a\n\nf('ä', r\"ö\", c\"ü\")"),
            cell("// a\n\nNEVER\nf('?', r\"?\", c\"?\")")
        );
        assert_eq!(placeholders(":dep a\n!touch ä\n\"é {a}\""), cell(":dep a\n\nNEVER\n\"? {a}\""));
    }

    #[test]
    fn there_are_none_where_a_letter_has_a_meaning() {
        for code in [
            "let größe = 1;",
            "println!(\"{größe}\")",
            "println!(\"{a:ä>3}\")",
            "b\"ä\"",
            "b'ä'",
            ":clear\n\"ä\"",
            ":dep a = { path = \"ä\" }\n\"ä\"",
            "\"ä\" 'größe",
        ] {
            assert_eq!(placeholders(code), None, "{code}");
        }
        // Nothing to be done.
        assert_eq!(placeholders("let a = 1; // ä"), None);
    }
}
