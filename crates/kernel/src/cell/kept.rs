//! The cure for variables that evcxr cannot keep for later cells.
//!
//! It writes the type of each variable down, in a function of which each cell has a copy: a
//! type without a name, and a reference to another variable, cannot be written there.

use super::failure::{Failure, between};
use super::source::words;
use super::statements::statements;

/// What makes a guard.
const GUARDS: [&str; 6] = [".lock(", ".try_lock(", ".read(", ".write(", ".borrow(", ".borrow_mut("];

/// What makes an iterator that borrows.
const ITERATORS: [&str; 17] = [
    "iter",
    "iter_mut",
    "chars",
    "char_indices",
    "bytes",
    "lines",
    "split",
    "split_whitespace",
    "windows",
    "chunks",
    "keys",
    "values",
    "enumerate",
    "rev",
    "skip",
    "take",
    "peekable",
];

/// A closure.
pub fn closure(failure: &Failure) -> Option<String> {
    let name = between(failure.report, "The variable `", "` is a closure")?;
    Some(format!(
        "A closure can be kept for later cells in a box that names its arguments, \
         `let {name}: Box<dyn Fn(u32) -> u32> = Box::new(|x| x + 1);`; \
         or define a function, `fn {name}(x: u32) -> u32 {{ x + 1 }}`."
    ))
}

/// An iterator, a future, or what holds a closure.
pub fn no_writable_type(failure: &Failure) -> Option<String> {
    let said = between(failure.report, "The variable `", "` which cannot be persisted")?;
    let (name, type_name) = said.split_once("` has type `")?;
    if let Some(future) = type_name.strip_prefix("impl Future<") {
        return Some(format!(
            "A future can be kept for later cells in a box: \
             `let {name}: std::pin::Pin<Box<dyn Future<{future}>> = Box::pin(…);`."
        ));
    }
    if type_name.starts_with("std::iter::") || type_name.starts_with("impl Iterator") {
        return Some(format!(
            "An iterator can be kept for later cells once it is collected, `let {name} = ….collect::<Vec<_>>();`; \
             or use it in the cell that makes it, within a block, `{{ let {name} = …; … }}`."
        ));
    }
    if type_name.contains("impl Fn") {
        return Some(format!(
            "`{name}` holds a closure, which can be kept for later cells in a box that names its arguments: \
             `Box::new(|x: u32| x + 1) as Box<dyn Fn(u32) -> u32>`."
        ));
    }
    Some(format!(
        "The type of `{name}` has no name that evcxr could write down to keep it for later cells: \
         use it in the cell that makes it, within a block, `{{ let {name} = …; … }}`."
    ))
}

/// A reference, a guard, or an iterator over another variable.
pub fn borrowed(failure: &Failure) -> Option<String> {
    let name =
        between(failure.report, "The variable `", "` contains a reference with a non-static")?;
    let value = value_of(failure.code, name).unwrap_or_default();
    let value = value.trim_end_matches(';').trim();
    let is_guard = GUARDS.iter().any(|call| value.contains(call));
    Some(if is_guard {
        format!(
            "`{name}` is a guard, which borrows what it guards and cannot be kept for later cells: \
             lock, use and release it in one block, `{{ let mut {name} = …; *{name} += 1; }}`."
        )
    } else if ITERATORS.contains(&last_call(value)) {
        format!(
            "`{name}` is an iterator over another variable and cannot be kept for later cells: \
             use both in one block, `{{ let {name} = …; … }}`, \
             or keep the iterator's values, `let {name}: Vec<_> = ….cloned().collect();`."
        )
    } else if value.starts_with("&mut ") {
        format!(
            "`{name}` borrows from another variable and cannot be kept for later cells: \
             use both in one block, `{{ let {name} = …; … }}`, or change that variable itself."
        )
    } else {
        let copy = copy_of(value);
        format!(
            "`{name}` borrows from another variable and cannot be kept for later cells: \
             keep a copy, `let {name} = {copy};`, share one value by `Arc`, \
             or use both in one block, `{{ let {name} = …; … }}`."
        )
    })
}

/// The name of the last method that is called in this code.
fn last_call(value: &str) -> &str {
    let behind = value.rsplit('.').next().unwrap_or(value);
    behind.split(['(', ':']).next().unwrap_or(behind)
}

/// Code for a copy of what this code borrows.
fn copy_of(value: &str) -> String {
    const IN_OPTION: [&str; 7] = ["first", "last", "get", "next", "max", "min", "peek"];
    let is_short = !value.is_empty() && value.len() <= 40 && !value.contains('\n');
    match value.strip_prefix('&') {
        _ if !is_short => "….clone()".to_owned(),
        Some(whole) if whole.chars().all(|c| c.is_alphanumeric() || c == '_') => {
            format!("{whole}.clone()")
        }
        Some(part) => format!("{part}.to_owned()"),
        None if IN_OPTION.contains(&last_call(value)) => format!("{value}.cloned()"),
        None if value.contains(".collect") => {
            "….map(|part| part.to_owned()).collect::<Vec<_>>()".to_owned()
        }
        None => format!("{value}.to_owned()"),
    }
}

/// What a cell gives to a variable, as it is written.
fn value_of<'a>(code: &'a str, name: &str) -> Option<&'a str> {
    let words = words(code);
    statements(code, &words).iter().rev().find_map(|statement| {
        let outside = statement.outside_brackets(statement.head());
        let equals = *outside.iter().find(|at| statement.text(**at) == "=")?;
        let is_it = statement.text(statement.head()) == "let"
            && (0..equals).any(|at| statement.text(at) == name);
        is_it.then(|| {
            &code[statement.words[equals].place.end
                ..statement.words.last().map_or(0, |word| word.place.end)]
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(code: &str, report: &str, part: &str) {
        let failure = Failure { code, report, was_defined: &|_| false };
        let cures = [closure, no_writable_type, borrowed];
        let said = cures.iter().find_map(|cure| cure(&failure)).expect("a sentence");
        assert!(said.contains(part), "{said:?}");
    }

    const CLOSURE: &str = "The variable `f` is a closure, which cannot be persisted.\n\
        You can however persist closures if you box them. e.g.:\n\
        let f: Box<dyn Fn()> = Box::new(|| {println!(\"foo\")});\n\
        Alternatively, you can prevent evcxr from attempting to persist\n\
        the variable by wrapping your code in braces.";

    fn has_type(type_name: &str) -> String {
        format!(
            "The variable `a` has type `{type_name}` which cannot be persisted.\n\
             You might be able to fix this by creating a `Box<dyn YourType>`. e.g.\n\
             let v: Box<dyn core::fmt::Debug> = Box::new(foo());\n\
             Alternatively, you can prevent evcxr from attempting to persist\n\
             the variable by wrapping your code in braces."
        )
    }

    const REFERENCE: &str = "The variable `r` contains a reference with a non-static lifetime so\n\
        can't be persisted. You can prevent this error by making sure that the\n\
        variable goes out of scope - i.e. wrapping the code in {}.";

    #[test]
    fn closures_are_boxed() {
        says(
            "let f = |x: u32| x;",
            CLOSURE,
            "`let f: Box<dyn Fn(u32) -> u32> = Box::new(|x| x + 1);`",
        );
        for held in
            ["Option<impl Fn(u32) -> u32>", "W<impl Fn() -> i32>", "(impl FnMut() -> i32, i32)"]
        {
            says("", &has_type(held), "`Box::new(|x: u32| x + 1) as Box<dyn Fn(u32) -> u32>`");
        }
    }

    #[test]
    fn futures_are_boxed_and_pinned() {
        says(
            "let a = toast();",
            &has_type("impl Future<Output = &'static str>"),
            "`let a: std::pin::Pin<Box<dyn Future<Output = &'static str>>> = Box::pin(…);`",
        );
    }

    #[test]
    fn iterators_are_collected() {
        for iterator in [
            "std::iter::Map<std::vec::IntoIter<i32>, impl FnMut(i32) -> i32>",
            "impl Iterator<Item = u32>",
        ] {
            says("", &has_type(iterator), "`let a = ….collect::<Vec<_>>();`");
        }
        says(
            "let r = v.iter().enumerate();",
            REFERENCE,
            "`r` is an iterator over another variable",
        );
        says("let r = v.iter();", REFERENCE, "`r` is an iterator over another variable");
    }

    #[test]
    fn other_types_are_used_within_a_block() {
        says(
            "",
            &has_type("std::thread::JoinHandle<impl Future<Output = i32>>"),
            "`{ let a = …; … }`",
        );
    }

    #[test]
    fn references_become_values_and_guards_stay_in_a_block() {
        says("let r = &v;", REFERENCE, "`let r = v.clone();`");
        says("let r = &v[..2];", REFERENCE, "`let r = v[..2].to_owned();`");
        says("let r = v.first();", REFERENCE, "`let r = v.first().cloned();`");
        says("let r = v.iter().max();", REFERENCE, "`let r = v.iter().max().cloned();`");
        says("let r = v.iter().max().unwrap();", REFERENCE, ".unwrap().to_owned();`");
        says("let r = &mut v;", REFERENCE, "or change that variable itself");
        says("let r = v.get(1);", REFERENCE, "`let r = v.get(1).cloned();`");
        says("let r = s.as_str();", REFERENCE, "`let r = s.as_str().to_owned();`");
        says(
            "let r: Vec<&str> = s.split(' ').collect();",
            REFERENCE,
            ".map(|part| part.to_owned()).collect",
        );
        says(
            "let r = long_name(another_long_name(yet_another_name));",
            REFERENCE,
            "`let r = ….clone();`",
        );
        says("let r = v.first();", REFERENCE, "share one value by `Arc`");
        says("let r = m.lock().unwrap();", REFERENCE, "`{ let mut r = …; *r += 1; }`");
        says(
            "let r = m.lock();\nlet r = &v;\nlet a = m.lock();",
            REFERENCE,
            "borrows from another variable",
        );
        says("let (a, r) = (1, c.borrow_mut());", REFERENCE, "`r` is a guard");
    }
}
