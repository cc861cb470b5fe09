//! A scratch checkout with notebooks of its own and the kernel of this one.

use std::fmt;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A code cell: id, tags parted by spaces, source.
pub struct Cell(&'static str, &'static str, &'static str);

/// Makes a code cell.
pub const fn cell(id: &'static str, tags: &'static str, source: &'static str) -> Cell {
    Cell(id, tags, source)
}

/// A folder with `notebooks/` and `.venv`.
pub struct Checkout {
    /// Removed at the end.
    pub root: TempDir,
}

/// What a run printed, and its exit code.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// stdout, then stderr.
    pub output: String,
}

impl Checkout {
    /// Fails where the course is not set up: these tests are worth nothing without a kernel.
    pub fn new() -> Checkout {
        let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv");
        let kernel = venv.join("share/jupyter/kernels/rust/kernel.json");
        assert!(kernel.exists(), "there is no kernel in .venv: run ./kernel-setup.sh first");
        let root = TempDir::new().expect("a temporary folder");
        fs::create_dir(root.path().join("notebooks")).expect("a folder in it");
        symlink(venv, root.path().join(".venv")).expect("a link in it");
        Checkout { root }
    }

    /// Writes a notebook and returns what the file holds.
    pub fn write(&self, name: &str, cells: &[Cell]) -> String {
        let cells: Vec<Value> = cells
            .iter()
            .map(|Cell(id, tags, source)| {
                let tags: Vec<&str> = tags.split_whitespace().collect();
                json!({
                    "cell_type": "code", "id": id, "metadata": {"tags": tags}, "source": source,
                    "outputs": [], "execution_count": null,
                })
            })
            .collect();
        let notebook =
            json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).to_string();
        let path = self.root.path().join(format!("notebooks/{name}.ipynb"));
        fs::write(path, &notebook).expect("a file in a temporary folder");
        notebook
    }

    /// Reads a file of the scratch checkout.
    pub fn read(&self, path: &str) -> String {
        let path = self.root.path().join(path);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// `course run` with these arguments, in the scratch checkout.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.course("run", arguments)
    }

    /// The command `course` with this verb, in the scratch checkout.
    pub fn course(&self, verb: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command.current_dir(&self.root).arg("--root").arg(self.root.path());
        command.arg(verb).args(arguments);
        // Else Jupyter's folders would be those of the caller.
        for name in ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }
}

impl Run {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Run {
        let output = command.output().expect("course starts");
        let text = [output.stdout, output.stderr].concat();
        Run {
            code: output.status.code().expect("it ends by itself"),
            output: String::from_utf8_lossy(&text).into_owned(),
        }
    }

    /// What was told about a cell that failed: up to the next progress line.
    pub fn failure(&self, cell: &str) -> &str {
        let start = self.output.find(&format!("FAILED cell {cell}: "));
        let told = &self.output[start.unwrap_or_else(|| panic!("{cell} did not fail: {self}"))..];
        told.split("\n01-").next().expect("split gives one part at least")
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}, output:\n{}", self.code, self.output)
    }
}

/// Waits for at most three minutes: a kernel that is not prepared takes one on a busy machine.
pub fn wait_for(what: &str, mut happened: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(180);
    while !happened() {
        assert!(Instant::now() < end, "waited three minutes for {what}");
        sleep(Duration::from_millis(20));
    }
}
