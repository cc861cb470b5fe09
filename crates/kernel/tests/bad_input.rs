//! What `warm-kernel` says when it is given something wrong: one sentence.

use std::fs;
use std::path::Path;
use std::process::Command;

const SETTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../notebook/kernel/kernel.toml");

/// What it says with these arguments, which must be an error; no folder may be left behind.
fn error(arguments: &[&str]) -> String {
    let temp = tempfile::tempdir_in("/tmp").expect("a temp folder");
    let output = Command::new(env!("CARGO_BIN_EXE_warm-kernel"))
        .args(arguments)
        .env("TMPDIR", temp.path())
        .output()
        .expect("it starts");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(fs::read_dir(temp.path()).expect("it is ours").count(), 0, "{said}");
    assert!(said.starts_with("error: ") && said.lines().count() == 1, "{said}");
    said
}

#[test]
fn settings_that_cannot_be_read_are_named() {
    let said = error(&["start", "/nowhere/kernel.toml", "connection.json"]);
    assert!(said.contains("cannot read the settings file /nowhere/kernel.toml"), "{said}");

    let temp = tempfile::tempdir().expect("a temp folder");
    let garbled = temp.path().join("kernel.toml");
    fs::write(&garbled, "name = 'rust'\ncolour = 'red'\n").expect("a file");
    let garbled = garbled.to_str().expect("UTF-8");
    let said = error(&["install", garbled, "--prefix", "."]);
    assert!(said.contains("kernel.toml, line 2: unknown field `colour`, expected"), "{said}");
}

#[test]
fn a_missing_connection_file_or_prefix_is_named() {
    let said = error(&["start", SETTINGS, "/nowhere/connection.json"]);
    assert!(said.contains("cannot read the connection file /nowhere/connection.json"), "{said}");

    assert!(!Path::new("/nowhere").exists());
    let said = error(&["install", SETTINGS, "--prefix", "/nowhere"]);
    assert!(said.contains("/nowhere is missing; run ./kernel-setup.sh"), "{said}");
}
