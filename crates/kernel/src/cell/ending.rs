//! Whether a cell stops in the middle of something.

use std::ops::Range;

use super::source::{rust_tokens, words};
use super::statements::{Statement, statements};
use crate::tokens::{LiteralKind, Token, TokenKind};

/// How a cell ends.
#[derive(Debug, PartialEq)]
pub enum Ending {
    /// Nothing is missing at its end.
    Whole,
    /// Something that cannot be made good by going on: a bracket too many, for example.
    Wrong,
    /// A string or a comment, which begins at this byte, does not end.
    Text(usize),
    /// Brackets at these bytes are not closed.
    Brackets(Vec<usize>),
    /// The last statement, which is here, is not finished.
    Statement(Range<usize>),
    /// The last statement, which is here, lacks its `;`.
    Semicolon(Range<usize>),
}

/// How this cell ends. Where rustc might accept it, it is whole.
pub fn ending(code: &str) -> Ending {
    for token in rust_tokens(code) {
        if token.is_ended() == Some(false) {
            return if is_letter(&token) { Ending::Wrong } else { Ending::Text(token.place.start) };
        }
    }
    let words = words(code);
    let mut open: Vec<usize> = Vec::new();
    for word in &words {
        if word.opens() {
            open.push(word.place.start);
        } else if word.closes() {
            let pair = open.pop().map(|open| [&code[open..=open], &code[word.place.clone()]]);
            if !matches!(pair, Some(["(", ")"] | ["[", "]"] | ["{", "}"])) {
                return Ending::Wrong;
            }
        }
    }
    if !open.is_empty() {
        return Ending::Brackets(open);
    }
    let statements = statements(code, &words);
    let Some(last) = statements.last() else { return Ending::Whole };
    let [first, .., end] = last.words else { return of_statement(last, only(last)) };
    of_statement(last, first.place.start..end.place.end)
}

/// Whether it is a character such as `'a'`, which ends on its own line.
fn is_letter(token: &Token) -> bool {
    use LiteralKind::{Byte, Char};
    matches!(token.kind, TokenKind::Literal { kind: Char { .. } | Byte { .. }, .. })
}

fn only(statement: &Statement) -> Range<usize> {
    statement.words[0].place.clone()
}

fn of_statement(statement: &Statement, place: Range<usize>) -> Ending {
    let head = statement.head();
    let words = statement.words.len();
    let last = statement.text(words - 1);
    let outside = statement.outside_brackets(head);
    let has = |text: &str| outside.iter().any(|at| statement.text(*at) == text);
    let must =
        |is_whole: bool| if is_whole { Ending::Whole } else { Ending::Statement(place.clone()) };
    if last == ";" || (statement.text(0), statement.text(1)) == ("#", "!") {
        return Ending::Whole;
    }
    if head == words || wants_more(statement) {
        return Ending::Statement(place);
    }
    match statement.text(head) {
        "let" | "static" | "type" if has("=") => Ending::Semicolon(place),
        "let" | "static" | "type" => Ending::Statement(place),
        "const" if !has("fn") && !has("{") && has("=") => Ending::Semicolon(place),
        "struct" if last == ")" => Ending::Semicolon(place),
        "extern" => must(statement.text(head + 1) == "crate" || has("{")),
        "async" => must(statement.text(head + 1) != "fn" || has("{")),
        "fn" | "struct" | "enum" | "impl" | "trait" | "mod" | "unsafe" | "const" => must(has("{")),
        "if" | "while" | "for" | "match" | "loop" => {
            let branch = outside.iter().rposition(|at| statement.text(*at) == "else").unwrap_or(0);
            must(outside[branch..].iter().any(|at| statement.text(*at) == "{"))
        }
        _ => Ending::Whole,
    }
}

/// Whether something must follow the last word of a statement.
fn wants_more(statement: &Statement) -> bool {
    let last = statement.words.len() - 1;
    // Whether this text stands directly before the last word.
    let behind = |text: &str| {
        last > 0
            && statement.text(last - 1) == text
            && statement.words[last - 1].place.end == statement.words[last].place.start
    };
    match statement.text(last) {
        // `1..` is a range; `use io::*` needs no `;` in a cell.
        "." => !behind("."),
        "*" => statement.text(statement.head()) != "use",
        ">" => behind("-") || behind("="),
        "=" | "+" | "-" | "/" | "%" | "^" | "!" | "&" | "|" | "<" | "@" | "," | ":" | "#" | "$"
        | "~" => true,
        "as" | "async" | "const" | "dyn" | "else" | "enum" | "extern" | "fn" | "for" | "if"
        | "impl" | "in" | "let" | "loop" | "match" | "mod" | "move" | "mut" | "pub" | "ref"
        | "static" | "struct" | "trait" | "type" | "unsafe" | "use" | "where" | "while" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_cells() {
        for code in [
            "",
            "// a",
            "1 + 1",
            "a;",
            "let a = 1;",
            ":dep a = \"1\"",
            "!ls (",
            ":dep a\n!ls\n",
            "a?",
            "1..",
            "..",
            "a.b",
            "1.",
            "&a",
            "*a",
            "-1",
            "|x| x",
            "async || 1",
            "async move { 1 }.await",
            "return",
            "break",
            "use std::io::*",
            "use std::io",
            "extern crate a",
            "()",
            "[1, 2]",
            "vec![1]",
            "println!(\"(\")",
            "m! { a }",
            "if a { 1 }",
            "if a { 1 } else { 2 }",
            "loop {}",
            "match a { 1 => 2, _ => 3 }",
            "match a { _ => b }.c()",
            "for a in b {}",
            "'a: loop {}",
            "while let Some(a) = b.pop() {}",
            "if let Some(a) = unsafe { b() } { a }",
            "unsafe { a() }",
            "fn a() {}",
            "pub fn a() -> u8 { 1 } a()",
            "async fn a() {}",
            "const fn a() {}",
            "extern \"C\" fn a() {}",
            "struct A;",
            "struct A(u8);",
            "struct A { a: u8 }",
            "enum A { B }",
            "impl A for B {}",
            "trait A {}",
            "mod a { fn b() {} }",
            "const A: u8 = 1;",
            "const { 1 }",
            "static A: u8 = 1;",
            "type A = u8;",
            "macro_rules! m { () => { a + } }",
            "#![allow(unused)]",
            "#[derive(Debug)] struct A;",
            "'a'",
            "b'a'",
            "r#\"\"\"#",
            "c\"a\"",
            "a as u8",
            "a::<Vec<u8>>",
            "size_of::<u8>",
            "a /* b */",
            "/* a /* b */ c */",
            "r#match",
            "x.await",
            "a = b",
            "a += 1",
            "let a = 1; // let b =",
            "f(|x| x + 1)",
            "S { a: 1 }",
            "a\n// b +",
            "true",
            "self",
            "a..b",
            "for a in b {}\nc",
            "if a {} b",
            "{ let a = 1; a }",
            "{}",
            ";",
            "a!()",
            "a![]",
            "'\\''",
        ] {
            assert_eq!(ending(code), Ending::Whole, "{code}");
        }
    }

    #[test]
    fn unfinished_statements() {
        for code in [
            "let",
            "let a",
            "let a =",
            "let a = std::",
            "let a = 1 +",
            "let mut",
            "let a:",
            "a.",
            "a::",
            "a ->",
            "a &&",
            "a ||",
            "a =>",
            "a ==",
            "f(1),",
            "a =",
            "if a",
            "if a { 1 } else",
            "if a {} else if b",
            "if a {} else if b {} else if c",
            "match a",
            "for a in",
            "for a in b",
            "while a",
            "loop",
            "fn",
            "fn f()",
            "fn f() -> u8",
            "async fn f()",
            "pub",
            "pub(crate)",
            "pub fn f()",
            "struct A",
            "enum A",
            "impl A",
            "impl A for",
            "trait A",
            "mod a",
            "#[derive(Debug)]",
            "#[a]\n#[b]",
            "unsafe",
            "const A",
            "static A: u8",
            "type A",
            "use",
            "use std::",
            "println!",
            "&",
            "*",
            "|x|",
            "|x: u8|",
            "a as",
            "1..=",
            "async move",
            "a\n    .b()\n    .",
            "a; b =",
            "extern \"C\" fn f()",
            "return -",
            "let a = if b { 1 } else",
            "\\ a.",
            "a -",
            "x <",
        ] {
            assert!(matches!(ending(code), Ending::Statement(_)), "{code}: {:?}", ending(code));
        }
        assert_eq!(ending("a; b +\n// c"), Ending::Statement(3..6));
        assert_eq!(ending(":vars\n+"), Ending::Statement(6..7));
    }

    #[test]
    fn missing_semicolons() {
        for code in [
            "let a = 1",
            "let a = if b { 1 } else { 2 }",
            "let Some(a) = b else { return }",
            "const A: u8 = 1",
            "static A: u8 = 1",
            "type A = u8",
            "struct A(u8)",
            "let a = 1.",
            "let a = ..",
        ] {
            assert_eq!(ending(code), Ending::Semicolon(0..code.len()));
        }
    }

    #[test]
    fn open_texts_and_brackets() {
        assert_eq!(ending("a(\"b"), Ending::Text(2));
        assert_eq!(ending("a(r#\"b\""), Ending::Text(2));
        assert_eq!(ending("b\"a"), Ending::Text(0));
        assert_eq!(ending("c\"a"), Ending::Text(0));
        assert_eq!(ending("a /* /* */"), Ending::Text(2));
        assert_eq!(ending("f(a[1"), Ending::Brackets(vec![1, 3]));
        assert_eq!(
            ending("fn f() {\n    g(|x| {\n        x + 1\n    })"),
            Ending::Brackets(vec![7])
        );
    }

    #[test]
    fn what_going_on_does_not_make_good() {
        for code in ["a)", "f(1))", "(]", "{ a( }", "}", "'(", "b'"] {
            assert_eq!(ending(code), Ending::Wrong, "{code}");
        }
    }
}
