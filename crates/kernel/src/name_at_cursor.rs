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

/// As much of `code` as evcxr must see to explain the name at `cursor`, which is counted
/// in characters.
///
/// A bracket of a macro that is still open would hide all that is in it: the macro is
/// made to look like a call.
pub fn question(code: &str, cursor: usize) -> String {
    let mut seen: Vec<char> = code.chars().take(named(code, cursor)).collect();
    for bracket in Brackets::of(&seen).open {
        if let Some(end) = called(&seen, bracket).filter(|&end| seen[end] == '!') {
            seen[end] = ' ';
        }
    }
    seen.into_iter().collect()
}

/// Where the name that is meant at `cursor` ends; both are counted in characters. The `(`
/// of a call is included: without it evcxr takes the method `len` for the field `len`.
pub fn named(code: &str, cursor: usize) -> usize {
    let code: Vec<char> = code.chars().collect();
    let cursor = cursor.min(code.len());
    let behind_call = code[..cursor].ends_with(&[')']);
    let brackets = Brackets::of(&code[..cursor - usize::from(behind_call)]);
    let end_of_word = |start: usize| {
        let end = cursor + code[cursor..].iter().take_while(|&&c| in_word(c)).count();
        (start < end && !code[start].is_ascii_digit() && !brackets.quoted).then_some(end)
    };
    let start = start_of_word(&code, cursor);
    let here = if start < cursor { end_of_word(start) } else { None };
    let end = here
        .or_else(|| brackets.open.iter().rev().find_map(|&bracket| called(&code, bracket)))
        .or_else(|| end_of_word(start));
    end.map_or(cursor, |end| end + usize::from(code.get(end) == Some(&'(')))
}

/// The end of the name in front of a bracket: `name(`, `name::<T>(`, `name!(`, `name![`.
fn called(code: &[char], bracket: usize) -> Option<usize> {
    let before = &code[..bracket];
    let end = match before.strip_suffix(&['!']) {
        Some(name) => name.len(),
        None if code[bracket] == '(' => without_generics(before).len(),
        None => return None,
    };
    let start = start_of_word(code, end);
    (start < end).then_some(end)
}

/// `code` without a `::<…>` at its end.
fn without_generics(code: &[char]) -> &[char] {
    let begins = |three: &[char]| three == [':', ':', '<'];
    let generics = code.windows(3).rposition(begins).filter(|_| code.ends_with(&['>']));
    &code[..generics.unwrap_or(code.len())]
}

fn start_of_word(code: &[char], end: usize) -> usize {
    code[..end].iter().rposition(|&c| !in_word(c)).map_or(0, |before| before + 1)
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What is unfinished at the end of a piece of code.
struct Brackets {
    /// The places of the brackets that are open.
    open: Vec<usize>,
    /// Whether it ends in a string, a character or a comment.
    quoted: bool,
}

impl Brackets {
    fn of(code: &[char]) -> Self {
        let mut open = Vec::new();
        let mut at = 0;
        while at < code.len() {
            match code[at] {
                '(' | '[' | '{' => open.push(at),
                ')' | ']' | '}' => drop(open.pop()),
                _ => {}
            }
            let Some(length) = quoted(&code[at..]) else { return Self { open, quoted: true } };
            at += length.max(1);
        }
        Self { open, quoted: false }
    }
}

/// The length of the string, character or line comment at the start of `code`, 0 if there
/// is none, nothing if it has no end. Raw strings are read as if they were plain ones.
fn quoted(code: &[char]) -> Option<usize> {
    let mut skip = 1;
    let end = match code {
        ['"', ..] => '"',
        ['\'', '\\', ..] | ['\'', _, '\'', ..] => '\'',
        ['/', '/', ..] => '\n',
        _ => return Some(0),
    };
    while *code.get(skip)? != end {
        skip += if end != '\n' && code[skip] == '\\' { 2 } else { 1 };
    }
    Some(skip + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn generic_arguments_are_no_name() {
        assert_eq!(asked("size_of::<Vec<u8>>(^)"), "size_of");
        assert_eq!(asked("v.collect::<Vec<_>>()^"), "v.collect");
        assert_eq!(asked("f::<fn(u8) -> u8>(^)"), "f");
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
