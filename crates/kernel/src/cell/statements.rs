//! The statements of a cell.

use crate::tokens::{Token, TokenKind};

/// One statement at the top of a cell, with its `;` if it has one.
pub struct Statement<'a> {
    /// The whole cell.
    pub code: &'a str,
    /// The words of the statement, at least one.
    pub words: &'a [Token],
}

impl<'a> Statement<'a> {
    /// What is written at a word; nothing behind the last one.
    pub fn text(&self, at: usize) -> &'a str {
        self.words.get(at).map_or("", |word| &self.code[word.place.clone()])
    }

    /// Where its first word is that is no attribute, no visibility and no label.
    pub fn head(&self) -> usize {
        let mut at = 0;
        loop {
            at = match (self.text(at), self.text(at + 1)) {
                ("#", "[") => self.behind_brackets(at + 1),
                ("pub", "(") => self.behind_brackets(at + 1),
                ("pub", _) => at + 1,
                (label, ":") if label.starts_with('\'') => at + 2,
                _ => return at,
            }
        }
    }

    /// Which of its words, from this one on, are in no brackets of the statement. The
    /// brackets themselves are among them.
    pub fn outside_brackets(&self, from: usize) -> Vec<usize> {
        let mut depth = 0_usize;
        let mut outside = Vec::new();
        for at in from..self.words.len() {
            let word = &self.words[at];
            depth = depth.saturating_sub(usize::from(word.closes()));
            if depth == 0 {
                outside.push(at);
            }
            depth += usize::from(word.opens());
        }
        outside
    }

    /// Whether it defines something that later cells know by its name, such as a function.
    pub fn is_item(&self) -> bool {
        let head = self.head();
        match self.text(head) {
            "fn" | "struct" | "enum" | "impl" | "trait" | "mod" | "use" | "static" | "type"
            | "macro_rules" | "extern" => true,
            "async" | "unsafe" => matches!(self.text(head + 1), "fn" | "impl" | "extern" | "trait"),
            "const" => self.text(head + 1) != "{",
            _ => false,
        }
    }

    /// The place of the first word behind the brackets that open at this one.
    fn behind_brackets(&self, open: usize) -> usize {
        let close = self.outside_brackets(open).get(1).copied();
        close.map_or(self.words.len(), |close| close + 1)
    }

    /// Whether it ends with its last word, a `}`, when this text follows.
    fn ends_before(&self, next: &str) -> bool {
        let head = self.head();
        let goes_on = matches!(next, "." | "?");
        match self.text(head) {
            "if" | "while" | "for" | "match" => !goes_on && !matches!(next, "else" | "{"),
            "{" | "loop" | "unsafe" | "async" => !goes_on,
            "fn" | "struct" | "enum" | "impl" | "trait" | "mod" | "extern" => true,
            "const" => matches!(self.text(head + 1), "{" | "fn" | "unsafe" | "async" | "extern"),
            _ => self.is_macro_call(head) && !goes_on,
        }
    }

    /// Whether a call such as `name! { … }` or `a::name! word { … }` begins at this word.
    fn is_macro_call(&self, head: usize) -> bool {
        let is_path = |at: &usize| self.words[*at].is_name() || self.text(*at) == ":";
        let behind = (head..self.words.len()).find(|at| !is_path(at)).unwrap_or(head);
        let open = behind + 1 + usize::from(self.words.get(behind + 1).is_some_and(Token::is_name));
        behind > head && self.text(behind) == "!" && self.text(open) == "{"
    }
}

/// The statements that these words of a cell make up.
pub fn statements<'a>(code: &'a str, words: &'a [Token]) -> Vec<Statement<'a>> {
    let mut statements = Vec::new();
    let (mut begin, mut depth) = (0, 0_usize);
    for (at, word) in words.iter().enumerate() {
        depth = depth.saturating_sub(usize::from(word.closes()));
        let until = Statement { code, words: &words[begin..=at] };
        let next = words.get(at + 1).map_or("", |next| &code[next.place.clone()]);
        let ends = match word.kind {
            TokenKind::Semi => true,
            TokenKind::CloseBrace => until.ends_before(next),
            TokenKind::CloseBracket => (until.text(0), until.text(1)) == ("#", "!"),
            _ => false,
        };
        if depth == 0 && ends {
            statements.push(until);
            begin = at + 1;
        }
        depth += usize::from(word.opens());
    }
    if begin < words.len() {
        statements.push(Statement { code, words: &words[begin..] });
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::super::source::words;
    use super::*;

    /// The statements of a cell, each as it is written.
    fn split(code: &str) -> Vec<&str> {
        let words = words(code);
        let place = |statement: &Statement| {
            let (first, last) = (statement.words.first(), statement.words.last());
            first.expect("a word").place.start..last.expect("a word").place.end
        };
        let places: Vec<_> = statements(code, &words).iter().map(place).collect();
        places.into_iter().map(|place| &code[place]).collect()
    }

    #[track_caller]
    fn holds(parts: &[&str]) {
        assert_eq!(split(&parts.join(" ")), parts);
    }

    #[test]
    fn a_semicolon_ends_a_statement() {
        holds(&["let a = if b { 1 } else { 2 };", "a + 1"]);
        holds(&["use std::{io, fs};", "let S { a } = s;", "a"]);
        holds(&["let [a, b] = [{ 1; 2 }, 3];", "static A: u8 = { 1 };", "x = S { a: 1 };"]);
        holds(&["const A: u8 = { 1 } + 1;", "b"]);
    }

    #[test]
    fn a_brace_ends_blocks_and_items() {
        holds(&["if a { b(); } else if c { d } else { e }", "f"]);
        holds(&["match a { _ => {} }", "(1, 2)"]);
        holds(&["'a: loop { break 'a }", "for b in c { }", "while let Some(d) = e { }", "f"]);
        holds(&["#[test] pub(crate) fn a() -> u8 { 1 }", "pub struct B { c: u8 }", "d"]);
        holds(&["async fn a() { }", "const fn b() { }", "unsafe { c() }", "d"]);
        holds(&["#![allow(unused)]", "let a = 1;"]);
        holds(&["macro_rules! m { () => { } }", "m! { 1 }", "std::m! { 2 }", "a"]);
    }

    #[test]
    fn a_brace_within_an_expression_ends_nothing() {
        holds(&["match a { _ => b }.c()"]);
        holds(&["async { 1 }.await"]);
        holds(&["if let Some(a) = unsafe { b() } { c }", "d"]);
        holds(&["a(|| { b })"]);
        holds(&["S { a: 1 } == S { a: 2 }"]);
    }

    #[test]
    fn the_head_is_behind_attributes_visibility_and_label() {
        let head = |code| {
            let words = words(code);
            let statement = Statement { code, words: &words };
            statement.text(statement.head()).to_owned()
        };
        assert_eq!(head("#[a(b)] #[c] pub(crate) fn d() {}"), "fn");
        assert_eq!(head("pub struct A;"), "struct");
        assert_eq!(head("'a: loop {}"), "loop");
        assert_eq!(head("#[derive(Debug)]"), "");
        assert_eq!(head("#["), "");
    }

    #[test]
    fn items_are_known_to_later_cells() {
        let is_item = |code| {
            let words = words(code);
            Statement { code, words: &words }.is_item()
        };
        for item in
            ["fn a() {}", "pub async fn a() {}", "unsafe impl A for B {}", "const A: u8 = 1;"]
        {
            assert!(is_item(item), "{item}");
        }
        for other in
            ["let a = 1;", "{ fn a() {} }", "async { 1 }", "unsafe { a() }", "const { 1 }", "a"]
        {
            assert!(!is_item(other), "{other}");
        }
    }
}
