//! Interrupts, ends, floods and strangers.

use std::fs;

use serde_json::json;

use crate::jupyter_client::{Jupyter, checkout, eventually, running};

#[test]
fn an_interrupt_ends_a_cell_with_all_that_it_started_and_nothing_else() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let ends = [
        "loop {}",
        "std::process::Command::new(\"sh\").args([\"-c\", \"sleep 61 & sleep 61\"]).status()?;",
        "loop { println!(\"omelet\"); }",
    ];
    for code in ends {
        let answer = jupyter.run_interrupted(kernel, code, 2.0);
        assert_eq!(answer.name.as_deref(), Some("Interrupted"), "{code}: {}", answer.status);
        assert!(answer.seconds < 12.0, "{code}: {} s", answer.seconds);
        assert!(answer.text.len() < 1_000_000, "{code}: {} bytes", answer.text.len());
        assert_eq!(jupyter.ok(kernel, "1 + 1"), "2", "nothing of it comes later");
    }
    assert!(!running("sleep\0\x361\0"), "a program outlived the cell");
    // The next process of cells is on its way, and the cell waits for it.
    jupyter.run(kernel, "std::process::exit(0)");
    let waiting = jupyter.run_interrupted(kernel, "loop {}", 0.2);
    assert_eq!(waiting.name.as_deref(), Some("Interrupted"), "{}", waiting.status);
    // An idle kernel has nothing to interrupt.
    for _ in 0..2 {
        jupyter.ask_kernel(kernel, "interrupt", ("", json!(null)));
    }
    assert_eq!(jupyter.ok(kernel, "1 + 1"), "2");
    let report = jupyter.run(kernel, "panic!(\"still short\")").text;
    assert!(report.lines().count() <= 3, "{report}");
}

#[test]
fn a_process_that_ends_says_why_and_another_one_answers() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let deep = "fn deep(n: u64) -> u64 { let a = std::hint::black_box([n; 99]); deep(n + 1) + a[3] }\n\
        deep(0)";
    for (code, says) in [
        (deep, "The stack overflowed"),
        ("std::process::abort()", "Something called `abort`"),
        ("std::process::exit(3)", "Something called `exit`"),
    ] {
        let answer = jupyter.run(kernel, code);
        assert_eq!(answer.name.as_deref(), Some("Ended"), "{code}: {}", answer.text);
        assert!(answer.text.contains(says), "{code}: {}", answer.text);
        assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
    }
}

#[test]
fn two_million_lines_are_cut_and_say_so() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let front = jupyter.process_id(kernel);
    let before = memory(front);
    let answer = jupyter.run(kernel, "for n in 0..2_000_000 { println!(\"omelet {n}\"); }");
    assert_eq!(answer.status, "ok");
    assert!(answer.text.len() < 1_000_000, "{} bytes", answer.text.len());
    assert!(answer.text.contains("omelet 4000\n") && answer.text.contains("is left out"));
    assert_eq!(jupyter.ok(kernel, "1 + 1"), "2");
    let more = memory(front).saturating_sub(before);
    assert!(more < 50 * 1024, "{more} KiB more than {before}");
}

#[test]
fn strangers_get_nothing_in_and_nothing_out() {
    let (mut jupyter, kernel) = Jupyter::lent();
    jupyter.ask_kernel(kernel, "forge", ("", json!(null)));
    assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
    let stranger = jupyter.ask_kernel(kernel, "stranger", ("", json!(null)));
    if stranger["heard"].is_null() {
        println!("not tried: only root can become another user");
    } else {
        assert_eq!(stranger["heard"], 0, "another user has read from the kernel");
    }
    assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
}

#[test]
fn thousands_of_clients_come_and_go_where_descriptors_are_few() {
    let mut jupyter = Jupyter::new();
    let settings = checkout().join("crates/notebook/kernel/kernel.toml");
    let few = "ulimit -n 256; exec \"$@\"";
    let argv = json!([
        "sh",
        "-c",
        few,
        "sh",
        env!("CARGO_BIN_EXE_warm-kernel"),
        "start",
        settings,
        "{connection_file}"
    ]);
    let kernel = jupyter.start_by(&argv, &checkout().join("notebooks"));
    // Most leave before it is ready, as JupyterLab does when a page is loaded again.
    for _ in 0..3 {
        jupyter.crowd(kernel);
    }
    jupyter.wait(kernel);
    jupyter.crowd(kernel);
    assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
    let open = || fs::read_dir(format!("/proc/{}/fd", jupyter.process_id(kernel)));
    eventually("those who left hold no descriptor", || open().expect("it runs").count() < 100);
}

#[test]
fn a_kernel_that_cannot_start_says_why_in_the_notebook() {
    let mut jupyter = Jupyter::new();
    for (lack, says) in [
        ("TMPDIR=/proc", "cannot make a kernel's folder"),
        ("PATH=/nowhere", "linker `cc` not found"),
    ] {
        let kernel = jupyter.start_with(lack);
        // As any client does: before, it may not hear what is published.
        jupyter.wait(kernel);
        let answer = jupyter.run(kernel, "1 + 1");
        assert_eq!(answer.name.as_deref(), Some("KernelCannotStart"), "{lack}");
        assert!(answer.text.contains(says), "{lack}: {}", answer.text);
    }
}

#[test]
fn a_kernelspec_that_the_user_has_stays_as_it_is() {
    let mut jupyter = Jupyter::new();
    let folder = jupyter.temp().join("data/jupyter/kernels/rust");
    let spec = folder.join("kernel.json");
    fs::create_dir_all(&folder).expect("it is ours");
    fs::write(&spec, "another's").expect("it is ours");
    let data = jupyter.temp().join("data");
    let kernel = jupyter.start_with(&format!("XDG_DATA_HOME={}", data.display()));
    jupyter.wait(kernel);
    assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
    assert_eq!(fs::read_to_string(&spec).expect("it is there"), "another's");
    assert_eq!(fs::read_dir(folder).expect("it is there").count(), 1, "evcxr put something there");
}

/// The memory of a process that nobody shares, in KiB.
pub fn memory(process: u64) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
