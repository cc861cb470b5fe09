//! The program `beyond-worker`, as who starts it sees it.

use std::env;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::protocol::{Event, Told, Why, receive, send};
use super::{Beyond, Record};
use crate::error::Error;
use crate::pool::BUILD_ID;
use crate::record::{Listener, Model, Watched};
use crate::work::Job;

const BINARY: &str = "beyond-worker";

/// What makes it.
const BUILD: &str = "./kernel-setup.sh beyond";

/// Whether there is a program that can run jobs beyond one machine.
///
/// # Errors
/// A sentence that says what makes one.
pub fn is_there() -> Result<(), String> {
    binary().map(|_| ())
}

/// Where the environment says and nowhere else, or in the workspace's target folder.
fn binary() -> Result<PathBuf, String> {
    let places = match env::var_os("BEYOND_WORKER") {
        Some(asked_for) => vec![PathBuf::from(asked_for)],
        None => {
            let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
            ["release", "debug"].map(|profile| target.join(profile).join(BINARY)).to_vec()
        }
    };
    places.into_iter().find(|place| place.is_file()).ok_or_else(|| {
        format!("the program {BINARY} is missing. `{BUILD}` installs what it needs and builds it.")
    })
}

/// The program; dropped, it is ended. It cleans up by itself then.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The inner error says what is missing, and what installs it.
pub(super) fn run(
    beyond: &Beyond,
    jobs: &[Job],
    listener: &dyn Listener,
) -> Result<Result<Record, Why>, Error> {
    if !matches!(beyond.model, Model::Mpi(_) | Model::Broker(_)) {
        let model = beyond.model;
        return Err(Error::new(format!(
            "{model} end at this machine: Model::Mpi and Model::Broker go beyond it"
        )));
    }
    let binary = match binary() {
        Ok(binary) => binary,
        Err(missing) => return Ok(Err(missing)),
    };
    let child = Command::new(&binary)
        .arg("run")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child = child.map_err(|error| {
        Error::caused_by(format!("starting {} failed: {error}", binary.display()), error)
    })?;
    let mut program = Ended(child);
    let mut said = program.0.stdout.take().expect("it is piped");
    let told = Told { beyond: beyond.clone(), jobs: jobs.to_vec() };
    let watch = Watched::by(listener.watch(beyond.model, jobs));
    check(&binary, receive(&mut said).ok())?;
    let sent = send(program.0.stdin.as_mut().expect("it is piped"), &told);
    sent.map_err(|error| Error::caused_by(format!("{BINARY} does not listen: {error}"), error))?;
    loop {
        match receive(&mut said) {
            Ok(Event::Built(_)) => {}
            Ok(Event::Began(index, span)) => watch.tell(|watch| watch.began(index, span)),
            Ok(Event::Ended(index, span, result)) => {
                watch.tell(|watch| watch.ended(index, span, &result));
                listener.ended(&jobs[index], &result);
            }
            Ok(Event::Over(record)) => {
                watch.tell(|watch| watch.over(&record.run));
                return Ok(Ok(*record));
            }
            Ok(Event::Failed(why)) => return Err(Error::new(why)),
            Ok(Event::Missing(why)) => return Ok(Err(why)),
            Err(error) => return Err(hung_up(&mut program, &error)),
        }
    }
}

/// Whether both were built from the same sources.
fn check(binary: &Path, first: Option<Event>) -> Result<(), Error> {
    let binary = binary.display();
    match first {
        Some(Event::Built(id)) if id == BUILD_ID => Ok(()),
        Some(Event::Built(id)) => Err(Error::new(format!(
            "the program {binary} is stale: it was built from other sources (build {id}) than this \
             one (build {BUILD_ID}). Build it again: {BUILD}"
        ))),
        _ => Err(Error::new(format!("{binary} is damaged or another program. Build it: {BUILD}"))),
    }
}

fn hung_up(program: &mut Ended, error: &std::io::Error) -> Error {
    let mut words = String::new();
    if error.kind() == ErrorKind::UnexpectedEof {
        let stderr = program.0.stderr.take();
        let _ = stderr.map(|mut stderr| stderr.read_to_string(&mut words));
    }
    let last = words.lines().last().unwrap_or("it said nothing");
    Error::new(format!("{BINARY} ended in the middle of a run: {last}"))
}
