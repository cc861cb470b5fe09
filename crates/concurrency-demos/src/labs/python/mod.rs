//! The same workloads in Python, measured beside Rust.
//!
//! `python/workloads.py` runs as a process: one line of JSON goes in on stdin,
//! one record comes out on stdout. It stays a file, not text for `python -c`:
//! where Python spawns its pool workers anew, they import it by its path.
//!
//! What the record counts, so that it can stand beside a run in Rust:
//! - `wall`: from the call of the model until its last result, taken by Python
//!   itself. The start of the interpreter and the end of a pool are no part.
//! - `start`: until the last worker began its first job. Python starts the
//!   workers of a pool as the jobs come, so there is no earlier moment.
//! - `transfer`: zero. Python's process pool does not tell it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output as Ended, Stdio};

use record::Record;
use serde_json::{Value, json};

use crate::error::Error;
use crate::record::{Model, Run};
use crate::work::Job;

mod record;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python/workloads.py");

/// Prints whether this Python is new enough, its name and its own program, which may be behind
/// a script that takes a tenth of a second to find it. It runs on any Python.
const PROBE: &str = "
import platform, sys
kind = platform.python_implementation().replace('CPython', 'Python')
gil = getattr(sys, '_is_gil_enabled', lambda: True)()
print(sys.version_info >= (3, 10))
print('%s %s (GIL %s)' % (kind, platform.python_version(), 'on' if gil else 'off'))
print(sys.executable or '')
";

/// How many of the last lines that a failed Python wrote are shown.
const LAST_LINES: usize = 3;

/// A Python that can run the workloads.
pub(crate) struct Python {
    program: OsString,
    version: String,
}

/// The Python that `CONCURRENCY_PYTHON` names, else the `python3` on `PATH`.
///
/// # Errors
/// A note for the learner, if there is none or it is older than 3.10.
pub(crate) fn find() -> Result<Python, String> {
    let named = env::var_os("CONCURRENCY_PYTHON").filter(|name| !name.is_empty());
    let program = named.unwrap_or_else(|| "python3".into());
    Python::probe(program).map_err(|why| {
        format!("Python is not shown: {why}. Set CONCURRENCY_PYTHON to a Python from 3.10 on")
    })
}

impl Python {
    fn probe(program: OsString) -> Result<Python, String> {
        let name = program.to_string_lossy().into_owned();
        let ended = command(&program).args(["-c", PROBE]).stdin(Stdio::null()).output();
        let ended = ended.map_err(|error| format!("{name} cannot be started: {error}"))?;
        let printed = successful(ended).map_err(|why| format!("{name} does not work: {why}"))?;
        match printed.lines().collect::<Vec<_>>()[..] {
            ["True", version, itself] => {
                let program = if itself.is_empty() { program } else { itself.into() };
                Ok(Python { program, version: version.to_owned() })
            }
            ["False", version, _] => Err(format!("{name} is too old, it is {version}")),
            _ => Err(format!("{name} is no Python")),
        }
    }

    /// Its name for a caption: `Python 3.11.7 (GIL on)`.
    pub fn version(&self) -> String {
        self.version.clone()
    }

    /// Runs the jobs in a new Python process. If this program ends meanwhile,
    /// the process and its workers end too.
    ///
    /// # Errors
    /// If Python has no such model or job, or fails.
    pub fn run(&self, model: Model, jobs: &[Job]) -> Result<Run, Error> {
        let failed = |why| Error::new(format!("{} failed on \"{model}\": {why}", self.version));
        let request = request(model, jobs)?;
        let answer = self.ask(&request).map_err(failed)?;
        let record = serde_json::from_str(&answer).map_err(|error| error.to_string());
        let run = record.and_then(|record: Record| record.into_run(model, jobs));
        run.map_err(|why| failed(format!("its answer cannot be read: {why}")))
    }

    /// Sends one line, and waits for the answer and the end of the process.
    fn ask(&self, request: &Value) -> Result<String, String> {
        if !Path::new(SCRIPT).is_file() {
            return Err(format!("{SCRIPT} is missing. Is the checkout complete, or was it moved?"));
        }
        let mut command = command(&self.program);
        command.arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        // Taken, so that it stays open until Python has ended: a stdin that
        // ends earlier tells Python that this program is gone.
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let ended = std::thread::scope(|scope| {
            // On a thread: Python may fill a pipe before it reads the line. A
            // failed write is no news, for Python's own end tells more.
            scope.spawn(|| writeln!(stdin, "{request}"));
            child.wait_with_output()
        });
        drop(stdin);
        successful(ended.map_err(|error: io::Error| error.to_string())?)
    }
}

/// Nothing is written beside the script, and no other stdin is inherited.
fn command(program: &OsStr) -> Command {
    let mut command = Command::new(program);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// What the process printed, or how it failed and its last words.
fn successful(ended: Ended) -> Result<String, String> {
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&ended.stderr);
    let lines: Vec<&str> = words.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n");
    let status = ended.status;
    Err(if last.is_empty() { status.to_string() } else { format!("{status}; it wrote:\n{last}") })
}

fn request(model: Model, jobs: &[Job]) -> Result<Value, Error> {
    let (function, workers) = match model {
        Model::Serial => ("serial", 1),
        Model::Processes(workers) => ("processes", workers),
        Model::ThreadPerJob => ("thread_per_job", jobs.len()),
        Model::Threads(workers) => ("threads", workers),
        Model::Async => ("tasks", 1),
        Model::Rayon(_) | Model::AsyncThreads(_) | Model::AsyncBlocking(_) => {
            return Err(Error::new(format!(
                "the Python version has no \"{model}\": it can be measured with Serial, \
                 Processes, ThreadPerJob, Threads and Async"
            )));
        }
    };
    if model.workers() == Some(0) {
        return Err(Error::new(format!("Python, {model}: at least one worker is needed, not 0")));
    }
    let jobs = jobs.iter().map(job).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "model": function, "workers": workers, "jobs": jobs }))
}

fn job(job: &Job) -> Result<Value, Error> {
    job.check()?;
    match job {
        Job::Fib(n) => Ok(json!(["fib", n])),
        Job::Cook { dish, time } => Ok(json!([dish.to_string(), time.as_secs_f64()])),
        Job::Echo(_) | Job::Fault(_) => {
            Err(Error::new(format!("the Python version has no job \"{job}\", only fib and dishes")))
        }
    }
}
