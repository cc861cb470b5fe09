//! `course run` on small notebooks and the real kernel.

mod support;

use std::fs;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use support::{Cell, Checkout, cell, wait_for};

const SUM: Cell = cell("sum", "", "1 + 1");

#[test]
fn each_kind_of_failure_is_told_with_its_cell() {
    let checkout = Checkout::new();
    let mismatch = "let s: String = 3;";
    let before = checkout.write(
        "01-wrong",
        &[
            cell("panics", "", "panic!(\"no more eggs\")"),
            cell("asserts", "", "assert_eq!(1, 2);"),
            cell("question", "", "let n: u8 = \"many\".parse()?;"),
            cell("mistyped", "", mismatch),
            cell("as-expected", "raises-exception error-E0308", mismatch),
            cell("another-code", "raises-exception error-E0373", mismatch),
            cell("does-not-fail", "raises-exception", "let k = 3;"),
            cell("writes", "", "eprintln!(\"burnt\");"),
            cell("may-write", "stderr-expected", "eprintln!(\"burnt\");"),
            cell("leaks", "", "println!(\"{}\", std::env::current_dir()?.display());"),
            cell("aborts", "", "std::process::abort()"),
            cell("hangs", "", "loop { std::thread::park(); }"),
            SUM,
        ],
    );
    let run = checkout.run(&["--keep-going", "--timeout", "15"]);

    assert_eq!(run.code, 1, "{run}");
    for (cell, reason, report) in [
        ("panics", "panic", "no more eggs"),
        ("asserts", "panic", "assertion `left == right` failed"),
        ("question", "text on stderr", "invalid digit found in string"),
        ("mistyped", "error", "[E0308] Error: mismatched types"),
        ("another-code", "expected E0373, the report has E0308", "mismatched types"),
        ("does-not-fail", "it is tagged raises-exception and did not fail", ""),
        ("writes", "text on stderr", "burnt"),
        ("leaks", "its output shows a path of this machine", ""),
        ("aborts", "its process ended, all variables are lost", "SIGABRT"),
        ("hangs", "no answer within 15 s", ""),
    ] {
        let told = run.failure(cell);
        assert!(told.contains(reason) && told.contains(report), "cell {cell}: {told}\n{run}");
    }
    assert_eq!(run.output.matches("FAILED cell").count(), 10, "{run}");
    assert!(run.output.contains("01-wrong  12/13  hangs  running for"), "{run}");
    assert!(!run.output.contains('\u{1b}'), "colours in a file: {run}");
    assert_eq!(checkout.read("notebooks/01-wrong.ipynb"), before);
    assert!(checkout.read("target/failed/01-wrong.ipynb").contains("no more eggs"));
}

#[test]
fn a_notebook_that_passes_is_saved_also_after_one_that_fails() {
    let checkout = Checkout::new();
    let before = checkout.write("01-wrong", &[cell("missing", "", "missing()"), SUM]);
    let lines = "for i in 1..=3 { println!(\"toast {i}\"); }\n2 + 2";
    let claims = r#"println!("EVCXR_BEGIN_CONTENT text/html\n<p data-claim=\"holds\"></p>\n<p data-claim=\"fails\"></p>\nEVCXR_END_CONTENT");"#;
    checkout.write("02-right", &[cell("lines", "", lines), cell("claims", "", claims)]);
    let run = checkout.run(&[]);

    assert_eq!(run.code, 1, "{run}");
    assert!(run.failure("missing").contains("E0425"), "{run}");
    assert!(!run.output.contains("2/2  sum"), "went on after a failure: {run}");
    assert!(run.output.contains("failed: 01-wrong\n"), "{run}");
    assert!(run.output.contains("claims: 1 hold, 1 do not hold here, 0 not tested"), "{run}");
    assert!(run.output.contains("warning: cell claims: a claim does not hold here"), "{run}");
    assert_eq!(checkout.read("notebooks/01-wrong.ipynb"), before);

    let saved = checkout.read("notebooks/02-right.ipynb");
    assert!(saved.ends_with("}\n") && !saved.ends_with("\n\n"));
    let mut saved: Value = serde_json::from_str(&saved).expect("a notebook is JSON");
    let course = saved["metadata"]["course"].take();
    assert_eq!(course["outputs_of"].as_str().map(str::len), Some(64), "{course}");
    assert_eq!(
        saved["metadata"],
        json!({
            "kernelspec": {"display_name": "Rust", "language": "rust", "name": "rust"},
            "language_info": {
                "codemirror_mode": "rust", "file_extension": ".rs", "mimetype": "text/rust",
                "name": "Rust", "pygment_lexer": "rust", "version": "",
            },
            "course": null,
        })
    );
    let cell = &saved["cells"][0];
    assert_eq!(cell["metadata"], json!({"tags": []}));
    assert_eq!(cell["execution_count"], 2);
    assert_eq!(
        cell["outputs"],
        json!([
            {
                "name": "stdout", "output_type": "stream",
                "text": ["toast 1\n", "toast 2\n", "toast 3\n"],
            },
            {
                "data": {"text/plain": ["4"]}, "execution_count": 2,
                "metadata": {}, "output_type": "execute_result",
            },
        ])
    );
}

#[test]
fn a_knob_is_turned_in_the_copy_alone() {
    let checkout = Checkout::new();
    let knobs = cell("knobs", "knobs", "const PERSONS: u32 = 20; // at the table");
    let before = checkout.write("04-breakfast", &[knobs, cell("show", "", "PERSONS * 2")]);
    let run = checkout.run(&["04", "--set", "PERSONS=4", "--output", "copies"]);

    assert_eq!(run.code, 0, "{run}");
    let copy = checkout.read("copies/04-breakfast.ipynb");
    assert!(copy.contains("const PERSONS: u32 = 4; // at the table"), "{copy}");
    assert!(copy.contains("\"8\""), "{copy}");
    assert_eq!(checkout.read("notebooks/04-breakfast.ipynb"), before);

    let cleared = checkout.run(&["copies/04-breakfast.ipynb", "--clear", "--output", "handout"]);
    assert_eq!(cleared.code, 0, "{cleared}");
    let handout = checkout.read("handout/04-breakfast.ipynb");
    assert!(handout.contains("\"outputs\": []") && !handout.contains("\"8\""), "{handout}");
    assert!(handout.contains("\"execution_count\": null"), "{handout}");
    assert!(!handout.contains("outputs_of"), "{handout}");
}

#[test]
fn ctrl_c_leaves_no_process_and_no_change() {
    let checkout = Checkout::new();
    let hang = "std::fs::write(\"processes\", format!(\"{} {}\", std::process::id(), \
                std::os::unix::process::parent_id()))?;\nloop { std::thread::park(); }";
    let before = checkout.write("01-hangs", &[cell("hangs", "", hang)]);
    let mut run = checkout.command(&[]).stdout(Stdio::null()).spawn().expect("course starts");
    let written = checkout.root.path().join("notebooks/processes");
    wait_for("the cell to run", || fs::read_to_string(&written).is_ok_and(|s| s.contains(' ')));

    kill_process(Pid::from_child(&run), Signal::INT).expect("the run is alive");
    assert_eq!(run.wait().expect("the run ends").code(), Some(130));
    let processes = fs::read_to_string(&written).expect("it was just there");
    for id in processes.split(' ') {
        let process = std::path::Path::new("/proc").join(id);
        wait_for("the kernel's processes to end", || !process.exists());
    }
    assert_eq!(checkout.read("notebooks/01-hangs.ipynb"), before);
}

#[test]
fn what_cannot_be_run_is_refused_before_a_kernel_starts() {
    let checkout = Checkout::new();
    checkout.write("03-fibonacci", &[SUM]);
    fs::write(checkout.root.path().join("notebooks/05-torn.ipynb"), "{\"cells\": [")
        .expect("a file can be written");
    for (arguments, error) in [
        (&["7"][..], "no notebook is called '7'; there are: 03-fibonacci, 05-torn"),
        (&["05"], "05-torn.ipynb is not a notebook"),
        (&["03", "--set", "N=1", "--output", "copies"], "--set N: no cell tagged `knobs`"),
        (&["03", "--set", "N"], "'N' is not NAME=VALUE"),
        (&["03", "--clear"], "--clear would change the notebooks themselves"),
        (&["03", "--clear", "--output", "notebooks"], "--clear would change the notebooks"),
    ] {
        let run = checkout.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run}");
        assert!(run.output.contains(error), "{arguments:?}: {run}");
    }
    fs::remove_file(checkout.root.path().join(".venv")).expect("the link is there");
    let run = checkout.run(&["03"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.output.contains("set the course up with ./kernel-setup.sh"), "{run}");
}

#[test]
fn the_python_side_passes_its_own_tests() {
    let checkout = Checkout::new();
    let tests = Command::new(checkout.root.path().join(".venv/bin/python"))
        .args(["-E", "-B", "-m", "unittest", "discover", "--start-directory"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python"))
        .output()
        .expect("Python starts");
    let report = String::from_utf8_lossy(&tests.stderr);
    assert!(tests.status.success() && !report.contains("Ran 0 tests"), "{report}");
}
