//! The Jupyter server that asked for this kernel.

use std::os::fd::OwnedFd;

use anyhow::Context;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio::task::spawn_blocking;

/// A process, whatever its id is used for once it has ended; none if it has ended already.
pub struct Server(Option<OwnedFd>);

impl Server {
    /// The one that Jupyter names.
    pub fn find() -> anyhow::Result<Self> {
        let id = id().context("no server is named in JPY_PARENT_PID")?;
        let id = Pid::from_raw(id).context("JPY_PARENT_PID is no process")?;
        Self::of(id).context("the server cannot be watched")
    }

    fn of(id: Pid) -> rustix::io::Result<Self> {
        match pidfd_open(id, PidfdFlags::empty()) {
            Ok(process) => Ok(Self(Some(process))),
            // It was killed before this program came so far.
            Err(Errno::SRCH) => Ok(Self(None)),
            Err(reason) => Err(reason),
        }
    }

    /// Waits for its end.
    pub async fn end(self) {
        let Some(process) = self.0 else { return };
        let wait = move || while poll_once(&process) == Err(Errno::INTR) {};
        let _ = spawn_blocking(wait).await;
    }
}

/// Waits in a thread: what Tokio has for descriptors needs `unsafe`.
fn poll_once(process: &OwnedFd) -> rustix::io::Result<usize> {
    poll(&mut [PollFd::new(process, PollFlags::IN)], None)
}

/// The id of its process.
pub fn id() -> Option<i32> {
    std::env::var("JPY_PARENT_PID").ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn an_end_is_noticed() {
        let mut other = Command::new("sleep").arg("60").spawn().expect("sleep");
        let id = Pid::from_raw(other.id().try_into().expect("an id")).expect("an id");
        let server = Server::of(id).expect("it runs");
        let mut end = Box::pin(server.end());
        assert!(timeout(Duration::from_millis(50), &mut end).await.is_err());
        other.kill().expect("it is ours");
        assert!(timeout(Duration::from_secs(5), &mut end).await.is_ok());
        other.wait().expect("it is ours");
        // Now there is no such process.
        let late = Server::of(id).expect("it has run");
        assert!(timeout(Duration::from_secs(5), late.end()).await.is_ok());
    }
}
