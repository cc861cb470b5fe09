//! One worker process, as its parent sees it.

use std::io::{self, ErrorKind, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::find::BUILD;
use super::pipe::Pipes;
use super::protocol::{self, Answer, BUILD_ID, Hello, PROTOCOL};
use crate::{Cause, Error, Job};

/// How long a worker may take from its spawn to its first message.
const HELLO_LIMIT: Duration = Duration::from_secs(10);

/// How long a worker may live on after it has closed its pipe.
const END_LIMIT: Duration = Duration::from_secs(2);

/// How much of what a worker wrote on standard error is kept.
const STDERR_KEPT: usize = 2_000;

/// A worker process. Dropping it ends the process and waits for it, so that
/// no zombie stays behind.
pub(super) struct Process {
    child: Child,
    pipes: Pipes,
    stderr: Option<JoinHandle<String>>,
}

impl Process {
    /// Spawns the process; [`Process::greet`] waits until it is ready.
    pub fn spawn(binary: &Path) -> io::Result<Self> {
        let mut child = Command::new(binary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("RUST_BACKTRACE", "0")
            .spawn()?;
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        let stderr = child.stderr.take().expect("stderr is piped");
        let pipes = Pipes::new(stdin, stdout)?;
        let mut process = Process { child, pipes, stderr: None };
        let keep = move || keep_end(stderr);
        // Where no thread can be had, dropping the process ends it.
        process.stderr = Some(thread::Builder::new().name("worker-stderr".into()).spawn(keep)?);
        Ok(process)
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the first message and makes sure that both sides were built
    /// from the same sources.
    pub fn greet(&mut self, binary: &Path) -> Result<(), Error> {
        let binary = binary.display();
        self.pipes.allow(Some(HELLO_LIMIT));
        let hello: Hello = protocol::receive(&mut self.pipes).map_err(|error| {
            let cause = self.died_of(&error, Some(HELLO_LIMIT));
            Error::new(format!(
                "the worker process {binary} did not start: {cause}. If it is damaged or no \
                 worker, build one: {BUILD}"
            ))
        })?;
        if hello.protocol == PROTOCOL && hello.build_id == BUILD_ID {
            return Ok(());
        }
        Err(Error::new(format!(
            "the worker binary {binary} is stale: it was built from other sources (build {}) \
             than this program (build {BUILD_ID}). Build it again: {BUILD}",
            hello.build_id
        )))
    }

    /// Sends a job and waits for the answer. After an error the process is dead.
    pub fn call(&mut self, job: &Job, limit: Option<Duration>) -> Result<Answer, Cause> {
        self.pipes.allow(limit);
        let sent = protocol::send(&mut self.pipes, job);
        let answer = sent.and_then(|()| protocol::receive(&mut self.pipes));
        answer.map_err(|error| self.died_of(&error, limit))
    }

    /// Ends the process, waits for it, and says why it could not answer.
    fn died_of(&mut self, error: &io::Error, limit: Option<Duration>) -> Cause {
        // At the end of the pipe the process is dead already, or about to be:
        // only its own status tells why, so it must not be killed first.
        let ended_itself = matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe);
        if !ended_itself {
            let _ = self.child.kill();
        }
        let status = self.wait_at_most(END_LIMIT);
        match (error.kind(), limit, status) {
            (ErrorKind::TimedOut, Some(limit), _) => Cause::TimedOut(limit),
            (_, _, Some(status)) if ended_itself => self.cause_of(status),
            (_, _, None) => Cause::Garbled("it closed its pipe but did not end".to_owned()),
            _ => Cause::Garbled(error.to_string()),
        }
    }

    /// The status of a process that is about to end; `None`, and the process
    /// is killed, if it does not. (The standard library's `wait` has no limit.)
    fn wait_at_most(&mut self, limit: Duration) -> Option<ExitStatus> {
        let since = Instant::now();
        while since.elapsed() < limit {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_micros(200));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        None
    }

    fn cause_of(&mut self, status: ExitStatus) -> Cause {
        let last_words = self.last_words();
        match (status.code(), status.signal()) {
            (Some(code), _) => Cause::Exited { status: code, last_words },
            (None, signal) => Cause::Killed { signal: signal.unwrap_or_default(), last_words },
        }
    }

    /// What the process wrote last on standard error. It has ended, so the
    /// pipe ends too.
    fn last_words(&mut self) -> String {
        let thread = self.stderr.take();
        thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error means that it has ended already; `wait` then only collects it.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.last_words();
    }
}

/// Reads to the end and returns the last bytes, so that a worker that writes
/// much is neither blocked nor kept whole.
fn keep_end(mut stderr: impl Read) -> String {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(read @ 1..) = stderr.read(&mut chunk) {
        kept.extend_from_slice(&chunk[..read]);
        let surplus = kept.len().saturating_sub(STDERR_KEPT);
        kept.drain(..surplus);
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}
