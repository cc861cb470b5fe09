//! The cure for what evcxr reports, where its own words do not name it.

use super::failure::{Failure, between};
use super::kept::{borrowed, closure, no_writable_type};
use super::restored::without_colours;
use super::source::words;
use super::statements::{Statement, statements};

/// Says something about a failure of its kind.
type Cure = fn(&Failure) -> Option<String>;

/// The first that answers is heard.
const CURES: [Cure; 11] = [
    meets_mutex,
    closure,
    no_writable_type,
    borrowed,
    gone,
    no_reactor,
    runtime_within_runtime,
    thread_local,
    missing_folder,
    offline,
    returned,
];

/// One sentence with the cure for what evcxr reports about a cell.
///
/// `report` is all its errors, and what the cell wrote to stderr: a panic is no error to
/// evcxr. `was_defined` knows the variables of earlier cells, gone ones included.
pub fn advice(code: &str, report: &str, was_defined: &dyn Fn(&str) -> bool) -> Option<String> {
    let report = &without_colours(report);
    let failure = Failure { code, report, was_defined };
    CURES.iter().find_map(|cure| cure(&failure))
}

/// A variable of an earlier cell, which the compiler does not find.
fn gone(failure: &Failure) -> Option<String> {
    let values = failure.report.split("cannot find value `").skip(1);
    let mut names = values.filter_map(|rest| rest.split('`').next());
    let name = names.find(|name| (failure.was_defined)(name))?;
    if in_functions_only(failure.code, name) {
        return Some(format!(
            "A function does not see the variables of a notebook: hand `{name}` over as an argument, \
             such as `fn f({name}: &Vec<u32>) {{ … }}` and `f(&{name})`."
        ));
    }
    Some(format!(
        "`{name}` was moved away in an earlier cell, or lost with a panic or the program's end: \
         make it again with `let`, `let {name} = …;`; where a copy can move instead, write `{name}.clone()`."
    ))
}

fn no_reactor(failure: &Failure) -> Option<String> {
    failure.report.contains("there is no reactor running").then(|| {
        "Cells run inside Tokio from the first `.await` of a notebook on, threads never: \
         write `tokio::spawn(…).await`, \
         or keep a runtime, `let runtime = tokio::runtime::Runtime::new()?;`, and write `runtime.spawn(…)`."
            .to_owned()
    })
}

fn runtime_within_runtime(failure: &Failure) -> Option<String> {
    if failure.report.contains("Cannot start a runtime from within a runtime") {
        return Some(
            "Since the first `.await`, all cells of this notebook run inside Tokio, where nothing may block: \
             write `.await` in place of `block_on`, `runtime.spawn(…).await`, \
             or `tokio::task::block_in_place(|| runtime.block_on(…))`."
                .to_owned(),
        );
    }
    failure.report.contains("Cannot drop a runtime in a context where blocking is not allowed").then(|| {
        "Since the first `.await`, all cells of this notebook run inside Tokio, where a runtime may not be \
         dropped: end it with `runtime.shutdown_background();`."
            .to_owned()
    })
}

fn thread_local(failure: &Failure) -> Option<String> {
    let is_it = failure.report.contains("found `vis` metavariable")
        && failure.code.contains("thread_local!");
    is_it.then(|| {
        "evcxr takes a `thread_local!` at the end of a cell for a value to show: put it and what uses it \
         into one block, `{ thread_local! { … } NAME.set(1); }`, or into the function that uses it."
            .to_owned()
    })
}

/// A `:dep` with a path, in a notebook that was moved.
fn missing_folder(failure: &Failure) -> Option<String> {
    let path = between(failure.report, "No such file or directory (os error 2): \"", "\"")?;
    let is_dep = failure.code.lines().any(|line| line.starts_with(":dep ") && line.contains(path));
    is_dep.then(|| {
        format!(
            "`:dep` looks for `{path}` from the folder of the notebook, where it is not: \
             move the notebook back to where it was, or write the path from where it is now."
        )
    })
}

fn offline(failure: &Failure) -> Option<String> {
    let is_it = ["but --offline was specified", "you're using offline mode"];
    if !is_it.iter().any(|words| failure.report.contains(words)) {
        return None;
    }
    let dep = failure.code.lines().find_map(|line| line.strip_prefix(":dep "));
    let name = dep.and_then(|dep| dep.split(['=', ' ']).next()).unwrap_or("this crate");
    Some(format!(
        "This kernel is offline, and this computer has no copy of `{name}` that fits: \
         run a cell with the two lines `:offline 0` and `()`, then this cell again."
    ))
}

fn returned(failure: &Failure) -> Option<String> {
    failure.report.contains("expected `Result<(), EvcxrUserCodeError>`").then(|| {
        "A cell is no function, and returns nothing: leave `return` out; \
         a value in the last line, without `;`, is shown."
            .to_owned()
    })
}

/// A variable `mutex` in a notebook that has used `.await`: see `names`.
fn meets_mutex(failure: &Failure) -> Option<String> {
    let bare = failure.report.lines().all(|line| matches!(line.trim(), "" | "mismatched types"));
    let met = ["Mutex<Runtime>", "Mutex<tokio::runtime::Runtime>", "to type `Runtime`"];
    let met = bare && !failure.report.trim().is_empty()
        || met.iter().any(|words| failure.report.contains(words));
    (met && (failure.was_defined)("mutex")).then(|| {
        "evcxr has a variable `mutex` of its own in a notebook with `.await`, and yours spoils its reports: \
         restart the kernel, and choose another name, such as `let lock = …;`."
            .to_owned()
    })
}

/// Whether a cell has a name in items alone, such as functions.
fn in_functions_only(code: &str, name: &str) -> bool {
    let words = words(code);
    let statements = statements(code, &words);
    let names = |statement: &&Statement| {
        (0..statement.words.len())
            .any(|at| statement.text(at) == name || is_captured(statement.text(at), name))
    };
    let mut naming = statements.iter().filter(names).peekable();
    naming.peek().is_some() && naming.all(|statement| statement.is_item())
}

/// Whether a string has a name between braces, as `println!` reads it.
fn is_captured(text: &str, name: &str) -> bool {
    text.starts_with('"') && text.split('{').any(|part| part.split(['}', ':']).next() == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said when `mutex`, `s` and `v` were variables once.
    fn said(code: &str, report: &str) -> String {
        let was_defined = |name: &str| ["mutex", "s", "v"].contains(&name);
        advice(code, report, &was_defined).unwrap_or_default()
    }

    #[track_caller]
    fn says(code: &str, report: &str, part: &str) {
        let said = said(code, report);
        assert!(!part.is_empty() && said.contains(part), "{said:?}");
    }

    fn not_found(name: &str) -> String {
        format!(
            "\u{1b}[31m[E0425] Error:\u{1b}[0m cannot find value `{name}` in this scope\n   ╭─[ command_19:1:1 ]"
        )
    }

    #[test]
    fn a_variable_that_is_gone_is_made_again() {
        says("s = String::from(\"salad\");", &not_found("s"), "`let s = …;`");
        says("println!(\"{s}\");", &not_found("s"), "`s` was moved away in an earlier cell");
        // rustc's own words are enough for what never was there.
        assert_eq!(said("q = 5;", &not_found("q")), "");
    }

    #[test]
    fn a_function_is_told_its_variables() {
        says("fn uses() -> usize { v.len() }", &not_found("v"), "hand `v` over as an argument");
        says("fn uses() { println!(\"{v:?}\"); }", &not_found("v"), "hand `v` over as an argument");
        says("fn f() { v.len() }\nv", &not_found("v"), "`v` was moved away");
    }

    #[test]
    fn tokio_has_a_reactor_in_cells_with_await() {
        let panic = "panicked: there is no reactor running, must be called from the context of a Tokio 1.x runtime";
        says("tokio::spawn(async { 1 });", panic, "`tokio::spawn(…).await`, or keep a runtime");
        let start = "panicked: Cannot start a runtime from within a runtime. This happens because a function";
        says("rt.block_on(f())", start, "`tokio::task::block_in_place(|| runtime.block_on(…))`");
        let stop = "panicked: Cannot drop a runtime in a context where blocking is not allowed. This happens when";
        says("drop(rt);", stop, "`runtime.shutdown_background();`");
    }

    #[test]
    fn thread_local_is_no_last_line() {
        let report = "Error: expected expression, found `vis` metavariable";
        says(
            "thread_local! { static A: Cell<u8> = Cell::new(0); }",
            report,
            "`{ thread_local! { … } NAME.set(1); }`",
        );
        assert_eq!(said("m!()", report), "");
    }

    #[test]
    fn a_path_is_seen_from_the_notebook() {
        let report = "Error: No such file or directory (os error 2): \"../nowhere\"";
        says(
            ":dep a = { path = \"../nowhere\" }",
            report,
            "`:dep` looks for `../nowhere` from the folder of the notebook",
        );
        assert_eq!(said("read(\"../nowhere\")", report), "");
    }

    #[test]
    fn an_offline_kernel_says_how_to_go_online() {
        let cure =
            "no copy of `rand` that fits: run a cell with the two lines `:offline 0` and `()`";
        let report = "      Adding zerocopy-derive v0.8.63\nerror: failed to download `r-efi v5.3.0`\n\n\
            Caused by:\n  attempting to make an HTTP request, but --offline was specified";
        says(":dep rand = \"0.9\"", report, cure);
        let report = "error: no matching package named `rand` found\nlocation searched: the index\n\
            As a reminder, you're using offline mode (--offline) which can sometimes cause surprising resolution failures";
        says(":dep rand", report, cure);
    }

    #[test]
    fn a_cell_returns_nothing() {
        says(
            "return 5;",
            "expected `Result<(), EvcxrUserCodeError>`, found integer",
            "leave `return` out",
        );
    }

    #[test]
    fn a_variable_named_mutex_is_recognised_by_what_it_does() {
        says(
            "mutex + 1",
            "cannot add `{integer}` to `Arc<std::sync::Mutex<Runtime>>`",
            "restart the kernel",
        );
        says("let r = &v;", "mismatched types\nmismatched types", "restart the kernel");
        assert_eq!(said("let a: u8 = \"\";", "mismatched types\n   ╭─[ command_2:1:1 ]"), "");
        assert_eq!(advice("", "mismatched types", &|_| false), None);
    }

    #[test]
    fn all_else_is_left_to_the_report() {
        for report in [
            "",
            "mismatched types here",
            "cannot borrow `v` as mutable, as it is not declared as mutable",
        ] {
            assert_eq!(said("v.push(1);", report), "");
        }
    }
}
