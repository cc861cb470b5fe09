//! The variables that a cell makes.

use super::source::words;
use super::statements::{Statement, statements};
use crate::tokens::TokenKind;

/// The names of all variables that a cell makes at its top, in their order.
pub fn defined_names(code: &str) -> Vec<String> {
    let words = words(code);
    let lets = statements(code, &words);
    let lets = lets.iter().filter(|statement| statement.text(statement.head()) == "let");
    lets.flat_map(|statement| bound(statement)).collect()
}

/// Why a cell is not run whose names meet those that evcxr writes around it.
///
/// In a notebook with `.await`, each cell runs behind a variable `mutex` of evcxr's. One of
/// the learner's is then hidden: its lock waits for ever, and every later report may be of
/// "mismatched types".
pub fn meets_evcxr(code: &str) -> Option<String> {
    let is_evcxrs = |name: &String| name == "mutex" || name.starts_with("evcxr_");
    let name = defined_names(code).into_iter().find(is_evcxrs)?;
    let other = if name == "mutex" { "lock" } else { "mine" };
    Some(format!(
        "evcxr has a variable `{name}` of its own, which hides yours once a cell has used `.await`: \
         choose another name, such as `let {other} = …;`."
    ))
}

/// Why the first cell with an `.await` is not run in a notebook that has a variable `mutex`.
pub fn hides_mutex() -> String {
    "The first `.await` hides your variable `mutex` behind one of evcxr's: give yours another name \
     before, `let lock = mutex;`. Run this cell again if you need it no more."
        .to_owned()
}

/// The names that the pattern of a `let` binds.
fn bound(statement: &Statement) -> Vec<String> {
    let begin = statement.head() + 1;
    let is_end = |at: &usize| {
        statement.text(*at) == "=" || statement.text(*at) == ":" && !is_path(statement, *at)
    };
    let outside = statement.outside_brackets(begin);
    let end = outside.into_iter().find(is_end).unwrap_or(statement.words.len());
    let names = (begin..end).filter(|at| is_bound(statement, *at));
    names.map(|at| statement.text(at).trim_start_matches("r#").to_owned()).collect()
}

/// Whether the word in a pattern is a name that it binds.
fn is_bound(statement: &Statement, at: usize) -> bool {
    let name = statement.text(at);
    let (before, after) = (statement.text(at.saturating_sub(1)), statement.text(at + 1));
    // `Point { x: left }` binds `left`.
    let is_field = after == ":"
        && statement.outside_brackets(at).len() > 1
        && before != "let"
        && before != "mut"
        && is_in_brackets(statement, at);
    matches!(statement.words[at].kind, TokenKind::Ident | TokenKind::RawIdent)
        && !matches!(name, "mut" | "ref" | "box" | "_" | "true" | "false" | "self" | "crate")
        && !name.starts_with(char::is_uppercase)
        && !matches!(after, "(" | "{" | "!")
        && !is_field
        && !is_path(statement, at + 1)
        && !(before == ":" && is_path(statement, at - 1))
}

/// Whether the `:` at this word is half of a `::`.
fn is_path(statement: &Statement, at: usize) -> bool {
    let joined = |a: usize, b: usize| {
        statement.text(a) == ":"
            && statement.text(b) == ":"
            && statement.words[a].place.end == statement.words[b].place.start
    };
    joined(at, at + 1) || at > 0 && joined(at - 1, at)
}

fn is_in_brackets(statement: &Statement, at: usize) -> bool {
    !statement.outside_brackets(statement.head()).contains(&at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn defines(code: &str, names: &[&str]) {
        assert_eq!(defined_names(code), names, "{code}");
    }

    #[test]
    fn a_pattern_binds_names() {
        defines("let a = 1;", &["a"]);
        defines("let mut a: u32 = 1; let _b = a; let _ = 2;", &["a", "_b"]);
        defines("let (a, (ref b, mut c)): (u8, (u8, u8)) = d;", &["a", "b", "c"]);
        defines("let [first, .., last] = list;", &["first", "last"]);
        defines("let Some(a) = b else { let c = 1; return };", &["a"]);
        defines("let Point { x, y: top } = p;", &["x", "top"]);
        defines("let geometry::Point { x: mut left, .. } = p;", &["left"]);
        defines("let all @ (a, b) = c;", &["all", "a", "b"]);
        defines("let r#match = 1;", &["match"]);
        defines("let größe = 1;", &["größe"]);
        defines("let a", &["a"]);
        defines("let None = a else { return };", &[]);
        defines("let", &[]);
    }

    #[test]
    fn only_those_at_the_top_count() {
        defines(
            "fn f() { let a = 1; }\n{ let b = 2; }\nif let Some(c) = d { }\nlet e = { let f = 1; f };",
            &["e"],
        );
        defines(":dep let = \"1\"\n// let a = 1;\n\"let b = 1;\"", &[]);
        defines("let f = |a: u8, b| a + b;", &["f"]);
    }

    #[test]
    fn names_of_evcxr_are_met() {
        let said = meets_evcxr("let mutex = Mutex::new(1);").expect("a sentence");
        assert!(
            said.starts_with("evcxr has a variable `mutex`") && said.contains("`let lock = …;`"),
            "{said}"
        );
        assert!(meets_evcxr("let (a, evcxr_variable_store) = (1, 2);").is_some());
        for code in
            ["let lock = Mutex::new(1);", "{ let mutex = 1; }", "fn f(mutex: u8) {}", "mutex"]
        {
            assert_eq!(meets_evcxr(code), None, "{code}");
        }
    }
}
