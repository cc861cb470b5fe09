//! The kernel as Jupyter sees it. These tests need what `kernel-setup.sh` sets up.

mod death;
mod elsewhere;
mod faults;
mod front;
mod inner_ports;
mod jupyter_client;
mod leaks;
mod load;
mod other_users;
mod processes;
mod shared_temp;
mod spare;
mod strangers;

use std::fs;
use std::path::Path;

use jupyter_client::{Jupyter, checkout, copy, dep, eventually};

/// Whether the large numbers are wanted, as with `./kernel-setup.sh test --long`.
fn is_long() -> bool {
    std::env::var_os("LONG_TESTS").is_some()
}

#[test]
fn kernels_share_nothing_and_leave_nothing() {
    let mut jupyter = Jupyter::new();
    let killed = jupyter.start(&checkout());
    let others = [jupyter.start(&checkout()), jupyter.start(&checkout())];
    for kernel in [killed, others[0], others[1]] {
        jupyter.wait(kernel);
    }
    assert_eq!(jupyter.folders().len(), 3);

    jupyter.kill(killed);
    for kernel in others {
        jupyter.ok(kernel, &dep());
        let answer = jupyter.ok(kernel, &format!("{kernel} + 40"));
        assert_eq!(answer.trim(), (kernel + 40).to_string());
    }
    eventually("the killed kernel's folder is gone", || jupyter.folders().len() == 2);
    for kernel in others {
        jupyter.stop(kernel);
    }
    eventually("all folders are gone", || jupyter.folders().is_empty());
}

#[test]
fn cells_find_everything_built_and_built_like_a_worker() {
    let (mut jupyter, kernel) = Jupyter::lent();
    jupyter.ok(kernel, &dep());
    jupyter.ok(kernel, "let three = 3;");
    let first = "tokio::time::sleep(std::time::Duration::from_millis(1)).await;";
    jupyter.ok(kernel, first);
    nothing_was_built_since(&checkout().join("target/warm"), &jupyter.folders()[0]);

    // Release semantics: no overflow checks, no debug assertions.
    let wraps = "{ let most: u8 = std::hint::black_box(255); most + 1 }";
    assert_eq!(jupyter.ok(kernel, wraps).trim(), "0");
    assert_eq!(jupyter.ok(kernel, "cfg!(debug_assertions)").trim(), "false");
    // The variable of an earlier cell is still there: nothing has ended the process.
    assert_eq!(jupyter.ok(kernel, "three").trim(), "3");
}

#[test]
fn the_same_function_takes_the_same_time_everywhere() {
    let mut jupyter = Jupyter::alone();
    let kernel = jupyter.start(&checkout());
    jupyter.wait(kernel);
    jupyter.ok(kernel, &(dep() + "\nuse notebook::*;"));
    jupyter.ok(kernel, include_str!("cells/same_time.rs"));
    let times = jupyter.ok(kernel, "best_times()");
    let times: Vec<f64> = times
        .trim()
        .trim_matches(['[', ']'])
        .split(", ")
        .map(|seconds| seconds.parse().expect("a number of seconds"))
        .collect();
    let fastest = times.iter().copied().fold(f64::INFINITY, f64::min);
    for (place, time) in ["cell", "thread", "worker"].iter().zip(&times) {
        // With checks for overflow it would take twice as long; where the linker put it
        // changes its time by up to a fifth.
        assert!(time / fastest < 1.5, "{place}: {:.2} of the fastest of {times:?}", time / fastest);
    }
}

#[test]
fn a_panic_is_short_and_keeps_the_variables() {
    let (mut jupyter, kernel) = Jupyter::lent();
    jupyter.ok(kernel, "let list = vec![1, 2, 3];\nlet many = list.len();");
    let report = jupyter.run(kernel, "list[many]").text;
    assert!(report.contains("the len is 3 but the index is 3"), "{report}");
    assert!(report.contains("at: list[many]"), "{report}");
    assert!(report.lines().count() <= 3, "{report}");
    assert_eq!(jupyter.ok(kernel, "many").trim(), "3");
}

#[test]
fn a_call_is_explained_wherever_the_cursor_is() {
    let (mut jupyter, kernel) = Jupyter::lent();
    jupyter.ok(kernel, &(dep() + "\nuse notebook::theory::lower_bound;"));
    let call = "lower_bound(work, longest, workers)";
    let beyond = call.len() + 9; // where JupyterLab has its cursor after a completion
    let before = "/* \u{1f373} e\u{301} */ ";
    for (code, cursors) in [
        // In the name, at its end, behind each bracket, behind a comma and beyond the end.
        (call.to_owned(), vec![1, 11, 12, 17, call.len(), beyond]),
        (format!("{before}{call};\nlater()"), vec![16, 28]),
        (format!("println!(\"{{:?}}\", {call});"), vec![20, 28]),
        (format!("let v = vec![{call}];"), vec![18, 25]),
    ] {
        for cursor in cursors {
            let text = jupyter.inspect(kernel, &code, cursor);
            assert!(text.contains("longest job"), "{code} at {cursor}: {text}");
        }
    }
    let text = jupyter.inspect(kernel, "let n = vec![1, 2].len();", 24);
    assert!(text.contains("number of elements"), "{text}");
    let text = jupyter.inspect(kernel, "println!(\"one\");", 12);
    assert!(text.contains("standard output"), "{text}");
    assert_eq!(jupyter.inspect(kernel, "1 + ", 4), "");
    assert_eq!(jupyter.ok(kernel, "6 * 7").trim(), "42");
}

#[test]
fn an_edited_crate_is_picked_up_in_a_checkout_of_any_name() {
    let mut jupyter = Jupyter::new();
    let root = jupyter.temp().join("Straße 1").join("it's");
    for name in ["Cargo.toml", "Cargo.lock", "crates", "target/warm"] {
        copy(&checkout().join(name), &root.join(name));
    }
    fs::create_dir(root.join("notebooks")).expect("a fresh folder");
    let library = root.join("crates/notebook/src/lib.rs");
    let mut source = fs::read_to_string(&library).expect("the notebook crate is there");
    source += "\n/// New.\npub fn added() -> u32 { 42 }\n";
    fs::write(&library, source).expect("the copy is ours");

    let kernel = jupyter.start(&root);
    jupyter.wait(kernel);
    jupyter.ok(kernel, &dep());
    assert_eq!(jupyter.ok(kernel, "notebook::added()").trim(), "42");
}

/// The library of the notebook crate in a build folder: name and time.
fn built(build: &Path) -> Vec<(String, std::time::SystemTime)> {
    let target = build.join("target");
    let deps = fs::read_dir(target).into_iter().flatten().flatten();
    let mut found = Vec::new();
    for entry in deps.flat_map(|triple| fs::read_dir(triple.path().join("debug/deps"))) {
        for file in entry.flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let time = file.metadata().and_then(|data| data.modified()).expect("a file's time");
            if !name.contains("ctx") && !name.contains("code_") {
                found.push((name, time));
            }
        }
    }
    found.sort();
    found
}

/// A kernel has the libraries of the warm folder, each of its time there or of that of the copy.
fn nothing_was_built_since(warm: &Path, kernel: &Path) {
    let [prepared, now] = [warm, kernel].map(|folder| built(&folder.join("build")));
    assert!(!prepared.is_empty(), "the crate is in the warm build folder");
    let copied = now.iter().map(|(_, time)| *time).min().expect("there are some");
    let names = |all: &[(String, std::time::SystemTime)]| -> Vec<String> {
        all.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&now), names(&prepared));
    let younger = now.iter().zip(&prepared).filter(|(now, old)| now != old && now.1 > copied);
    assert_eq!(younger.collect::<Vec<_>>(), [], "a dependency was compiled");
}
