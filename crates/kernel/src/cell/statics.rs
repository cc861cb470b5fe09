//! Statics that begin anew in each later cell.
//!
//! evcxr compiles what a cell defines into each later cell once more, statics included:
//! `COUNT.fetch_add(1, Relaxed)` gives 0 in one cell, and 0 in the next. It says nothing.

use std::ops::Range;

use super::source::words;
use super::statements::{Statement, statements};
use crate::tokens::open_brackets;

/// One sentence for each static of a cell that later cells do not share.
pub fn warnings(code: &str) -> Vec<String> {
    let words = words(code);
    statements(code, &words).iter().flat_map(of_statement).collect()
}

/// A static, as it is written.
struct Static<'a> {
    name: &'a str,
    is_mut: bool,
    type_name: &'a str,
    value: &'a str,
}

fn of_statement(statement: &Statement) -> Vec<String> {
    let head = statement.text(statement.head());
    let of_thread = head == "thread_local";
    // What is in a block, or in a closure, is not compiled again.
    if head == "macro_rules" || !(of_thread || statement.is_item()) {
        return Vec::new();
    }
    let places = 0..statement.words.len();
    places
        .filter_map(|at| {
            let found = static_at(statement, at)?;
            if of_thread {
                return Some(of_this_cell(&found));
            }
            let is_plain = !found.is_mut && is_plain(found.type_name);
            (!is_plain).then(|| anew(&found, function_around(statement, at)))
        })
        .collect()
}

/// The static whose definition begins at this word.
fn static_at<'a>(statement: &Statement<'a>, at: usize) -> Option<Static<'a>> {
    if statement.text(at) != "static" {
        return None;
    }
    let is_mut = statement.text(at + 1) == "mut";
    let name = at + 1 + usize::from(is_mut);
    if statement.text(name + 1) != ":" {
        return None;
    }
    let rest = statement.outside_brackets(name + 2);
    let equals = rest.iter().copied().find(|at| statement.text(*at) == "=")?;
    let is_end = |at: &usize| matches!(statement.text(*at), ";" | ")" | "}");
    let mut value = rest.iter().copied().filter(|at| *at > equals);
    // Brackets of the value are outside of brackets, too: it ends at a `;`, or with them.
    let end = value.clone().find(|at| statement.text(*at) == ";");
    let end = end.or_else(|| value.rfind(is_end)).unwrap_or(statement.words.len());
    Some(Static {
        name: statement.text(name),
        is_mut,
        type_name: written(statement, name + 2..equals),
        value: written(statement, equals + 1..end),
    })
}

/// These words, as they are written.
fn written<'a>(statement: &Statement<'a>, words: Range<usize>) -> &'a str {
    let place = |at: usize| statement.words.get(at).map(|word| word.place.clone());
    match (place(words.start), place(words.end.saturating_sub(1))) {
        (Some(first), Some(last)) if !words.is_empty() => &statement.code[first.start..last.end],
        _ => "",
    }
}

/// Whether a type holds nothing that a shared reference can change.
fn is_plain(type_name: &str) -> bool {
    const PLAIN: [&str; 25] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16",
        "i32", "i64", "i128", "isize", "f32", "f64", "static", "Duration", "Option", "Vec", "std",
        "time", "fn",
    ];
    let mut words = type_name.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.all(|word| {
        word.starts_with(|c: char| c.is_ascii_digit()) || word.is_empty() || PLAIN.contains(&word)
    })
}

/// The name of the function whose body a word is in.
fn function_around<'a>(statement: &Statement<'a>, at: usize) -> Option<&'a str> {
    let function = |open: usize| {
        let name = |at: &usize| statement.text(*at) == "fn" && statement.words[*at + 1].is_name();
        let begin =
            (0..open).rev().take_while(|at| !matches!(statement.text(*at), "{" | "}" | ";"));
        begin.filter(name).last().map(|at| statement.text(at + 1))
    };
    around(statement, at).find_map(function)
}

/// The brackets that are open at a word, the innermost first.
fn around(statement: &Statement, at: usize) -> impl Iterator<Item = usize> {
    open_brackets(&statement.words[..at]).into_iter().rev()
}

fn anew(found: &Static, function: Option<&str>) -> String {
    let Static { name, type_name, .. } = found;
    let variable = variable(found);
    let why = "which gets its own copy of a static";
    match function {
        Some(function) if found.is_mut => {
            let lower = name.to_lowercase();
            format!(
                "`{name}` in `{function}` begins anew in each later cell, {why}: \
                 keep it in a variable, `{variable}`, and hand that over, `{function}(&mut {lower})`."
            )
        }
        Some(function) => {
            let lower = name.to_lowercase();
            format!(
                "`{name}` in `{function}` begins anew in each later cell, {why}: \
                 keep it in a variable, `{variable}`, and hand that over, `{function}(&{lower})`."
            )
        }
        None if is_lazy(type_name) => {
            format!(
                "`{name}` is made anew in each later cell, {why}: keep it in a variable, `{variable}`."
            )
        }
        None => format!(
            "`{name}` begins anew in each later cell, {why}: keep it in a variable, `{variable}`."
        ),
    }
}

/// Said of a `thread_local!` at the top of a cell: evcxr takes it for a statement.
fn of_this_cell(Static { name, .. }: &Static) -> String {
    format!(
        "Only this cell knows `{name}`, and only if more follows it: \
         write `{{ thread_local! {{ … }} {name}.set(1); }}`, or define it in the function that uses it."
    )
}

/// The variable that does what the static should.
fn variable(found: &Static) -> String {
    let Static { name, type_name, value, is_mut } = found;
    let name = name.to_lowercase();
    let short = |text: &str| !text.is_empty() && text.len() <= 40 && !text.contains('\n');
    let value = if is_lazy(type_name) || !short(value) { "…" } else { value };
    match is_mut {
        true if short(type_name) => format!("let mut {name}: {type_name} = {value};"),
        true => format!("let mut {name} = {value};"),
        // A `Cell` of a thread needs no `Arc`: others cannot have it.
        false if type_name.contains("Cell") && !is_lazy(type_name) => {
            let value = value.strip_prefix("const {").and_then(|value| value.strip_suffix('}'));
            format!("let {name} = {};", value.map_or(found.value, str::trim))
        }
        false => format!("let {name} = Arc::new({value});"),
    }
}

/// Whether a value is made when it is first used.
fn is_lazy(type_name: &str) -> bool {
    type_name.contains("Lazy") || type_name.contains("Once")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(code: &str, sentence: &str) {
        assert_eq!(warnings(code), [sentence]);
    }

    #[test]
    fn each_kind_of_static_has_its_cure() {
        says(
            "use std::sync::atomic::AtomicU64;\nstatic COUNT: AtomicU64 = AtomicU64::new(0);",
            "`COUNT` begins anew in each later cell, which gets its own copy of a static: \
             keep it in a variable, `let count = Arc::new(AtomicU64::new(0));`.",
        );
        says(
            "pub static STOCK: std::sync::Mutex<Vec<u8>> = std::sync::Mutex::new(Vec::new());",
            "`STOCK` begins anew in each later cell, which gets its own copy of a static: \
             keep it in a variable, `let stock = Arc::new(std::sync::Mutex::new(Vec::new()));`.",
        );
        says(
            "static mut OLD: u32 = 0;",
            "`OLD` begins anew in each later cell, which gets its own copy of a static: \
             keep it in a variable, `let mut old: u32 = 0;`.",
        );
        says(
            "static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| { vec![1; 3] });",
            "`TABLE` is made anew in each later cell, which gets its own copy of a static: \
             keep it in a variable, `let table = Arc::new(…);`.",
        );
    }

    #[test]
    fn a_static_in_a_function_is_copied_too() {
        says(
            "fn next() -> u64 { static N: AtomicU64 = AtomicU64::new(0); N.fetch_add(1, SeqCst) }",
            "`N` in `next` begins anew in each later cell, which gets its own copy of a static: \
             keep it in a variable, `let n = Arc::new(AtomicU64::new(0));`, and hand that over, `next(&n)`.",
        );
        says(
            "impl S { fn a() {} pub fn n() { if b { static mut K: u8 = 0; } } }",
            "`K` in `n` begins anew in each later cell, which gets its own copy of a static: \
             keep it in a variable, `let mut k: u8 = 0;`, and hand that over, `n(&mut k)`.",
        );
        says(
            "fn f() { thread_local! { static C: Cell<u8> = const { Cell::new(7) }; } C.set(1) }",
            "`C` in `f` begins anew in each later cell, which gets its own copy of a static: \
             keep it in a variable, `let c = Cell::new(7);`, and hand that over, `f(&c)`.",
        );
        assert!(
            warnings("mod a { pub static M: Mutex<u8> = Mutex::new(0); }")[0]
                .starts_with("`M` begins")
        );
    }

    #[test]
    fn thread_local_lives_in_one_cell() {
        let sentence = "Only this cell knows `C`, and only if more follows it: \
             write `{ thread_local! { … } C.set(1); }`, or define it in the function that uses it.";
        says("thread_local! { static C: Cell<u32> = Cell::new(0); }", sentence);
        says("thread_local!(static C: Cell<u32> = Cell::new(0));", sentence);
        assert_eq!(
            warnings("thread_local! { static A: u8 = 1; pub static B: u8 = 2 }\nA").len(),
            2
        );
    }

    #[test]
    fn what_is_the_same_in_each_copy_is_not_mentioned() {
        for code in [
            "const A: AtomicU64 = AtomicU64::new(0);",
            "static A: &str = \"text\";",
            "static A: &'static [u32; 3] = &[1, 2, 3];",
            "static A: std::time::Duration = std::time::Duration::from_secs(1);",
            "{ static N: AtomicU64 = AtomicU64::new(0); N.fetch_add(1, SeqCst) }",
            "{ thread_local! { static C: Cell<u8> = Cell::new(0); } C.get() }",
            "let f = || { static N: AtomicU64 = AtomicU64::new(0); };",
            "fn f(a: &'static str) -> &'static Mutex<u8> { g() }",
            "macro_rules! m { () => { static A: Mutex<u8> = Mutex::new(0); } }",
            "// static A: Mutex<u8> = Mutex::new(0);",
            "\"static A: Mutex<u8> = Mutex::new(0);\"",
        ] {
            assert_eq!(warnings(code), [""; 0], "{code}");
        }
    }

    #[test]
    fn there_is_one_sentence_for_each_name() {
        let code = "static A: AtomicU8 = AtomicU8::new(0);\nstatic B: AtomicU8 = AtomicU8::new(0);";
        let names: Vec<_> = warnings(code).iter().map(|said| said[..3].to_owned()).collect();
        assert_eq!(names, ["`A`", "`B`"]);
    }

    #[test]
    fn unfinished_statics_are_none() {
        for code in
            ["static", "static A", "static A:", "static A: u8", "fn f() { static", "thread_local!"]
        {
            assert_eq!(warnings(code), [""; 0], "{code}");
        }
        assert_eq!(warnings("static A: AtomicU8 =").len(), 1);
    }
}
