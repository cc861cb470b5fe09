//! One worker process, as its parent sees it.

use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use super::find::{BUILD, stale};
use super::pipe::Pipes;
use super::protocol::{self, BUILD_ID, Hello, LARGEST_HELLO, PROTOCOL, Request};
use crate::error::Error;
use crate::record::Cause;
use crate::work::Job;

/// How long a worker may take to its first message, from when it is asked for it.
const HELLO_LIMIT: Duration = Duration::from_secs(10);

/// How long a worker may live on after it has closed its pipe.
const END_LIMIT: Duration = Duration::from_secs(2);

/// How much of what a worker wrote on standard error is kept.
const STDERR_KEPT: usize = 2_000;

/// How long its last words may take to arrive once it has ended: a process that it started
/// may keep its standard error.
const WORDS_LIMIT: Duration = Duration::from_millis(200);

/// A worker process. Dropping it ends the process and waits for it, so that
/// no zombie stays behind.
pub(super) struct Process {
    child: Reaped,
    pipes: Pipes,
    stderr: Stderr,
    /// How much it was asked for.
    asked: u64,
}

/// A child that is killed and waited for, whatever happens to its parent's plans.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        // An error means that it has ended already; `wait` then only collects it.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    /// Spawns the process; [`Process::greet`] waits until it is ready.
    pub fn spawn(binary: &Path) -> Result<Self, Error> {
        Process::spawned(binary).map_err(|error| {
            let text = format!("starting the worker process {} failed: {error}", binary.display());
            Error::caused_by(text, error)
        })
    }

    fn spawned(binary: &Path) -> io::Result<Self> {
        let child = Command::new(binary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("RUST_BACKTRACE", "0")
            .spawn()?;
        let mut child = Reaped(child);
        let stdin = child.0.stdin.take().expect("stdin is piped");
        let stdout = child.0.stdout.take().expect("stdout is piped");
        let stderr = child.0.stderr.take().expect("stderr is piped");
        let pipes = Pipes::new(stdin, stdout)?;
        Ok(Process { child, pipes, stderr: Stderr::keep(stderr)?, asked: 0 })
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.0.id()
    }

    /// Waits for the first message and makes sure that both sides were built
    /// from the same sources.
    pub fn greet(&mut self, binary: &Path) -> Result<(), Error> {
        self.pipes.allow(Some(HELLO_LIMIT));
        let hello = protocol::receive_within(LARGEST_HELLO, &mut self.pipes);
        let hello: Hello = hello.map_err(|error| {
            let cause = self.died_of(&error, Some(HELLO_LIMIT));
            Error::new(format!(
                "the worker process {} did not start: {cause}. If it is damaged or no worker, \
                 build one: {BUILD}",
                binary.display()
            ))
        })?;
        if hello.protocol == PROTOCOL && hello.build_id == BUILD_ID {
            return Ok(());
        }
        Err(stale(binary, &hello.build_id))
    }

    /// Sends a request and waits for the reply. After an error the process is dead.
    pub fn call<Reply: DeserializeOwned>(
        &mut self,
        request: &Request<&Job>,
        limit: Option<Duration>,
    ) -> Result<Reply, Cause> {
        self.pipes.allow(limit);
        self.asked += 1;
        let sent = protocol::send(&mut self.pipes, &(self.asked, request));
        let answer = sent.and_then(|()| protocol::receive(&mut self.pipes));
        let answer = answer.and_then(|(number, reply)| match number == self.asked {
            true => Ok(reply),
            false => Err(not_asked(number, self.asked)),
        });
        answer.map_err(|error| self.died_of(&error, limit))
    }

    /// Ends the process, waits for it, and says why it could not answer.
    fn died_of(&mut self, error: &io::Error, limit: Option<Duration>) -> Cause {
        // At the end of the pipe the process is dead already, or about to be:
        // only its own status tells why, so it must not be killed first.
        let ended_itself = matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe);
        if !ended_itself {
            let _ = self.child.0.kill();
        }
        let status = self.wait_at_most(END_LIMIT);
        match (error.kind(), limit, status) {
            (ErrorKind::TimedOut, Some(limit), _) => Cause::TimedOut(limit),
            (_, _, Some(status)) if ended_itself => self.cause_of(status),
            (_, _, None) if ended_itself => {
                Cause::Garbled("it closed its pipe but did not end".to_owned())
            }
            _ => Cause::Garbled(error.to_string()),
        }
    }

    /// The status of a process that is about to end; `None`, and the process
    /// is killed, if it does not. (The standard library's `wait` has no limit.)
    fn wait_at_most(&mut self, limit: Duration) -> Option<ExitStatus> {
        let since = Instant::now();
        while since.elapsed() < limit {
            if let Ok(Some(status)) = self.child.0.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_micros(200));
        }
        let _ = self.child.0.kill();
        let _ = self.child.0.wait();
        None
    }

    fn cause_of(&mut self, status: ExitStatus) -> Cause {
        Cause::of(status, self.stderr.last_words())
    }
}

fn not_asked(number: u64, asked: u64) -> io::Error {
    let text = format!("it answered request {number} where {asked} was asked");
    io::Error::new(ErrorKind::InvalidData, text)
}

/// The end of what the process writes on standard error.
struct Stderr {
    kept: Arc<Mutex<Vec<u8>>>,
    /// Hangs up when all is read.
    ended: Receiver<()>,
    reader: Option<JoinHandle<()>>,
}

impl Stderr {
    /// Reads it on a thread of its own, so that a worker that writes much is neither blocked
    /// nor kept whole.
    fn keep(mut stderr: ChildStderr) -> io::Result<Self> {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = channel::<()>();
        let keep = Arc::clone(&kept);
        let read = move || {
            let _end = end;
            let mut chunk = [0; 4096];
            while let Ok(read @ 1..) = stderr.read(&mut chunk) {
                let mut kept = keep.lock().expect("nobody panics with it in hand");
                kept.extend_from_slice(&chunk[..read]);
                let surplus = kept.len().saturating_sub(STDERR_KEPT);
                kept.drain(..surplus);
            }
        };
        let reader = thread::Builder::new().name("worker-stderr".into()).spawn(read)?;
        Ok(Stderr { kept, ended, reader: Some(reader) })
    }

    /// Waits for the reader, but not for a stranger who keeps the pipe.
    fn finish(&mut self) {
        if self.ended.recv_timeout(WORDS_LIMIT) == Err(RecvTimeoutError::Disconnected) {
            self.reader.take().map(JoinHandle::join);
        }
    }

    /// What the process wrote last before it ended.
    fn last_words(&mut self) -> String {
        self.finish();
        let kept = self.kept.lock().expect("nobody panics with it in hand");
        String::from_utf8_lossy(&kept).trim().to_owned()
    }
}

impl Drop for Stderr {
    fn drop(&mut self) {
        self.finish();
    }
}
