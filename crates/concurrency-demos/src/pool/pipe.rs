//! A worker's pipes with a deadline: a worker that hangs, also in the middle
//! of a frame, cannot hold the parent longer than it allows.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

/// Both pipes to a worker.
pub(super) struct Pipes {
    to_worker: ChildStdin,
    from_worker: ChildStdout,
    deadline: Option<Instant>,
}

impl Pipes {
    pub fn new(to_worker: ChildStdin, from_worker: ChildStdout) -> io::Result<Self> {
        // A blocking write of a large frame would not look at the deadline.
        let flags = fcntl_getfl(&to_worker)? | OFlags::NONBLOCK;
        fcntl_setfl(&to_worker, flags)?;
        enlarge(&to_worker);
        enlarge(&from_worker);
        Ok(Pipes { to_worker, from_worker, deadline: None })
    }

    /// From now on everything must be done within `limit`, if there is one.
    /// A limit beyond the end of the clock is none.
    pub fn allow(&mut self, limit: Option<Duration>) {
        self.deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
    }

    fn wait(&self, pipe: impl AsFd, until: PollFlags) -> io::Result<()> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let left = left.map(|left| Timespec::try_from(left).expect("a deadline is near"));
        match poll(&mut [PollFd::new(&pipe, until)], left.as_ref()) {
            Ok(0) => Err(io::ErrorKind::TimedOut.into()),
            Ok(_) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A pipe holds 64 KiB unless asked; with more, large payloads need fewer
/// switches between the processes. Refused or unknown, it works as it is.
fn enlarge(pipe: impl AsFd) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, 1 << 20);
    #[cfg(not(target_os = "linux"))]
    let _ = pipe;
}

impl Read for Pipes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait(&self.from_worker, PollFlags::IN)?;
        self.from_worker.read(buffer)
    }
}

impl Write for Pipes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.to_worker.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.wait(&self.to_worker, PollFlags::OUT)?;
                }
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to_worker.flush()
    }
}
