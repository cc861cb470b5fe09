//! The same workloads in Python, measured beside Rust.
//!
//! `python/workloads.py` runs as a process: one line of JSON goes in on stdin,
//! one record comes out on stdout. It stays a file, not text for `python -c`:
//! where Python spawns its pool workers anew, they import it by its path.
//!
//! Python is isolated (`-I`): it imports its own modules, not a learner's `random.py` beside
//! the notebook, and looks at no `PYTHONPATH`. Its pool workers inherit that.
//!
//! What the record counts, so that it can stand beside a run in Rust:
//! - `wall`: from the call of the model until its last result, taken by Python
//!   itself. The start of the interpreter and the end of a pool are no part.
//! - `start`: until the last worker began its first job. Python starts the
//!   workers of a pool as the jobs come, so there is no earlier moment.
//! - `transfer`: zero. Python's process pool does not tell it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Output as Ended};
use std::time::Duration;

use record::Record;
use serde_json::{Value, json};

use crate::error::Error;
use crate::record::{Language, Model, Run};
use crate::system::Program;
use crate::work::Job;

mod record;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python/workloads.py");

/// Prints whether this Python is new enough, its name and its own program, which may be behind
/// a script that takes a tenth of a second to find it. It runs on any Python 3.
const PROBE: &str = "
import platform, sys
kind = platform.python_implementation().replace('CPython', 'Python')
gil = getattr(sys, '_is_gil_enabled', lambda: True)()
print(sys.version_info >= (3, 10))
print('%s %s (GIL %s)' % (kind, platform.python_version(), 'on' if gil else 'off'))
print(sys.executable or '')
";

/// How long a Python may take to say which it is.
const PROBE_LIMIT: Duration = Duration::from_secs(10);

/// How long a Python may take for jobs, beside what they wait. No run of the course comes
/// near; one that does would have hung the cell without a word.
const RUN_LIMIT: Duration = Duration::from_secs(300);

/// How many of the last lines that a failed Python wrote are shown.
const LAST_LINES: usize = 3;

/// What an error comes from.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// A Python that can run the workloads.
#[derive(Clone, Debug)]
pub(crate) struct Python {
    program: OsString,
    version: String,
    language: Language,
}

/// Under these names a Python without interpreter lock is installed.
const FREE_NAMES: [&str; 2] = ["python3.14t", "python3.13t"];

/// The Python that `CONCURRENCY_PYTHON` names, else the `python3` on `PATH`. It is started
/// to ask which it is, which takes 10 s at the most.
///
/// # Errors
/// A note for the learner, if there is none, it is older than 3.10, or it does not answer.
pub(crate) fn find() -> Result<Python, String> {
    let named = env::var_os("CONCURRENCY_PYTHON").filter(|name| !name.is_empty());
    let program = named.unwrap_or_else(|| "python3".into());
    Python::probe(program).map_err(|why| {
        format!("Python is not shown: {why}. Set CONCURRENCY_PYTHON to a Python from 3.10 on")
    })
}

/// The Python without interpreter lock that `CONCURRENCY_PYTHON_FREE` names, else the first of
/// `python3.14t` and `python3.13t` on `PATH`.
///
/// # Errors
/// A note for the learner, if there is none, it has the lock, or it does not answer.
pub(crate) fn find_free() -> Result<Python, String> {
    let named = env::var_os("CONCURRENCY_PYTHON_FREE").filter(|name| !name.is_empty());
    let found = match named {
        Some(name) => Python::probe(name),
        None => FREE_NAMES
            .into_iter()
            .find_map(|name| Python::probe(name.into()).ok())
            .ok_or_else(|| format!("there is no {}", FREE_NAMES.join(" and no "))),
    };
    match found {
        Ok(python) if python.version.ends_with("(GIL off)") => {
            Ok(Python { language: Language::FreePython, ..python })
        }
        Ok(python) => Err(format!("{} has it", python.version)),
        Err(why) => Err(why),
    }
    .map_err(|why| {
        format!("Python without interpreter lock is not shown: {why}. Set CONCURRENCY_PYTHON_FREE")
    })
}

impl Python {
    fn probe(program: OsString) -> Result<Python, String> {
        let name = program.to_string_lossy().into_owned();
        let mut command = isolated(&program);
        let started = Program::start(command.args(["-c", PROBE]), &[]);
        let started = started.map_err(|error| format!("{name} cannot be started: {error}"))?;
        let ended = started.end_within(PROBE_LIMIT).map_err(|error| error.to_string());
        let printed = ended.and_then(successful);
        let printed = printed.map_err(|why| format!("{name} does not work: {why}"))?;
        match printed.lines().collect::<Vec<_>>()[..] {
            ["True", version, itself] => {
                let program = if itself.is_empty() { program } else { itself.into() };
                Ok(Python { program, version: version.to_owned(), language: Language::Python })
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
    /// If Python has no such model or job, fails, or takes five minutes longer than the jobs
    /// wait: then it is killed, and its workers end with it.
    pub fn run(&self, model: Model, jobs: &[Job]) -> Result<Run, Error> {
        self.run_within(time_limit(jobs), model, jobs)
    }

    fn run_within(&self, limit: Duration, model: Model, jobs: &[Job]) -> Result<Run, Error> {
        let failed = |why: Source| {
            Error::caused_by(format!("{} failed on \"{model}\": {why}", self.version), why)
        };
        let request = request(model, jobs)?;
        let answer = self.ask(&request, limit).map_err(failed)?;
        let unreadable = |why: Source| {
            let text = format!("{} failed on \"{model}\"", self.version);
            Error::caused_by(format!("{text}: its answer cannot be read: {why}"), why)
        };
        let record: Record = serde_json::from_str(&answer).map_err(|e| unreadable(e.into()))?;
        record.into_run(self.language, model, jobs).map_err(|why| unreadable(why.into()))
    }

    /// Sends one line, and waits for the answer and the end of the process. Until then its
    /// stdin stays open: one that ends earlier tells Python that this program is gone.
    fn ask(&self, request: &Value, limit: Duration) -> Result<String, Source> {
        if !Path::new(SCRIPT).is_file() {
            return Err(
                format!("{SCRIPT} is missing. Is the checkout complete, or was it moved?").into()
            );
        }
        let line = format!("{request}\n");
        let program = Program::start(isolated(&self.program).arg(SCRIPT), line.as_bytes())?;
        Ok(successful(program.end_within(limit)?)?)
    }
}

/// How long the jobs may take in Python: one after the other waits the longest.
fn time_limit(jobs: &[Job]) -> Duration {
    jobs.iter().map(Job::waiting).fold(RUN_LIMIT, Duration::saturating_add)
}

/// It imports nothing of the learner's, and nothing is written beside the script. (Isolated,
/// it takes no `PYTHONDONTWRITEBYTECODE` from the environment.)
fn isolated(program: &OsStr) -> Command {
    let mut command = Command::new(program);
    command.args(["-I", "-B"]);
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
        Model::Rayon(_)
        | Model::AsyncThreads(_)
        | Model::AsyncBlocking(_)
        | Model::Mpi(_)
        | Model::Broker(_) => {
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
        Job::Echo(_) | Job::Mix(_) | Job::Fault(_) => {
            Err(Error::new(format!("the Python version has no job \"{job}\", only fib and dishes")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::Dish;

    #[test]
    fn a_run_that_takes_too_long_is_killed_and_says_so() {
        use std::error::Error;
        let jobs = [Job::Cook { dish: Dish::Toast, time: Duration::from_secs(1000) }];
        let python = find().expect("the tests need a Python");
        let ran = python.run_within(Duration::from_millis(300), Model::Serial, &jobs);
        let error = ran.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("failed on \"serial\": it did not end within 300 ms"), "{text}");
        let source = error.source().expect("it comes from another").downcast_ref();
        let kind = source.map(std::io::Error::kind);
        assert_eq!(kind, Some(std::io::ErrorKind::TimedOut));
    }

    #[test]
    fn jobs_may_wait_as_long_as_they_say() {
        let wait = |seconds| Job::Cook { dish: Dish::Toast, time: Duration::from_secs(seconds) };
        assert_eq!(time_limit(&[]), Duration::from_secs(300));
        assert_eq!(time_limit(&[wait(1_000), Job::Fib(1), wait(5)]), Duration::from_secs(1_305));
        assert_eq!(time_limit(&[wait(u64::MAX), wait(u64::MAX)]), Duration::MAX);
    }
}
