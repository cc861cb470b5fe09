//! A cell as evcxr reads it: lines of commands, then Rust.

use crate::tokens::{Token, TokenKind, tokens_of};

/// Where the Rust of a cell begins: behind `:commands`, `!shell` lines, comments and empty
/// lines at its start.
pub fn rust_begins(code: &str) -> usize {
    let mut begin = 0;
    for line in code.split_inclusive('\n') {
        if !is_command(line) && !line.starts_with("//") && !line.trim().is_empty() {
            break;
        }
        begin += line.len();
    }
    begin
}

/// Whether evcxr takes a line for a command, as long as no Rust came before.
pub fn is_command(line: &str) -> bool {
    line.starts_with('!') || line.trim_start_matches(' ').starts_with(':')
}

/// The tokens of the Rust in a cell.
pub fn rust_tokens(code: &str) -> Vec<Token> {
    let begin = rust_begins(code);
    let mut tokens = tokens_of(&code[begin..]);
    for token in &mut tokens {
        token.place = token.place.start + begin..token.place.end + begin;
    }
    tokens
}

/// The tokens of the Rust in a cell that are neither space nor comment.
pub fn words(code: &str) -> Vec<Token> {
    use TokenKind::{BlockComment, LineComment, Whitespace};
    let mut tokens = rust_tokens(code);
    tokens.retain(|token| {
        !matches!(token.kind, Whitespace | LineComment { .. } | BlockComment { .. })
    });
    tokens
}

/// The number of the line that a byte is in.
pub fn line_of(code: &str, byte: usize) -> usize {
    code[..byte].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust(code: &str) -> &str {
        &code[rust_begins(code)..]
    }

    #[test]
    fn rust_begins_behind_the_commands() {
        assert_eq!(
            rust(":dep a = \"1\"\n\n// note\n!ls\n  :vars\nlet a = 1;\n:no"),
            "let a = 1;\n:no"
        );
        assert_eq!(rust("let a = 1;"), "let a = 1;");
        assert_eq!(rust(" !a"), " !a");
        assert_eq!(rust("  // a\nb"), "  // a\nb");
        assert_eq!(rust(":dep a"), "");
        assert_eq!(rust(""), "");
    }

    #[test]
    fn words_are_neither_space_nor_comment() {
        let code = ":vars\na /* b */ + // c\n\"d\"";
        let words = words(code);
        let words: Vec<_> = words.iter().map(|word| &code[word.place.clone()]).collect();
        assert_eq!(words, ["a", "+", "\"d\""]);
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!([0, 1, 2, 3].map(|byte| line_of("a\nb\n", byte)), [1, 1, 2, 2]);
    }
}
