//! Many cells on a busy core, clients that do not read, a warm folder that is exchanged.

use std::fs;
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::{Value, json};

use crate::elsewhere::Tiny;
use crate::faults::memory;
use crate::jupyter_client::{Jupyter, checkout, eventually};
use crate::{is_long, nothing_was_built_since};

#[test]
fn on_a_busy_core_each_output_is_in_its_cell_and_each_message_in_its_place() {
    // Sent at once, three kinds in turn.
    let cells = if is_long() { 60 } else { 12 };
    let core = first_core();
    let on_it = ["taskset", "-c", &core];
    if !Command::new("taskset").arg("-V").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: taskset, which binds programs to a core, is missing");
        return;
    }
    let mut jupyter = Jupyter::new();
    let settings = checkout().join("crates/notebook/kernel/kernel.toml");
    let program = env!("CARGO_BIN_EXE_warm-kernel");
    let argv =
        json!([on_it[0], on_it[1], on_it[2], program, "start", settings, "{connection_file}"]);
    let kernel = jupyter.start_by(&argv, &checkout().join("notebooks"));
    jupyter.wait(kernel);
    let _busy = Busy::on(&on_it);

    let codes: Vec<String> = (0..cells).map(|n| cell(n).0).collect();
    let mut answer = jupyter.ask_kernel(kernel, "order", ("codes", json!(codes)));
    let statuses: Vec<String> = serde_json::from_value(answer["statuses"].take()).expect("texts");
    let mut published = answer["published"].as_array().expect("a list").iter();
    for (n, code) in codes.iter().enumerate() {
        let (_, status, (kind, text)) = cell(n);
        let busy = json!([n, "status", "busy"]);
        let input = json!([n, "execute_input", code]);
        let output = json!([n, kind, text]);
        let idle = json!([n, "status", "idle"]);
        let got: Vec<&Value> = published.by_ref().take(4).collect();
        assert_eq!(got, [&busy, &input, &output, &idle], "cell {n} of {cells}");
        assert_eq!(statuses[n], status, "cell {n}");
    }
    assert_eq!(published.next(), None, "nothing else comes");
}

/// The code of a cell, how it ends, and what it shows.
fn cell(n: usize) -> (String, &'static str, (&'static str, String)) {
    let figure = "EVCXR_BEGIN_CONTENT text/html\\n<b>NUMBER</b>\\nEVCXR_END_CONTENT";
    // So many that the last are still on their way when the cell is done.
    let lines: String = (0..2000).map(|line| format!("NUMBER {line}\n")).collect();
    let (code, status, kind, text) = match n % 3 {
        0 => ("panic!(\"NUMBER\")".to_owned(), "error", "error", "panicked: NUMBER"),
        1 => (format!("println!(\"{figure}\");"), "ok", "execute_result", "<b>NUMBER</b>"),
        _ => {
            let code = "for line in 0..2000 { eprintln!(\"NUMBER {line}\"); };";
            (code.to_owned(), "ok", "stream", lines.as_str())
        }
    };
    let number = n.to_string();
    (code.replace("NUMBER", &number), status, (kind, text.replace("NUMBER", &number)))
}

/// The first of the cores that this process may use.
fn first_core() -> String {
    let status = fs::read_to_string("/proc/self/status").expect("this process");
    let cores = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let cores = cores.expect("a line").trim();
    cores.split([',', '-']).next().expect("a core").to_owned()
}

/// A program that computes until this is dropped.
struct Busy(Child);

impl Busy {
    fn on(core: &[&str]) -> Self {
        let mut command = Command::new(core[0]);
        command.args(&core[1..]).args(["sh", "-c", "while :; do :; done"]);
        Self(command.spawn().expect("a shell"))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_client_that_stops_reading_holds_up_nobody_and_costs_little() {
    let (mut jupyter, kernel) = Jupyter::with_kernel();
    let front = jupyter.process_id(kernel);
    let flood = "for n in 0..1000 { println!(\"EVCXR_BEGIN_CONTENT text/html\\n{}\\n\
        EVCXR_END_CONTENT\", \"omelet \".repeat(5000)); }";
    // What the kernel needs for a flood that all read, it keeps.
    assert_eq!(jupyter.run(kernel, flood).kinds.len(), 1000);
    let before = memory(front);
    jupyter.ask_kernel(kernel, "stall", ("clients", json!(2)));
    for _ in 0..5 {
        let answer = jupyter.run(kernel, flood);
        assert_eq!((answer.status.as_str(), answer.kinds.len()), ("ok", 1000));
    }
    assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
    // Neither has read 175 MB.
    let more = memory(front).saturating_sub(before);
    println!("{more} KiB more for two clients that do not read");
    assert!(more < 100 * 1024, "{more} KiB more than {before}");
}

#[test]
fn kernels_that_start_while_the_warm_folder_is_exchanged_are_whole() {
    let mut jupyter = Jupyter::new();
    let tiny = Tiny::new(jupyter.temp());
    let argv = tiny.install();
    let warm = tiny.folder.join("target/warm");
    tiny.replace("format(n)", "format(n + 1)");

    // They copy the old state, the new one, or one after the other.
    let mut install = tiny.installation().spawn().expect("it starts");
    // It stands beside the old one for a moment only, which may go by between two looks.
    eventually("the new state is there", || {
        warm.join("next").exists() || install.try_wait().is_ok_and(|status| status.is_some())
    });
    let kernels = [(); 2].map(|()| jupyter.start_by(&argv, &tiny.folder.join("notebooks")));
    for kernel in kernels {
        jupyter.wait(kernel);
        jupyter.ok(kernel, ":dep tiny-words = { path = \"..\" }");
        assert_eq!(jupyter.ok(kernel, "tiny_words::word(42)"), "\"43\"");
    }
    assert!(install.wait().is_ok_and(|status| status.success()), "it cannot be installed");
    for kernel in kernels {
        jupyter.stop(kernel);
    }
    eventually("their folders are gone", || jupyter.folders().is_empty());

    // As an installation that is just exchanging.
    let (build, old) = (warm.join("build"), warm.join("old"));
    let stamp = fs::read(warm.join("stamp")).expect("it is installed");
    fs::remove_file(warm.join("stamp")).expect("it is ours");
    fs::rename(&build, &old).expect("it is ours");
    let kernel = jupyter.start_by(&argv, &tiny.folder.join("notebooks"));
    eventually("it has begun", || !jupyter.folders().is_empty());
    std::thread::sleep(Duration::from_millis(500));
    assert!(!jupyter.folders()[0].join("warm").exists(), "half a state was copied");
    fs::rename(&old, &build).expect("it is ours");
    fs::write(warm.join("stamp"), stamp).expect("it is ours");
    jupyter.wait(kernel);
    jupyter.ok(kernel, ":dep tiny-words = { path = \"..\" }");
    assert_eq!(jupyter.ok(kernel, "tiny_words::word(1)"), "\"2\"");
    nothing_was_built_since(&warm, &jupyter.folders()[0]);
}
