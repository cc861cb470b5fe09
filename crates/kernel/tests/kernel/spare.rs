//! A kernel that is ready before anybody asks for it.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::jupyter_client::{Jupyter, checkout, eventually, running};

#[test]
fn a_spare_kernel_is_there_at_once_and_is_its_notebooks_own() {
    let mut jupyter = Jupyter::alone();
    let begun = Instant::now();
    let first = start(&mut jupyter, "one", "notebooks");
    jupyter.wait(first);
    let slow = begun.elapsed();
    eventually("there is a spare kernel", || !spares(&jupyter).is_empty());
    // It gets ready, and then uses its rest.
    std::thread::sleep(2 * slow);

    let begun = Instant::now();
    let second = start(&mut jupyter, "two", "notebooks");
    jupyter.wait(second);
    let quick = begun.elapsed();
    println!("ready without a spare kernel in {slow:?}, with one in {quick:?}");
    assert!(quick < slow / 2, "without a spare kernel {slow:?}, with one {quick:?}");
    assert_eq!(jupyter.folders().len(), 2, "it was taken");
    assert_eq!(jupyter.ok(second, "std::env::var(\"JPY_SESSION_NAME\")?"), "\"two\"");
    assert_eq!(jupyter.ok(second, "std::env::var(\"WARM_KERNEL_SPARE\").is_err()"), "true");
    let folder = jupyter.ok(second, "std::env::current_dir()?");
    assert_eq!(folder, format!("{:?}", checkout().join("notebooks")));

    let answer = jupyter.run_interrupted(second, "loop {}", 1.0);
    assert_eq!(answer.name.as_deref(), Some("Interrupted"));
    // Also in a process that comes later.
    assert_eq!(jupyter.ok(second, "std::env::var(\"JPY_SESSION_NAME\")?"), "\"two\"");
    jupyter.stop(second);
    eventually("it has ended", || !jupyter.process(second).exists());
    eventually("its folder is gone", || jupyter.folders().len() == 1);
}

#[test]
fn one_notebook_takes_it_and_no_end_leaves_anything() {
    let mut jupyter = Jupyter::new();
    let first = start(&mut jupyter, "one", "notebooks");
    jupyter.wait(first);
    eventually("there is a spare kernel", || !spares(&jupyter).is_empty());
    let both = ["two", "three"].map(|name| start(&mut jupyter, name, "notebooks"));
    for (kernel, name) in both.iter().zip(["two", "three"]) {
        jupyter.wait(*kernel);
        let session = jupyter.ok(*kernel, "std::env::var(\"JPY_SESSION_NAME\")?");
        assert_eq!(session, format!("{name:?}"));
    }
    // No notebook has come for it yet: whoever ends one of the two ends that one alone.
    eventually("there is another spare kernel", || !spares(&jupyter).is_empty());
    assert_eq!(jupyter.folders().len(), 4);
    for kernel in both {
        jupyter.kill(kernel);
    }
    eventually("what was killed leaves nothing", || jupyter.folders().len() == 2);
    assert_eq!(jupyter.ok(first, "6 * 7"), "42");

    let spare = spares(&jupyter);
    let elsewhere = start(&mut jupyter, "four", ".");
    jupyter.ask_kernel(elsewhere, "whole", ("code", json!("1")));
    assert_eq!(spares(&jupyter), spare, "it is for another folder");
    jupyter.kill_server();
    eventually("no spare kernel is left", || jupyter.folders().is_empty());
    let temp = jupyter.temp().to_string_lossy().into_owned();
    eventually("nor a process", || !running(&temp));
}

#[test]
fn a_spare_kernel_is_wanted_or_there_is_none() {
    let (jupyter, _kernel) = Jupyter::lent();
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(jupyter.folders().len(), 1);
    assert!(spares(&jupyter).is_empty());
}

/// Starts a kernel for a notebook of this name, with spare kernels.
fn start(jupyter: &mut Jupyter, name: &str, folder: &str) -> usize {
    let argv = json!([
        "/usr/bin/env",
        "WARM_KERNEL_SPARE=0.5",
        format!("JPY_SESSION_NAME={name}"),
        env!("CARGO_BIN_EXE_warm-kernel"),
        "start",
        checkout().join("crates/notebook/kernel/kernel.toml"),
        "{connection_file}"
    ]);
    jupyter.start_by(&argv, &checkout().join(folder))
}

/// The sockets of kernels that nobody has taken.
fn spares(jupyter: &Jupyter) -> Vec<PathBuf> {
    let entries = jupyter.folders().into_iter().flat_map(fs::read_dir).flatten().flatten();
    let named = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("spare-"))
    };
    entries.map(|entry| entry.path()).filter(named).collect()
}
