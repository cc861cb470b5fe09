//! Which name is meant when somebody asks what is at the cursor.
//!
//! evcxr 0.22 explains what ends at the cursor, and reads no further. IPython is more
//! helpful, and so are we:
//!
//! | the cursor is | the name |
//! | --- | --- |
//! | in a name, or at its end | that one |
//! | behind the `)` of a call | what is called |
//! | between the brackets of a call or a macro, strings included | what is called |
//! | before a name | that one |
//!
//! The table is read from the top; brackets that belong to no name are looked through.

use super::tokens::{Token, TokenKind, open_brackets, tokens_of};

/// As much of `code` as evcxr must see to explain the name at `cursor`, which is counted
/// in characters.
///
/// A bracket of a macro that is still open would hide all that is in it: the macro is
/// made to look like a call.
pub fn question(code: &str, cursor: usize) -> String {
    let end = named_byte(code, byte_of(code, cursor));
    let tokens = tokens_of(&code[..end]);
    let mut seen = code[..end].to_owned();
    for bracket in open_brackets(&tokens) {
        let is_macro = |end: &usize| code[*end..].starts_with('!');
        if let Some(end) = called(&tokens[..=bracket]).filter(is_macro) {
            seen.replace_range(end..=end, " ");
        }
    }
    seen
}

/// Where the name that is meant at `cursor` ends. The `(` of a call is included: without
/// it evcxr takes the method `len` for the field `len`.
fn named_byte(code: &str, cursor: usize) -> usize {
    let tokens = tokens_of(code);
    let begun = tokens.partition_point(|token| token.place.start < cursor);
    let (before, after) = tokens.split_at(begun);
    let here = before.last().filter(|token| cursor <= token.place.end);
    let quoted = here.is_some_and(|token| token.is_text_at(cursor));
    let next = after.first().filter(|token| token.place.start == cursor && !quoted);
    // Behind a call it is as if the cursor were within.
    let closed = usize::from(here.is_some_and(|token| token.kind == TokenKind::CloseParen));
    let open = open_brackets(&before[..begun - closed]);
    let name = |token: &Token| token.is_name().then_some(token.place.end);
    let end = here
        .and_then(name)
        .or_else(|| open.iter().rev().find_map(|&bracket| called(&tokens[..=bracket])))
        .or_else(|| next.and_then(name));
    end.map_or(cursor, |end| end + usize::from(code[end..].starts_with('(')))
}

/// The end of the name in front of a bracket, the last of the tokens: `name(`,
/// `name::<T>(`, `name!(`, `name![`.
fn called(tokens: &[Token]) -> Option<usize> {
    let (bracket, before) = tokens.split_last()?;
    let before = match before.split_last()? {
        (last, name) if last.kind == TokenKind::Bang => name,
        _ if bracket.kind == TokenKind::OpenParen => without_generics(before),
        _ => return None,
    };
    before.last().filter(|token| token.is_name()).map(|token| token.place.end)
}

/// The tokens without a `::<…>` at their end.
fn without_generics(tokens: &[Token]) -> &[Token] {
    if tokens.last().is_none_or(|token| token.kind != TokenKind::Gt) {
        return tokens;
    }
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().rev() {
        let arrow = at > 0 && tokens[at - 1].kind == TokenKind::Minus;
        match token.kind {
            TokenKind::Gt if !arrow => depth += 1,
            TokenKind::Lt => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let colons = tokens[..at].iter().rev().take(2);
            let generics = colons.filter(|token| token.kind == TokenKind::Colon).count() == 2;
            return if generics { &tokens[..at - 2] } else { tokens };
        }
    }
    tokens
}

/// Where the character with this number begins.
fn byte_of(code: &str, character: usize) -> usize {
    code.char_indices().nth(character).map_or(code.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the name ends; both places are counted in characters.
    fn named(code: &str, cursor: usize) -> usize {
        code[..named_byte(code, byte_of(code, cursor))].chars().count()
    }

    /// Splits code at its mark for the cursor.
    fn at_mark(code: &str) -> (String, usize) {
        let cursor = code.chars().position(|c| c == '^').expect("a mark");
        (code.replacen('^', "", 1), cursor)
    }

    fn asked(code: &str) -> String {
        let (code, cursor) = at_mark(code);
        question(&code, cursor)
    }

    #[test]
    fn a_name_is_meant_from_its_second_character_to_its_end() {
        assert_eq!(asked("fi^b"), "fib");
        assert_eq!(asked("fib^"), "fib");
        assert_eq!(asked("fib^; more"), "fib");
        assert_eq!(asked("fi^b(27)"), "fib(");
        assert_eq!(asked("let n = _x1^2 + 3"), "let n = _x12");
        assert_eq!(asked("theory::lower_b^ound(a)"), "theory::lower_bound(");
        assert_eq!(asked("the^ory::lower_bound(a)"), "theory");
        assert_eq!(asked("v.le^n() + 1"), "v.len(");
        assert_eq!(asked("pr^intln!(\"\")"), "println");
        assert_eq!(asked("fib(nu^mber, 2)"), "fib(number");
        assert_eq!(asked("fib(number^, 2)"), "fib(number");
    }

    #[test]
    fn behind_a_call_its_function_is_meant() {
        assert_eq!(asked("lower_bound(work, longest, workers)^"), "lower_bound(");
        assert_eq!(asked("let x = v.len()^;"), "let x = v.len(");
        assert_eq!(asked("outer(inner(1)^, 2)"), "outer(inner(");
        assert_eq!(asked("v.iter().map(f)^.sum()"), "v.iter().map(");
        assert_eq!(asked("f((1 + 2) * (3 + 4))^"), "f(");
        assert_eq!(asked("f(\")\")^"), "f(");
        assert_eq!(asked("println!(\"{}\", 1)^"), "println");
        // A bracket that belongs to no call.
        assert_eq!(asked("f((1 + 2)^)"), "f(");
        assert_eq!(asked("(1 + 2)^ * 3"), "(1 + 2)");
        assert_eq!(asked(")^"), ")");
    }

    #[test]
    fn between_the_brackets_of_a_call_its_function_is_meant() {
        assert_eq!(asked("lower_bound(^"), "lower_bound(");
        assert_eq!(asked("lower_bound(^)"), "lower_bound(");
        assert_eq!(asked("lower_bound(work, ^"), "lower_bound(");
        assert_eq!(asked("fib(^n)"), "fib(");
        assert_eq!(asked("fib(2^7)"), "fib(");
        assert_eq!(asked("fib(1_000u64^)"), "fib(");
        assert_eq!(asked("a::name(1, ^2)"), "a::name(");
        assert_eq!(asked("x.name(1, ^2)"), "x.name(");
        assert_eq!(asked("name!(1, ^2)"), "name");
        assert_eq!(asked("vec![1, ^2]"), "vec");
        assert_eq!(asked("f(g(1), ^2)"), "f(");
        assert_eq!(asked("f(1,\n  &[(^2, 3)],\n)"), "f(");
        assert_eq!(asked("scope(|s| {\n    ^\n})"), "scope(");
        assert_eq!(asked("claim(\"a sent^ence (or two\")"), "claim(");
        assert_eq!(asked("claim(\"said \\\"f(\\\"\", ^)"), "claim(");
        assert_eq!(asked("f('(', ^)"), "f(");
        assert_eq!(asked("f('\\'', '\"', ^)"), "f(");
        assert_eq!(asked("f('\\n','\"', g^)"), "f('\\n','\"', g");
        assert_eq!(asked("f::<'a>(&'a x, ^)"), "f");
        assert_eq!(asked("f( // (not this\n ^)"), "f(");
    }

    #[test]
    fn brackets_and_quotes_in_comments_and_in_all_kinds_of_text_are_none() {
        assert_eq!(asked("f(/* a \" and a ( */ g(1, ^))"), "f(/* a \" and a ( */ g(");
        assert_eq!(asked("f(/* /* \" */ ( */ 1, ^)"), "f(");
        assert_eq!(asked("f(r#\"a \" and a (\"#, ^)"), "f(");
        assert_eq!(asked("f(r\"C:\\\", g(^))"), "f(r\"C:\\\", g(");
        assert_eq!(asked("f(b\"(\", b'\"', b'(', ^)"), "f(");
        assert_eq!(asked("f(br#\"\"(\"#, c\"(\", ^)"), "f(");
        assert_eq!(asked("f::<'a, 'b>(g::<'static>(')', ^))"), "f::<'a, 'b>(g");
        // Words in them are no names either.
        assert_eq!(asked("f(/* wo^rd */)"), "f(");
        assert_eq!(asked("f(r#\"wo^rd\"#)"), "f(");
        assert_eq!(asked("f('^"), "f(");
        assert_eq!(asked("f(b\"^"), "f(");
        assert_eq!(asked("/* wo^rd"), "/* wo");
        assert_eq!(asked("&'a^"), "&'a");
        // A call in a comment is not asked about.
        assert_eq!(asked("f(1, // g(2)^"), "f(");
    }

    #[test]
    fn generic_arguments_are_no_name() {
        assert_eq!(asked("size_of::<Vec<u8>>(^)"), "size_of");
        assert_eq!(asked("v.collect::<Vec<_>>()^"), "v.collect");
        assert_eq!(asked("f::<fn(u8) -> u8>(^)"), "f");
        assert_eq!(asked("collect::<Vec::<u8>>(^)"), "collect");
        assert_eq!(asked("f::<u8>(1) + g(^)"), "f::<u8>(1) + g(");
        assert_eq!(asked("a > (^1)"), "a > (");
        assert_eq!(asked(">(^"), ">(");
    }

    #[test]
    fn before_a_name_it_is_meant_where_nothing_is_called() {
        assert_eq!(asked("let x = ^fib(3)"), "let x = fib(");
        assert_eq!(asked("^fib"), "fib");
        assert_eq!(asked("if (a, ^b)"), "if (a, b");
    }

    #[test]
    fn all_else_stays_as_it_is() {
        for code in ["^", "1 + ^", "a = 2^", "!(^", "[1, ^2]", "{ ^ }", "// wo^rd", "\"wo^rd\""] {
            let (plain, cursor) = at_mark(code);
            assert_eq!(named(&plain, cursor), cursor, "{code}");
        }
        // Beyond the end.
        assert_eq!(named("f(a)", 1000), 2);
        assert_eq!(named("", usize::MAX), 0);
    }

    #[test]
    fn characters_are_counted_not_bytes_or_graphemes() {
        assert_eq!(
            asked("\"\u{1f373}e\u{301}\r\n\"; größe^r(1)"),
            "\"\u{1f373}e\u{301}\r\n\"; größer("
        );
        assert_eq!(named("ä(ö^".trim_end_matches('^'), 2), 2);
        assert_eq!(named("\u{1f373} f(1)", 5), 4);
    }

    #[test]
    fn an_open_macro_is_asked_about_as_a_call() {
        assert_eq!(asked("println!(\"{}\", v.len(^))"), "println (\"{}\", v.len(");
        assert_eq!(asked("assert!(vec![fi^b(1)].is_empty())"), "assert (vec [fib(");
        // Neither one that is closed, nor a negation.
        assert_eq!(asked("vec![1]; f(^"), "vec![1]; f(");
        assert_eq!(asked("if !(fi^b(1) > 2) {}"), "if !(fib(");
    }

    #[test]
    fn no_code_is_too_odd() {
        let odd: Vec<char> = "aB1_ (){}[]<>!:\"'\\/\n-.é\u{301}\u{1f373}".chars().collect();
        let mut number: u64 = 1;
        for _ in 0..20_000 {
            let code: String = (0..12)
                .map(|_| {
                    number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    odd[(number >> 33) as usize % odd.len()]
                })
                .collect();
            for cursor in 0..14 {
                let end = named(&code, cursor);
                assert!(end <= 12, "{code:?} {cursor}");
                question(&code, cursor);
            }
        }
    }
}
