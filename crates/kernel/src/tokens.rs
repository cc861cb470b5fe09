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
        use LiteralKind::{
            Byte, ByteStr, CStr, Char, Float, Int, RawByteStr, RawCStr, RawStr, Str,
        };
        let ended = match self.kind {
            TokenKind::LineComment { .. } => false,
            TokenKind::BlockComment { terminated, .. } => terminated,
            TokenKind::Literal { kind, .. } => match kind {
                Int { .. } | Float { .. } => return false,
                Char { terminated } | Byte { terminated } => terminated,
                Str { terminated } | ByteStr { terminated } | CStr { terminated } => terminated,
                RawStr { n_hashes } | RawByteStr { n_hashes } | RawCStr { n_hashes } => {
                    n_hashes.is_some()
                }
            },
            _ => return false,
        };
        !ended || cursor < self.place.end
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
