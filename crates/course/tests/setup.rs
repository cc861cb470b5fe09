//! `kernel-setup.sh` as a newcomer meets it: wrong words, missing tools, cleaning up.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A checkout with nothing in it but what the script reads before it builds, in a folder
/// whose name holds a space and a letter outside ASCII.
struct Checkout {
    temp: TempDir,
    root: PathBuf,
}

impl Checkout {
    fn new() -> Self {
        let temp = tempfile::tempdir().expect("a temp folder can be made");
        let root = temp.path().join("Stra\u{df}e 1");
        fs::create_dir(&root).expect("the temp folder is writable");
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for name in ["kernel-setup.sh", "Cargo.toml"] {
            fs::copy(project.join(name), root.join(name)).expect("the file is in the project");
        }
        Self { temp, root }
    }

    /// A program that answers every call with `line` and `status`, found before the real one.
    fn fake(&self, program: &str, line: &str, status: i32) {
        let folder = self.temp.path().join("fakes");
        fs::create_dir_all(&folder).expect("the temp folder is writable");
        let file = folder.join(program);
        fs::write(&file, format!("#!/bin/sh\necho '{line}'\nexit {status}\n")).expect("writable");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("our own file");
    }

    fn call(&self, script: &Path, arguments: &[&str]) -> Output {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let fakes = std::iter::once(self.temp.path().join("fakes"));
        let path = std::env::join_paths(fakes.chain(std::env::split_paths(&path)));
        // Through bash: a file that was just written cannot always be executed itself, while
        // another thread of the tests is forking.
        Command::new("bash")
            .arg(script)
            .args(arguments)
            .current_dir("/")
            .env("PATH", path.expect("temp folders hold no colon"))
            .env("CARGO_HOME", self.temp.path().join("cargo"))
            .env("PYTHON", "/nowhere/python3")
            .output()
            .expect("bash starts")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.root).expect("the checkout is there");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("readable").file_name().into_string().expect("ASCII"))
            .collect();
        names.sort();
        names
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_unknown_verb_gets_an_error_and_the_help() {
    let checkout = Checkout::new();
    let output = checkout.call(&checkout.root.join("kernel-setup.sh"), &["lob"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is no verb \"lob\""));
    assert!(stderr(&output).contains("Usage: ./kernel-setup.sh"));
}

#[test]
fn all_that_is_missing_is_named_at_once_and_nothing_is_half_done() {
    let checkout = Checkout::new();
    checkout.fake("cargo", "cargo 1.80.1 (376290515 2024-07-16)", 0);
    checkout.fake("rustc", "rustc 1.80.1 (3f5fd8dd4 2024-08-06)", 0);
    checkout.fake("cc", "cannot find crt1.o", 1);
    let before = checkout.names();
    let output = checkout.call(&checkout.root.join("kernel-setup.sh"), &["lab"]);
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let lines: Vec<_> = stderr.lines().collect();
    assert_eq!(lines.len(), 3, "{stderr}");
    assert!(lines[0].contains("cargo is 1.80.1"), "{stderr}");
    assert!(lines[1].contains("cannot find crt1.o"), "{stderr}");
    assert!(lines[2].contains("Python 3.10 or newer"), "{stderr}");
    assert!(lines.iter().all(|line| line.starts_with("missing: ")), "{stderr}");
    assert_eq!(checkout.names(), before);
}

#[test]
fn clean_removes_what_set_up_makes_and_nothing_else_also_through_a_link() {
    let checkout = Checkout::new();
    for folder in [".venv/lib", "target/release", "html", "notebooks"] {
        fs::create_dir_all(checkout.root.join(folder)).expect("the checkout is writable");
    }
    let link = checkout.temp.path().join("a link");
    symlink(checkout.root.join("kernel-setup.sh"), &link).expect("links can be made");
    let output = checkout.call(&link, &["clean"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(checkout.names(), ["Cargo.toml", "kernel-setup.sh", "notebooks"]);
}
