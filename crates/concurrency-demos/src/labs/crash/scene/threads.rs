//! A thread for the job and for each neighbour.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use super::strike::strike;
use super::{BEFORE, CALLER_LIMIT, NEIGHBOURS, WORK, What, note};
use crate::error::Error;
use crate::format::seconds;
use crate::labs::crash::Crash;
use crate::system::{panic_message, spawn};

pub(super) fn program(crash: Crash) -> Result<(), Error> {
    let neighbours = (0..NEIGHBOURS).map(|_| spawn("neighbour", neighbour));
    let neighbours = neighbours.collect::<Result<Vec<_>, _>>()?;
    if let Some(seen) = seen_of(crash)? {
        note(What::Noticed(seen));
        replace()?;
    }
    neighbours.into_iter().for_each(|neighbour| drop(neighbour.join()));
    Ok(())
}

pub(super) fn neighbour() {
    thread::sleep(WORK);
    note(What::Finished);
}

/// Another job in the place of the lost one.
pub(super) fn replace() -> Result<(), Error> {
    let job = spawn("job", || ())?;
    if job.join().is_ok() {
        note(What::Replaced);
    }
    Ok(())
}

/// Waits for the job: what the caller sees of its loss, if it is lost. A thread that does not
/// answer cannot be joined, for that would wait for ever: so the job has a channel, too.
fn seen_of(crash: Crash) -> Result<Option<String>, Error> {
    let (result, answer) = mpsc::channel();
    let job = spawn("job", move || {
        thread::sleep(BEFORE);
        strike(crash);
        let _ = result.send(());
    })?;
    Ok(match answer.recv_timeout(CALLER_LIMIT) {
        Ok(()) => None,
        Err(RecvTimeoutError::Disconnected) => {
            let said = job.join().err().map(|panic| panic_message(&*panic)).unwrap_or_default();
            Some(format!("join gave an error, a panic with \"{said}\""))
        }
        Err(RecvTimeoutError::Timeout) => {
            let limit = seconds(CALLER_LIMIT);
            Some(format!("no answer within {limit}; the thread goes on, nothing can end it"))
        }
    })
}
