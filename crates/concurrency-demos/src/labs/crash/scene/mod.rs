//! What runs inside the program of a scene: `concurrency-worker crash`.

mod processes;
mod program;
mod strike;
mod tasks;
mod threads;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Crash, Home};
use crate::error::Error;
use crate::pool::BUILD_ID;
use crate::system::{clock, end_with_parent, spawn};
pub(super) use program::{notes_of, seen};

/// The first argument of the program.
const ARGUMENT: &str = "crash";

/// How many neighbours a job has.
pub(crate) const NEIGHBOURS: usize = 2;

/// How long a job works before it goes wrong.
const BEFORE: Duration = Duration::from_millis(40);

/// How long a neighbour works: it is in the middle of it when the job goes wrong.
const WORK: Duration = Duration::from_millis(120);

/// How long the caller waits for the job.
pub(crate) const CALLER_LIMIT: Duration = Duration::from_millis(300);

/// How long the program of a scene may take. Only one that cannot help itself comes near.
pub(crate) const PROGRAM_LIMIT: Duration = Duration::from_secs(2);

/// What a program is told on its standard input.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Scene {
    pub role: Role,
    pub home: Home,
    /// `None`: nothing goes wrong, and there is the job alone, which gives its result at once.
    pub crash: Option<Crash>,
}

/// What a process is in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Role {
    /// The program: the caller, and the jobs unless these have processes of their own.
    Program,
    /// The process of the job that goes wrong.
    Job,
    /// The process of a neighbour.
    Neighbour,
}

/// What a program tells on its standard output, a line of JSON each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Note {
    /// By the monotonic clock, which is the same in all processes of a machine.
    pub at: Duration,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum What {
    /// It has begun, and was built from these sources.
    Ready(String),
    /// The job goes wrong now.
    Strikes,
    /// The job has gone on: it was told no, or (`None`) nothing happened to it.
    WentOn(Option<String>),
    /// A neighbour has finished.
    Finished,
    /// This is what the caller saw of the job.
    Noticed(String),
    /// Another job in the place of the lost one has given its result.
    Replaced,
    /// The program has come to its end.
    Over,
}

/// Tells it now.
fn note(what: What) {
    write(&Note { at: clock::now(), what });
}

/// Tells it in one piece.
fn write(note: &Note) {
    let line = serde_json::to_string(note).expect("a note is plain data") + "\n";
    let mut stdout = io::stdout().lock();
    // Nobody is left to hear of an error: this process is about to end with its parent.
    let _ = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush());
}

/// The program of a scene of the crash lab. It is told on standard input what is to go wrong,
/// and ends with its parent.
pub fn crash_main() -> ExitCode {
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line).map_err(|error| error.to_string());
    let scene = read.and_then(|_| serde_json::from_str(&line).map_err(|error| error.to_string()));
    match scene.map_err(Error::new).and_then(play) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("concurrency-worker {ARGUMENT}: {error}");
            ExitCode::from(2)
        }
    }
}

fn play(scene: Scene) -> Result<ExitCode, Error> {
    strike::leave_no_core();
    spawn("watch", || end_with_parent(&io::stdin()))?;
    note(What::Ready(BUILD_ID.to_owned()));
    let Scene { role, home, crash } = scene;
    let has_the_job = role == Role::Job || (role == Role::Program && home != Home::Process);
    if let Some(crash) = crash.filter(|_| has_the_job) {
        strike::prepare(crash);
    }
    match (role, home, crash) {
        (Role::Job, _, crash) => return processes::job(crash),
        (Role::Neighbour, ..) => threads::neighbour(),
        (_, Home::Thread, Some(crash)) => threads::program(crash)?,
        (_, Home::Thread, None) => threads::replace()?,
        (_, Home::Task, Some(crash)) => tasks::run(tasks::program(crash))?,
        (_, Home::Task, None) => tasks::run(tasks::replace())?,
        (_, Home::Process, Some(crash)) => processes::program(crash)?,
        (_, Home::Process, None) => processes::replace()?,
    }
    note(What::Over);
    // Not by returning: a thread that loops for ever ends with the process.
    std::process::exit(0)
}
