//! Where lines go: a folder that a class shares, or the address that the board prints.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// How many seconds an answer may take. Nobody waits for it but the thread that delivers.
pub(super) const PATIENCE: u64 = 3;

pub(super) enum Place {
    /// The learner's own file in the shared folder: no two learners write to one.
    File(PathBuf),
    Address(String),
}

/// Why a line did not arrive, in words for the learner.
pub(super) enum Trouble {
    /// The same line may arrive later.
    Away(String),
    /// It never will.
    Refused(String),
}

impl Place {
    pub fn new(place: &str, mark: &str) -> Self {
        match place.contains("://") {
            true => Place::Address(place.to_owned()),
            false => Place::File(Path::new(place).join(format!("{mark}.jsonl"))),
        }
    }

    pub fn bring(&self, line: &str) -> Result<(), Trouble> {
        match self {
            Place::File(file) => append(file, line).map_err(|error| {
                Trouble::Away(format!(
                    "The class board gets nothing from here: its folder cannot be written to \
                     ({error}). This notebook goes on without; COURSE_BOARD names the folder."
                ))
            }),
            Place::Address(address) => post(address, line),
        }
    }
}

/// The lock is for network file systems, where a second notebook of the learner could write to
/// the same place in the file.
fn append(file: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).mode(0o644).open(file)?;
    file.lock()?;
    file.write_all(line.as_bytes())
}

/// By `minreq`: a request and the reading of its answer, with a time limit for both together, are
/// more than a few lines. It brings no other crate, and `ureq` a dozen.
fn post(address: &str, line: &str) -> Result<(), Trouble> {
    let request = minreq::post(address).with_body(line).with_timeout(PATIENCE);
    match request.send() {
        Ok(answer) if (200..300).contains(&answer.status_code) => Ok(()),
        Ok(answer) if matches!(answer.status_code, 429 | 503) => Err(away("it is busy")),
        // A line that is refused for itself is the board's concern: others will be taken.
        Ok(answer) if matches!(answer.status_code, 400 | 413) => Ok(()),
        Ok(answer) => Err(Trouble::Refused(format!(
            "The class board refuses what comes from here (answer {}): ask for its address again, \
             and set COURSE_BOARD to it. This notebook goes on without.",
            answer.status_code
        ))),
        Err(minreq::Error::IoError(error)) => Err(away(&error.to_string())),
        Err(error) => Err(Trouble::Refused(format!(
            "COURSE_BOARD is no address of a class board ({error}): ask for it again. This \
             notebook goes on without."
        ))),
    }
}

fn away(reason: &str) -> Trouble {
    Trouble::Away(format!(
        "The class board does not answer ({reason}). This notebook goes on without, and hands \
         over what was missed once it does."
    ))
}
