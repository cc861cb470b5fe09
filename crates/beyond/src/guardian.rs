//! A process that outlives its program for a moment and cleans up after it, also when that was
//! ended by SIGKILL. What it is told of ends with the program: processes and folders.
//!
//! ```text
//! program --- pipe: "process 4711", "folder /tmp/beyond-x" ---> guardian
//!    |                                                             |
//!    ended, however: the pipe hangs up   ------------------------> ends them, removes them
//! ```
//!
//! The program cleans up by it as well, so that there is one way, which every run tries.

use std::io::{BufRead, BufReader, Write, stdin};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::time::Duration;
use std::{fs, thread};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::error::Error;
use crate::program::{beyond_worker, check_build};
use crate::protocol::BUILD_ID;

/// How long a process may take to end by itself once it is asked to.
const PATIENCE: Duration = Duration::from_secs(3);

/// The guardian, as its program sees it. Dropping it cleans up and waits until that is done.
pub(crate) struct Guardian {
    child: Child,
    pipe: Option<ChildStdin>,
}

impl Guardian {
    /// Starts one that has nothing to guard yet. Its first word is what the program was built
    /// from: a stale one is known by it before anything else is started.
    pub fn start() -> Result<Self, Error> {
        let program = beyond_worker()?;
        let child = Command::new(&program)
            .arg("guard")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0) // what interrupts its program does not interrupt it
            .spawn();
        let mut child = child
            .map_err(|error| Error::from(&format!("starting {}", program.display()), error))?;
        let (pipe, stdout) = (child.stdin.take(), child.stdout.take());
        let guardian = Guardian { child, pipe };
        let mut build_id = String::new();
        let stdout = stdout.expect("it is piped");
        let _ = BufReader::new(stdout).read_line(&mut build_id); // empty if it has ended
        check_build(&program, build_id.trim())?;
        Ok(guardian)
    }

    /// This child, and what it has started, ends with the program.
    pub fn process(&mut self, child: &Child) -> Result<(), Error> {
        self.tell("process", &child.id().to_string())
    }

    /// This folder is removed with all that is in it.
    pub fn folder(&mut self, folder: &Path) -> Result<(), Error> {
        self.tell("folder", &folder.display().to_string())
    }

    fn tell(&mut self, what: &str, which: &str) -> Result<(), Error> {
        let pipe = self.pipe.as_mut().expect("it is open until the end");
        writeln!(pipe, "{what} {which}").map_err(|error| Error::from("telling the guardian", error))
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.child.wait();
    }
}

/// A folder that the guardian removes.
pub(crate) fn temporary_folder(guardian: &mut Guardian) -> Result<PathBuf, Error> {
    let folder = tempfile::Builder::new().prefix("beyond-").tempdir();
    let folder = folder.map_err(|error| Error::from("making a temporary folder", error))?;
    guardian.folder(folder.path())?;
    Ok(folder.keep())
}

/// What the guardian does.
#[derive(Default)]
struct Charge {
    /// Handles, not ids: another process may have the id by then.
    processes: Vec<OwnedFd>,
    folders: Vec<String>,
}

/// The guardian's side: what runs inside `beyond-worker guard`.
#[must_use]
pub fn guardian_main() -> ExitCode {
    println!("{BUILD_ID}");
    let mut charge = Charge::default();
    for line in stdin().lock().lines().map_while(Result::ok) {
        charge.take(&line);
    }
    charge.clean_up();
    ExitCode::SUCCESS
}

impl Charge {
    fn take(&mut self, line: &str) {
        match line.split_once(' ') {
            Some(("process", id)) => {
                let id = id.parse().ok().and_then(Pid::from_raw);
                let handle = id.and_then(|id| pidfd_open(id, PidfdFlags::empty()).ok());
                self.processes.extend(handle);
            }
            Some(("folder", path)) => self.folders.push(path.to_owned()),
            _ => {}
        }
    }

    /// The last that was told is the first to go: workers before their server.
    fn clean_up(self) {
        self.processes.iter().rev().for_each(end);
        self.folders.iter().for_each(|folder| remove_folder(folder));
    }
}

/// Asks a process to end, and kills it if it does not.
fn end(process: &OwnedFd) {
    for signal in [Signal::TERM, Signal::KILL] {
        if pidfd_send_signal(process, signal).is_err() {
            return; // it has ended already
        }
        let limit = Timespec::try_from(PATIENCE).expect("a few seconds");
        let mut ended = [PollFd::new(process, PollFlags::IN)];
        if poll(&mut ended, Some(&limit)).is_ok_and(|ready| ready > 0) {
            return;
        }
    }
}

/// Removes a folder; what ends at this moment may still write into it.
fn remove_folder(folder: &str) {
    for _ in 0..50 {
        if fs::remove_dir_all(folder).is_ok() || !Path::new(folder).exists() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
}
