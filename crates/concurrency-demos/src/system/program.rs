//! Another program, run to its end or to a deadline.
//!
//! Not with the crate `wait-timeout`: it sets a handler for SIGCHLD in the whole process,
//! which is the reader's, and each pipe would need a thread of its own. One `poll` over the
//! pipes needs neither.

use std::io::{self, ErrorKind, Read, Write};
use std::mem::take;
use std::os::fd::AsFd;
use std::process::{
    Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio,
};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use crate::format::seconds;

/// How often it is looked whether the program has ended, where its pipes do not tell: they
/// stay open as long as a process that it started keeps them. Seldom, for what it does may
/// be measured.
const OPEN: Duration = Duration::from_millis(200);

/// The same once it has closed its pipes: it is about to end.
const CLOSED: Duration = Duration::from_micros(200);

/// The most that is read from a pipe in a turn: more than a pipe holds, so that after the
/// end of the program one turn reads all that it left.
const TURN: u64 = 1 << 20;

/// A program that runs. Dropping it ends it and waits for it.
pub(crate) struct Program<'input> {
    child: Child,
    unsent: &'input [u8],
    stdin: Option<ChildStdin>,
    stdout: Incoming<ChildStdout>,
    stderr: Incoming<ChildStderr>,
}

/// The status of a program that ended by itself, and what it has printed on stdout and stderr.
pub(crate) type Ended = (Option<ExitStatus>, Vec<u8>, Vec<u8>);

impl<'input> Program<'input> {
    /// Starts it. With `input`, its stdin stays open until it has ended; without, it is empty.
    ///
    /// # Errors
    /// If the system cannot start it.
    pub fn start(command: &mut Command, input: &'input [u8]) -> io::Result<Program<'input>> {
        command.stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() });
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (stdout, stderr) = (Incoming::of(stdout), Incoming::of(child.stderr.take()));
        Ok(Program { child, unsent: input, stdin, stdout, stderr })
    }

    /// Sends the input and waits for the end: what it printed, and its status.
    ///
    /// # Errors
    /// `TimedOut` if it has not ended within the limit: then it is killed.
    pub fn end_within(self, limit: Duration) -> io::Result<Output> {
        let (status, stdout, stderr) = self.end_or_kill(limit)?;
        let text = || format!("it did not end within {} and was killed", seconds(limit));
        let status = status.ok_or_else(|| io::Error::new(ErrorKind::TimedOut, text()))?;
        Ok(Output { status, stdout, stderr })
    }

    /// The same, but what one that had to be killed has printed until then is not lost: it has
    /// no status.
    ///
    /// # Errors
    /// If a pipe cannot be read.
    pub fn end_or_kill(mut self, limit: Duration) -> io::Result<Ended> {
        // A limit beyond the end of the clock is none.
        let deadline = Instant::now().checked_add(limit);
        self.stdin.as_ref().map_or(Ok(()), never_blocks)?;
        self.stdout.pipe.as_ref().map_or(Ok(()), never_blocks)?;
        self.stderr.pipe.as_ref().map_or(Ok(()), never_blocks)?;
        loop {
            // Before the pipes are read, so that nothing can come after the last turn.
            let ended = self.child.try_wait()?;
            self.send();
            self.stdout.receive()?;
            self.stderr.receive()?;
            if let Some(status) = ended {
                return Ok(self.ended(Some(status)));
            }
            let left = deadline.map(|end| end.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                self.child.kill()?;
                self.child.wait()?;
                return Ok(self.ended(None));
            }
            self.wait(left.unwrap_or(Duration::MAX))?;
        }
    }

    fn ended(&mut self, status: Option<ExitStatus>) -> Ended {
        (status, take(&mut self.stdout.text), take(&mut self.stderr.text))
    }

    /// A failed write is no news, for the program's own end tells more.
    fn send(&mut self) {
        let Some(stdin) = &mut self.stdin else { return };
        while !self.unsent.is_empty() {
            match stdin.write(self.unsent) {
                Ok(sent) => self.unsent = &self.unsent[sent..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => self.unsent = &[],
            }
        }
    }

    /// Waits until a pipe is ready, or for a while.
    fn wait(&self, left: Duration) -> io::Result<()> {
        let stdin = self.stdin.as_ref().filter(|_| !self.unsent.is_empty());
        let mut pipes: Vec<PollFd> = Vec::with_capacity(3);
        pipes.extend(stdin.map(|pipe| PollFd::new(pipe, PollFlags::OUT)));
        pipes.extend(self.stdout.pipe.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        pipes.extend(self.stderr.pipe.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        let closed = self.stdout.pipe.is_none() && self.stderr.pipe.is_none();
        let time = left.min(if closed { CLOSED } else { OPEN });
        let time = Timespec::try_from(time).expect("it is short");
        match poll(&mut pipes, Some(&time)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Program<'_> {
    fn drop(&mut self) {
        // An error means that it has ended already; `wait` then only collects it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn never_blocks(pipe: &impl AsFd) -> io::Result<()> {
    Ok(fcntl_setfl(pipe, fcntl_getfl(pipe)? | OFlags::NONBLOCK)?)
}

/// What comes through a pipe, which is `None` once it has ended.
struct Incoming<Pipe> {
    pipe: Option<Pipe>,
    text: Vec<u8>,
}

impl<Pipe: Read> Incoming<Pipe> {
    fn of(pipe: Option<Pipe>) -> Self {
        Incoming { pipe, text: Vec::new() }
    }

    fn receive(&mut self) -> io::Result<()> {
        let Some(pipe) = &mut self.pipe else { return Ok(()) };
        match pipe.take(TURN).read_to_end(&mut self.text) {
            Ok(read) if read as u64 == TURN => Ok(()),
            Ok(_) => {
                self.pipe = None;
                Ok(())
            }
            // What came before it is kept.
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::{Pid, Signal, kill_process, test_kill_process};

    use super::*;

    /// No test waits so long unless the program hangs.
    const LONG: Duration = Duration::from_secs(100);

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    fn output(script: &str, input: &[u8], limit: Duration) -> io::Result<Output> {
        Program::start(&mut shell(script), input)?.end_within(limit)
    }

    #[test]
    fn what_is_printed_and_the_status_come_back() {
        let ended = output("read line; echo \"got $line\"; echo no >&2; exit 3", b"it\n", LONG);
        let ended = ended.unwrap();
        assert_eq!((&ended.stdout[..], &ended.stderr[..]), (&b"got it\n"[..], &b"no\n"[..]));
        assert_eq!(ended.status.code(), Some(3));
        assert_eq!(output("cat", b"", LONG).unwrap().stdout, b"", "without input stdin is empty");
        let missing = Program::start(&mut Command::new("/nowhere/program"), b"").err().unwrap();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
    }

    #[test]
    fn one_that_does_not_end_is_killed_and_collected() {
        for script in ["exec sleep 1000", "exec >&- 2>&-; exec sleep 1000", "while :; do :; done"] {
            let program = Program::start(&mut shell(script), b"").unwrap();
            let process = Pid::from_child(&program.child);
            let error = program.end_within(Duration::from_millis(100)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut, "{script}");
            assert_eq!(error.to_string(), "it did not end within 100 ms and was killed");
            assert_eq!(test_kill_process(process), Err(Errno::SRCH), "{script}");
        }
    }

    #[test]
    fn full_pipes_hold_nobody() {
        let filling = "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; read line";
        let ended = output(filling, &[b'\n'; 1_000_000], LONG).unwrap();
        assert_eq!((ended.stdout.len(), ended.stderr.len()), (3_000_000, 3_000_000));
        let echoed = output("head -c 1000000", &[7; 1_000_000], LONG).unwrap();
        assert_eq!(echoed.stdout, [7; 1_000_000]);
    }

    #[test]
    fn all_that_it_left_behind_is_read() {
        let script = "head -c 50000 /dev/zero; head -c 50000 /dev/zero >&2";
        let mut program = Program::start(&mut shell(script), b"").unwrap();
        program.child.wait().unwrap();
        let left = program.end_within(LONG).unwrap();
        assert_eq!((left.stdout.len(), left.stderr.len()), (50_000, 50_000));
    }

    #[test]
    fn one_that_never_reads_does_not_hold_the_caller() {
        let ended = output("exec <&-; echo done", &[7; 1_000_000], LONG).unwrap();
        assert_eq!(ended.stdout, b"done\n");
        let error = output("exec sleep 1000", &[7; 1_000_000], Duration::from_millis(100));
        assert_eq!(error.unwrap_err().kind(), ErrorKind::TimedOut);
    }

    /// It has ended, though a process that it started keeps its pipes open.
    #[test]
    fn nobody_waits_for_the_heirs_of_a_pipe() {
        let ended = output("sleep 1000 & echo $!", b"", LONG).unwrap();
        let heir = String::from_utf8(ended.stdout).unwrap().trim().parse().unwrap();
        kill_process(Pid::from_raw(heir).unwrap(), Signal::KILL).unwrap();
    }

    #[test]
    fn a_limit_beyond_the_clock_is_none() {
        assert!(output("exit 0", b"", Duration::MAX).unwrap().status.success());
    }
}
