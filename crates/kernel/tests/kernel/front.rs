//! What a cell prints, shows and reads, and how its end is told.

use serde_json::json;

use crate::jupyter_client::{Jupyter, checkout, dep};

const SHOW: &str = r#"
fn show(what: &str, body: &str) {
    println!("EVCXR_BEGIN_CONTENT {what}\n{body}\nEVCXR_END_CONTENT");
}
"#;

#[test]
fn what_a_cell_prints_comes_in_order_and_whole() {
    let (mut jupyter, kernel) = Jupyter::lent();
    jupyter.ok(kernel, &(dep() + "\nuse notebook::*;"));
    // A partial line is shown, spoils nothing of evcxr's, and sticks to no other cell.
    assert_eq!(jupyter.ok(kernel, "let five = 5; print!(\"1 \"); print!(\"2\");"), "1 2");
    assert_eq!(jupyter.ok(kernel, "five"), "5");
    let many = "for n in 0..300 { print!(\"{n} \"); };";
    let expected: String = (0..300).map(|n| format!("{n} ")).collect();
    let text = jupyter.ok(kernel, many);
    assert_eq!(text, expected);
    let long = "eprintln!(\"{}\", \"e\".repeat(70_000));";
    assert_eq!(jupyter.ok(kernel, long), "e".repeat(70_000) + "\n");

    jupyter.ok(kernel, SHOW);
    let both = "show(\"text/html\", \"<b>1</b>\"); show(\"text/plain\", \"one\"); \
        show(\"text/html display_id=a\", \"<i>2</i>\"); println!(\"between\"); \
        show(\"text/html update_display_id=a\", \"<i>3</i>\"); show(\"text/plain\", \"last\");";
    let answer = jupyter.run(kernel, both);
    let kinds = ["display_data", "display_data", "stream", "update_display_data", "execute_result"];
    assert_eq!(answer.kinds, kinds, "{}", answer.text);
    assert_eq!(answer.text, "onebetween\nlast");
}

#[test]
fn the_last_value_is_the_result_however_long_evcxr_takes_to_end_the_cell() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let stopped = r#"
fn tell(process: u32, signal: &str) {
    let told = std::process::Command::new("kill").args([signal, &process.to_string()]).status();
    assert!(told.is_ok_and(|status| status.success()));
}
{
    let evcxr = std::os::unix::process::parent_id();
    tell(evcxr, "-STOP");
    std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(500));
        tell(evcxr, "-CONT");
    });
}
1 + 1"#;
    let answer = jupyter.run(kernel, stopped);
    assert_eq!(answer.text, "2");
    assert_eq!(answer.kinds, ["execute_result"]);
}

#[test]
fn a_thread_that_prints_later_is_heard() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let later = "{ std::thread::spawn(|| { std::thread::sleep(std::time::Duration::from_secs(1)); \
        println!(\"much later\"); }); }";
    jupyter.ok(kernel, later);
    let late = jupyter.ask_kernel(kernel, "late", ("seconds", json!(4.0)));
    assert_eq!(late["text"], "much later\n");
}

#[test]
fn stdin_is_at_its_end_for_cells_threads_and_programs() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let read = "{ let mut line = String::new(); std::io::stdin().read_line(&mut line)? }";
    assert_eq!(jupyter.ok(kernel, read), "0");
    let on = "{ std::thread::spawn(|| loop { let mut line = String::new(); \
        if std::io::stdin().read_line(&mut line).unwrap() > 0 { println!(\"ate {line}\"); } \
        std::thread::sleep(std::time::Duration::from_millis(1)); }); }";
    jupyter.ok(kernel, on);
    assert_eq!(
        jupyter.ok(kernel, "std::process::Command::new(\"cat\").status()?.success()"),
        "true"
    );
    for n in 0..5 {
        assert_eq!(jupyter.ok(kernel, &format!("{n} + 1")), (n + 1).to_string());
    }
}

#[test]
fn what_ends_a_cell_is_an_error_and_ends_the_queue() {
    let (mut jupyter, kernel) = Jupyter::lent();
    jupyter.ok(kernel, "let list = vec![1, 2, 3];");
    for (code, name, says) in [
        ("panic!(\"burnt\")", "panic", "panicked: burnt"),
        ("let n: usize = \"twenty\".parse()?;", "Error", "Error: invalid digit found"),
        ("let n: usize = \"20\";", "Error", "[E0308]"),
        ("// m\u{f3}n tr\u{1ee9}ng\nlet n: usize = \"20\";", "Error", "[E0308]"),
        ("let n: usize = \"tr\u{1ee9}ng\";", "Error", "[E0308]"),
        ("let a = std::", "Unfinished", "The statement on line 1 is not finished"),
        ("let r = &list;", "Error", "help: "),
    ] {
        let answer = jupyter.run(kernel, code);
        assert_eq!(
            (answer.status.as_str(), answer.name.as_deref()),
            ("error", Some(name)),
            "{code}"
        );
        let plain: String = strip(&answer.text);
        assert!(plain.contains(says), "{code}: {plain}");
        assert_eq!(answer.kinds, ["error"], "{code}: {plain}");
    }
    // With each cell the compiler sees the functions of all others, and warns of them.
    jupyter.ok(kernel, "fn cups(of: u64) -> u64 { 0 }");
    let answer = jupyter.run(kernel, "let n: usize = \"20\";");
    assert_eq!(answer.kinds, ["error"], "{}", strip(&answer.text));
    assert_eq!(jupyter.ok(kernel, "list.len()"), "3");
    let cells = ["panic!()", "println!(\"not reached\")", "2"];
    assert_eq!(jupyter.queue(kernel, &cells, true), ["error", "aborted", "aborted"]);
    assert_eq!(jupyter.queue(kernel, &cells, false), ["error", "ok", "ok"]);
    // What something catches is no end.
    let caught =
        "{ let caught = std::panic::catch_unwind(|| panic!(\"caught\")).is_err(); caught }";
    let answer = jupyter.run(kernel, caught);
    assert_eq!(answer.status, "ok");
    assert!(answer.text.contains("true") && answer.text.contains("caught"), "{}", answer.text);
    let count =
        "static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);";
    assert!(jupyter.ok(kernel, count).contains("`COUNT` begins anew in each later cell"));
}

#[test]
fn a_name_of_evcxrs_never_takes_the_place_of_ones_own() {
    // Not a lent one: evcxr knows for good that a cell has used `.await`.
    let mut jupyter = Jupyter::new();
    let kernel = jupyter.start(&checkout());
    jupyter.wait(kernel);
    let refused = |jupyter: &mut Jupyter, code: &str, says: &str| {
        let answer = jupyter.run(kernel, code);
        assert_eq!(answer.name.as_deref(), Some("NameTaken"), "{code}: {}", answer.text);
        assert!(answer.text.contains(says), "{code}: {}", answer.text);
    };
    let awaits = "async { 6 * 7 }.await";
    jupyter.ok(kernel, "let mutex = std::sync::Mutex::new(5);");
    refused(&mut jupyter, awaits, "`let lock = mutex;`");
    jupyter.ok(kernel, "let lock = mutex;");
    assert_eq!(jupyter.ok(kernel, awaits), "42");
    assert_eq!(jupyter.ok(kernel, "*lock.lock().unwrap()"), "5");
    refused(&mut jupyter, "let mutex = 1;", "choose another name");
}

#[test]
fn code_that_is_not_whole_is_told_apart() {
    let mut jupyter = Jupyter::new();
    let kernel = jupyter.start(&checkout());
    // It is answered while the kernel still starts.
    let mut whole = |code: &str| jupyter.ask_kernel(kernel, "whole", ("code", json!(code)));
    assert_eq!(whole("fn f() {"), json!({"status": "incomplete", "indent": "    "}));
    assert_eq!(whole("fn f() {}")["status"], "complete");
    assert_eq!(whole("}")["status"], "invalid");
}

/// Without colours.
fn strip(text: &str) -> String {
    let mut plain = String::new();
    for (number, piece) in text.split('\u{1b}').enumerate() {
        let rest =
            if number == 0 { piece } else { piece.split_once('m').map_or("", |(_, rest)| rest) };
        plain.push_str(rest);
    }
    plain
}
