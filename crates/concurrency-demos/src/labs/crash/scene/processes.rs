//! A process for the job and for each neighbour.

use std::env;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use super::program::{notes_of, seen};
use super::strike::strike;
use super::{BEFORE, CALLER_LIMIT, NEIGHBOURS, PROGRAM_LIMIT, Role, Scene, What, note, write};
use crate::error::Error;
use crate::labs::crash::{Crash, Home};
use crate::system::{Ended, spawn, spawn_in};

/// How a process says that it has panicked.
const PANICKED: u8 = 101;

pub(super) fn program(crash: Crash) -> Result<(), Error> {
    let neighbour = || {
        let (_, notes, _) = run(Role::Neighbour, None, PROGRAM_LIMIT)?;
        pass_on(&notes);
        Ok(())
    };
    thread::scope(|scope| {
        let neighbours = (0..NEIGHBOURS).map(|_| spawn_in(scope, "neighbour", neighbour));
        let neighbours = neighbours.collect::<Result<Vec<_>, _>>()?;
        let (status, notes, words) = run(Role::Job, Some(crash), CALLER_LIMIT)?;
        pass_on(&notes);
        if status.is_none_or(|status| !status.success()) {
            note(What::Noticed(seen(status, CALLER_LIMIT, &words)));
            replace()?;
        }
        neighbours.into_iter().try_for_each(|it| it.join().expect("it never panics"))
    })
}

/// Another job in the place of the lost one.
pub(super) fn replace() -> Result<(), Error> {
    let (status, ..) = run(Role::Job, None, PROGRAM_LIMIT)?;
    if status.is_some_and(|status| status.success()) {
        note(What::Replaced);
    }
    Ok(())
}

/// The process of the job. The job has a thread of its own there, because the stack of the main
/// thread may be without end; its panic ends the process as one of the main thread does.
pub(super) fn job(crash: Option<Crash>) -> Result<ExitCode, Error> {
    let Some(crash) = crash else { return Ok(ExitCode::SUCCESS) };
    let job = spawn("job", move || {
        thread::sleep(BEFORE);
        strike(crash);
    })?;
    Ok(if job.join().is_ok() { ExitCode::SUCCESS } else { ExitCode::from(PANICKED) })
}

/// Runs this program again, in another role.
fn run(role: Role, crash: Option<Crash>, limit: Duration) -> Result<Ended, Error> {
    let program = env::current_exe().map_err(|error| {
        Error::caused_by(format!("finding this program failed: {error}"), error)
    })?;
    Scene { role, home: Home::Process, crash }.run(&program, limit)
}

/// What a process has noted of its job belongs to the notes of the program.
fn pass_on(notes: &[u8]) {
    let notes = notes_of(notes).into_iter();
    let own = |what: &What| matches!(what, What::Ready(_) | What::Over);
    notes.filter(|note| !own(&note.what)).for_each(|note| write(&note));
}
