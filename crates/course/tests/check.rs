//! `course check` from outside, and its exercises on the real kernel. That each rule fails
//! where it must is tested beside the rules, in `python/test_check.py`.

#[allow(dead_code, reason = "shared with the tests of `course run`")]
mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Checkout, Run};

/// A check that displays what the helper crate displays, without its build.
const CHECK: &str = r#"fn check(_task: &str, passed: bool) {
    println!("EVCXR_BEGIN_CONTENT text/html\n<p data-check=\"{passed}\">\nEVCXR_END_CONTENT");
}"#;

fn code(id: &str, source: &str) -> Value {
    json!({
        "cell_type": "code", "id": id, "metadata": {}, "source": source,
        "outputs": [], "execution_count": null,
    })
}

fn text(id: &str, source: &str) -> Value {
    json!({"cell_type": "markdown", "id": id, "metadata": {}, "source": source})
}

/// Stub, check and folded solution of an exercise that asks for a 2.
fn exercise(name: &str, stub: u8, solution: u8) -> [Value; 3] {
    let folded = format!(
        "<details><summary>Solution</summary>\n\n```rust\nlet {name} = {solution};\n```\n\n</details>"
    );
    [
        code(&format!("exercise-{name}"), &format!("let {name} = {stub};")),
        code(&format!("exercise-{name}-check"), &format!("check(\"a 2\", {name} == 2);")),
        text(&format!("exercise-{name}-solution"), &folded),
    ]
}

fn write(checkout: &Checkout, name: &str, exercises: &[[Value; 3]]) {
    let head = [code("check", CHECK), text("exercises", "## Exercises")];
    let cells: Vec<&Value> = head.iter().chain(exercises.iter().flatten()).collect();
    let notebook = json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    let path = checkout.root.path().join(format!("notebooks/{name}.ipynb"));
    fs::write(path, notebook.to_string()).expect("a file in a temporary folder");
}

#[test]
fn an_exercise_fails_its_check_as_it_is_and_passes_it_when_solved() {
    let checkout = Checkout::new();
    write(&checkout, "01-right", &[exercise("two", 1, 2), exercise("again", 0, 2)]);
    write(&checkout, "02-wrong", &[exercise("early", 2, 2), exercise("never", 1, 3)]);
    let before = checkout.read("notebooks/01-right.ipynb");
    let run = Run::of(&mut checkout.course("check", &["--exercises"]));

    assert_eq!(run.code, 1, "{run}");
    for told in [
        "cell exercise-early-check: with the exercise as it is it says true, not false",
        "cell exercise-never-check: with its solution it says false, not true",
        "notebooks: 2, exercises: 4, each left alone and solved",
        "failed: 02-wrong\n",
    ] {
        assert!(run.output.contains(told), "{told:?} is missing: {run}");
    }
    assert_eq!(run.output.matches("FAILED").count(), 2, "{run}");
    assert_eq!(checkout.read("notebooks/01-right.ipynb"), before);
}

#[test]
fn a_solution_that_does_not_compile_is_told() {
    let checkout = Checkout::new();
    let mut broken = exercise("two", 1, 2);
    broken[2]["source"] = "<details><summary>Solution</summary>\n\n```rust\nlet two = \"\
                           2\" + 1;\n```\n\n</details>"
        .into();
    write(&checkout, "01-broken", &[exercise("one", 1, 2), broken]);
    let run = Run::of(&mut checkout.course("check", &["--exercises", "01"]));

    assert_eq!(run.code, 1, "{run}");
    assert!(run.failure("exercise-two-solution-run").contains("E0369"), "{run}");
}

#[test]
fn a_finding_names_file_cell_and_rule() {
    let checkout = Checkout::new();
    write(&checkout, "01-bare", &[exercise("Two", 1, 2)]);
    let run = Run::of(&mut checkout.course("check", &["01"]));

    assert_eq!(run.code, 1, "{run}");
    let line = "notebooks/01-bare.ipynb cell exercise-Two: its id is not kebab-case";
    assert!(run.output.contains(line), "{run}");
    assert!(run.output.contains(" [ids]\n") && run.output.contains(" [header]\n"), "{run}");
    assert!(!run.output.contains("[coverage]"), "{run}");
}

#[test]
fn contributing_lists_the_rules_as_the_tool_does() {
    let rules = Run::of(&mut Checkout::new().course("check", &["--rules"]));
    assert_eq!(rules.code, 0, "{rules}");
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../CONTRIBUTING.md");
    let page = fs::read_to_string(page).expect("it is in the checkout");
    assert!(page.contains(&rules.output), "put these into CONTRIBUTING.md:\n{}", rules.output);
}
