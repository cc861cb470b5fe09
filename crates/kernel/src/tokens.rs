//! Rust code in pieces, by rustc's own lexer: it knows all kinds of strings and comments.

use std::ops::Range;

use ra_ap_rustc_lexer::{FrontmatterAllowed, tokenize};
pub use ra_ap_rustc_lexer::{LiteralKind, TokenKind};

/// A piece of code.
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub place: Range<usize>,
}

impl Token {
    /// Whether it is a word.
    pub fn is_name(&self) -> bool {
        use TokenKind::{Ident, RawIdent, UnknownPrefix};
        matches!(self.kind, Ident | RawIdent | UnknownPrefix)
    }

    /// Whether what is written at `cursor` belongs to a string, a character or a comment.
    pub fn is_text_at(&self, cursor: usize) -> bool {
        let is_line = matches!(self.kind, TokenKind::LineComment { .. });
        is_line || self.is_ended().is_some_and(|ended| !ended || cursor < self.place.end)
    }

    /// Whether a string, a character or a block comment has its end; `None`: it is none.
    pub fn is_ended(&self) -> Option<bool> {
        use LiteralKind::{
            Byte, ByteStr, CStr, Char, Float, Int, RawByteStr, RawCStr, RawStr, Str,
        };
        match self.kind {
            TokenKind::BlockComment { terminated, .. } => Some(terminated),
            TokenKind::Literal { kind, .. } => match kind {
                Int { .. } | Float { .. } => None,
                Char { terminated } | Byte { terminated } => Some(terminated),
                Str { terminated } | ByteStr { terminated } | CStr { terminated } => {
                    Some(terminated)
                }
                RawStr { n_hashes } | RawByteStr { n_hashes } | RawCStr { n_hashes } => {
                    Some(n_hashes.is_some())
                }
            },
            _ => None,
        }
    }

    /// Whether it is an opening bracket.
    pub fn opens(&self) -> bool {
        use TokenKind::{OpenBrace, OpenBracket, OpenParen};
        matches!(self.kind, OpenParen | OpenBracket | OpenBrace)
    }

    /// Whether it is a closing bracket.
    pub fn closes(&self) -> bool {
        use TokenKind::{CloseBrace, CloseBracket, CloseParen};
        matches!(self.kind, CloseParen | CloseBracket | CloseBrace)
    }
}

/// The tokens of a piece of code; also of one that is unfinished, or no Rust.
pub fn tokens_of(code: &str) -> Vec<Token> {
    let mut end = 0;
    let token = |token: ra_ap_rustc_lexer::Token| {
        let start = end;
        end += token.len as usize;
        Token { kind: token.kind, place: start..end }
    };
    tokenize(code, FrontmatterAllowed::No).map(token).collect()
}

/// Which of the tokens are brackets that none of them closes.
pub fn open_brackets(tokens: &[Token]) -> Vec<usize> {
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.opens() {
            open.push(at);
        } else if token.closes() {
            open.pop();
        }
    }
    open
}
