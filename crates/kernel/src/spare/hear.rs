//! A notebook that takes a spare kernel, as that hears of it.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use kernel_inside::handover;
use rustix::net::sockopt::socket_peercred;
use rustix::process::getuid;
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

use super::Request;

/// How long a notebook may say nothing before it has said who it is.
const PATIENCE: Duration = Duration::from_secs(3);

/// How much it may say. Variables of the environment are not longer, all together.
const LONGEST: u64 = 4 << 20;

/// Waits for a notebook; from then on no other one finds the spare.
pub fn wait(listener: &UnixListener, socket: &Path) -> anyhow::Result<(UnixStream, Request)> {
    loop {
        let (notebook, _) = listener.accept()?;
        // Who says nothing, or not that, is waited for no longer.
        if let Ok(request) = hear(&notebook) {
            let _ = fs::remove_file(socket);
            return Ok((notebook, request));
        }
    }
}

/// Takes over what a notebook hands over: its stdin, stdout and stderr become this process's.
fn hear(notebook: &UnixStream) -> anyhow::Result<Request> {
    ensure!(socket_peercred(notebook)?.uid == getuid(), "it is another user's");
    notebook.set_read_timeout(Some(PATIENCE))?;
    let [stdin, stdout, stderr] = handover::receive(notebook)?;
    let mut line = String::new();
    BufReader::new(notebook).take(LONGEST).read_line(&mut line)?;
    let request = serde_json::from_str(&line)?;
    dup2_stdin(stdin)?;
    dup2_stdout(stdout)?;
    dup2_stderr(stderr)?;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_notebook_that_does_not_say_who_it_is_is_none() {
        let (here, there) = UnixStream::pair().expect("a pair");
        drop(there);
        assert!(hear(&here).is_err());
        let (here, mut there) = UnixStream::pair().expect("a pair");
        there.write_all(b"{}\n").expect("written");
        assert!(hear(&here).is_err());
    }

    #[test]
    fn a_notebook_that_says_more_than_it_may_is_none() {
        let (here, there) = UnixStream::pair().expect("a pair");
        let endless = std::thread::spawn(move || {
            let files = [std::io::stdin(), std::io::stdin(), std::io::stdin()];
            handover::send(&there, files.each_ref().map(|file| file as _)).expect("sent");
            let some = [b'1'; 64 * 1024];
            let mut sent = 0;
            while let Ok(more) = (&there).write(&some) {
                sent += more as u64;
            }
            sent
        });
        assert!(hear(&here).is_err());
        drop(here);
        assert!(endless.join().expect("no panic") < 2 * LONGEST);
    }
}
