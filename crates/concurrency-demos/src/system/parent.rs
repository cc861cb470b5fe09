//! The other end of a pipe: where it goes, this process goes too.

use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, poll};

/// Ends the process when the other end of the pipe is closed, and never returns.
///
/// When the parent goes away, even by SIGKILL, the pipe hangs up. (PDEATHSIG would tell it too,
/// but it fires when the *thread* that spawned this process ends.)
pub(crate) fn end_with_parent(input: &impl AsFd) {
    loop {
        // Asks for nothing: a hang-up is always told, and bytes wake nobody.
        let mut input = [PollFd::new(input, PollFlags::empty())];
        if poll(&mut input, None).is_ok() && input[0].revents().contains(PollFlags::HUP) {
            std::process::exit(0);
        }
    }
}
