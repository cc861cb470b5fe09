//! Kernels under test, driven through Jupyter's own client.

mod lent;
mod turns;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::processes::kill_all;
use turns::Turn;

/// As long as `kernels.py` waits: a small build takes half a minute on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// A Jupyter client with its kernels, and a temp folder for them alone.
pub struct Jupyter {
    driver: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    processes: Vec<u64>,
    temp: TempDir,
    turn: Option<Turn>,
}

/// What came of a cell.
pub struct Answer {
    /// `ok` or `error`.
    pub status: String,
    /// The name of the error.
    pub name: Option<String>,
    /// All that it printed or returned.
    pub text: String,
    /// The types of its outputs, in order.
    pub kinds: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

impl Jupyter {
    /// A client without a kernel, beside that of another test.
    pub fn new() -> Self {
        Self::in_turn(Turn::beside_another())
    }

    /// The same while no other test runs, for what compares times.
    pub fn alone() -> Self {
        Self::in_turn(Turn::alone())
    }

    fn in_turn(turn: Turn) -> Self {
        let root = checkout();
        for needed in [".venv/bin/python", "target/warm/stamp"] {
            let there = root.join(needed).exists();
            assert!(there, "{needed} is missing: run ./kernel-setup.sh first");
        }
        let temp = tempfile::tempdir_in("/tmp").expect("a temp folder");
        let (driver, requests, answers) = start_driver(temp.path());
        let requests = Some(requests);
        Self { driver, requests, answers, processes: Vec::new(), temp, turn: Some(turn) }
    }

    /// Starts another process that starts kernels, in place of a killed one; its kernels count from 0.
    pub fn start_server(&mut self) {
        let _ = self.driver.wait();
        let (driver, requests, answers) = start_driver(self.temp());
        (self.driver, self.requests, self.answers) = (driver, Some(requests), answers);
        self.processes.clear();
    }

    /// A client with one kernel of this checkout, which is ready.
    pub fn with_kernel() -> (Self, usize) {
        let mut jupyter = Self::new();
        let kernel = jupyter.start(&checkout());
        jupyter.wait(kernel);
        (jupyter, kernel)
    }

    /// Starts a kernel for a checkout and returns its number.
    pub fn start(&mut self, root: &Path) -> usize {
        let settings = root.join("crates/notebook/kernel/kernel.toml");
        let argv =
            json!([env!("CARGO_BIN_EXE_warm-kernel"), "start", settings, "{connection_file}"]);
        self.start_by(&argv, &root.join("notebooks"))
    }

    /// Starts one for this checkout with one more variable, `NAME=value`, and returns its number.
    pub fn start_with(&mut self, variable: &str) -> usize {
        let settings = checkout().join("crates/notebook/kernel/kernel.toml");
        let program = env!("CARGO_BIN_EXE_warm-kernel");
        let argv =
            json!(["/usr/bin/env", variable, program, "start", settings, "{connection_file}"]);
        self.start_by(&argv, &checkout().join("notebooks"))
    }

    /// Starts a kernel by a command, as a kernelspec has it, and returns its number.
    pub fn start_by(&mut self, argv: &Value, cwd: &Path) -> usize {
        let answer = self.ask(&json!({"do": "start", "argv": argv, "cwd": cwd}));
        self.processes.push(answer["pid"].as_u64().expect("a process id"));
        self.processes.len() - 1
    }

    /// Waits until it answers.
    pub fn wait(&mut self, kernel: usize) {
        self.ask(&json!({"do": "wait", "kernel": kernel}));
    }

    /// Lets many clients connect, ask and leave, some before they are answered.
    pub fn crowd(&mut self, kernel: usize) {
        self.ask(&json!({"do": "crowd", "kernel": kernel}));
    }

    /// Runs a cell.
    pub fn run(&mut self, kernel: usize, code: &str) -> Answer {
        self.answer(&json!({"do": "run", "kernel": kernel, "code": code}))
    }

    /// Runs a cell that is interrupted after so many seconds.
    pub fn run_interrupted(&mut self, kernel: usize, code: &str, seconds: f64) -> Answer {
        self.answer(&json!({"do": "run", "kernel": kernel, "code": code, "interrupt": seconds}))
    }

    /// Sends cells all at once and returns what became of each.
    pub fn queue(&mut self, kernel: usize, codes: &[&str], stop: bool) -> Vec<String> {
        let request = json!({"do": "queue", "kernel": kernel, "codes": codes, "stop": stop});
        let statuses = self.ask(&request)["statuses"].take();
        serde_json::from_value(statuses).expect("texts")
    }

    /// Asks something of a kernel: see `kernels.py`.
    pub fn ask_kernel(&mut self, kernel: usize, what: &str, argument: (&str, Value)) -> Value {
        let mut request = json!({"do": what, "kernel": kernel});
        request[argument.0] = argument.1;
        self.ask(&request)
    }

    fn answer(&mut self, request: &Value) -> Answer {
        let answer = self.ask(request);
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        let kinds = answer["kinds"].as_array().expect("a list").iter();
        Answer {
            status: text("status").expect("a text"),
            name: text("name"),
            text: text("text").expect("a text"),
            kinds: kinds.map(|kind| kind.as_str().expect("a text").to_owned()).collect(),
            seconds: answer["seconds"].as_f64().expect("a number"),
        }
    }

    /// Runs a cell that must succeed and returns its output.
    pub fn ok(&mut self, kernel: usize, code: &str) -> String {
        let answer = self.run(kernel, code);
        assert_eq!(answer.status, "ok", "{code}\n{}", answer.text);
        answer.text
    }

    /// Begins a cell.
    pub fn send(&mut self, kernel: usize, code: &str) {
        self.ask(&json!({"do": "send", "kernel": kernel, "code": code}));
    }

    /// The documentation of what is at the cursor.
    pub fn inspect(&mut self, kernel: usize, code: &str, cursor: usize) -> String {
        let request = json!({"do": "inspect", "kernel": kernel, "code": code, "cursor": cursor});
        let answer = self.ask(&request);
        answer["text"].as_str().expect("a text").to_owned()
    }

    /// Kills the kernel's process, and that one alone.
    pub fn kill(&self, kernel: usize) {
        kill_all(&[self.processes[kernel].try_into().expect("an id")]);
    }

    /// Kills the process that started the kernels.
    pub fn kill_server(&mut self) {
        self.driver.kill().expect("it runs");
        self.driver.wait().expect("it is gone");
    }

    /// The process that started the kernels.
    pub fn driver(&self) -> i32 {
        self.driver.id().try_into().expect("an id")
    }

    /// The kernel's process.
    pub fn process_id(&self, kernel: usize) -> u64 {
        self.processes[kernel]
    }

    /// Exists as long as the kernel's process does.
    pub fn process(&self, kernel: usize) -> PathBuf {
        Path::new("/proc").join(self.processes[kernel].to_string()).join("cwd")
    }

    /// Shuts the kernel down as JupyterLab does.
    pub fn stop(&mut self, kernel: usize) {
        self.ask(&json!({"do": "stop", "kernel": kernel}));
    }

    /// The temp folder of these kernels.
    pub fn temp(&self) -> &Path {
        self.temp.path()
    }

    /// The kernels' folders that are there now.
    pub fn folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.temp()).expect("it is ours").flatten();
        let kernels = entries.map(|entry| entry.path());
        kernels.filter(|path| path.to_string_lossy().contains("warm-kernel-")).collect()
    }

    /// Asks something: see `kernels.py`.
    pub fn ask(&mut self, request: &Value) -> Value {
        let requests = self.requests.as_mut().expect("open until dropped");
        writeln!(requests, "{request}").expect("the driver listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the driver answers");
        serde_json::from_str(&line).expect("the driver's own report is above")
    }
}

/// Starts the process that starts kernels: it stands for Jupyter's server.
fn start_driver(temp: &Path) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let root = checkout();
    let mut driver = Command::new(root.join(".venv/bin/python"))
        .args(["-E", "-B"])
        .arg(root.join("crates/kernel/tests/kernel/jupyter_client/kernels.py"))
        .env("TMPDIR", temp)
        .env_remove("WARM_KERNEL_SPARE")
        .env("JUPYTER_RUNTIME_DIR", temp.join("runtime"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let requests = driver.stdin.take().expect("the pipe was asked for");
    let answers = BufReader::new(driver.stdout.take().expect("the pipe was asked for"));
    (driver, requests, answers)
}

impl Drop for Jupyter {
    fn drop(&mut self) {
        // It stops the kernels that are left.
        drop(self.requests.take());
        let _ = self.driver.wait();
    }
}

/// The first line of every notebook.
pub fn dep() -> String {
    ":dep notebook = { path = \"../crates/notebook\" }".to_owned()
}

/// The checkout that these tests were built in.
pub fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the checkout")
}

/// Copies a file or a folder, with its times.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().expect("a parent")).expect("a writable folder");
    let copied = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(copied.is_ok_and(|status| status.success()), "cannot copy {}", from.display());
}

/// Whether a process has these words in its command line.
pub fn running(words: &str) -> bool {
    let processes = fs::read_dir("/proc").expect("the processes").flatten();
    let lines = processes.map(|process| fs::read(process.path().join("cmdline")));
    lines.flatten().any(|line| String::from_utf8_lossy(&line).contains(words))
}

/// Waits for something that is on its way.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "it never came true that {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
