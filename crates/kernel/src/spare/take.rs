//! The side of the notebook: the process that Jupyter has started.

use std::io::{BufRead, BufReader, Read, Write, stderr, stdin, stdout};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::{Context, ensure};
use jupyter_zmq_client::ConnectionInfo;
use kernel_inside::handover;
use rustix::net::sockopt::socket_peercred;
use rustix::process::getuid;

use super::{Request, SERVED, TAKEN, fit, wanted};
use crate::server;
use crate::settings::Settings;
use crate::toolchain::Toolchain;

/// How long a spare may take to answer, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(3);

/// A spare kernel that serves the notebook of this process.
pub struct Taken(BufReader<UnixStream>);

/// Hands the notebook to a spare kernel, if one is wanted, there, and fits.
pub fn take(settings: &Settings, public: &ConnectionInfo) -> Option<Taken> {
    let server = server::id().filter(|_| wanted().is_some())?;
    let all = fit::all(server);
    if all.is_empty() {
        return None;
    }
    let name = fit::name(settings, &Toolchain::of_set_up(settings).ok()?, server).ok()?;
    let variables = fit::own(std::env::vars_os()).ok()?;
    let request = Request { connection: public.clone(), variables };
    let mut fitting = all.into_iter().filter(|socket| socket.ends_with(&name));
    fitting.find_map(|socket| hand_over(UnixStream::connect(socket).ok()?, &request).ok())
}

/// Once it says that it was taken, it is; before, it gives up when this end is closed.
fn hand_over(socket: UnixStream, request: &Request) -> anyhow::Result<Taken> {
    ensure!(socket_peercred(&socket)?.uid == getuid(), "it is another user's");
    socket.set_read_timeout(Some(PATIENCE))?;
    handover::send(&socket, [&stdin(), &stdout(), &stderr()])?;
    let line = serde_json::to_string(request)? + "\n";
    (&socket).write_all(line.as_bytes())?;
    let mut answers = BufReader::new(socket);
    let mut answer = String::new();
    answers.by_ref().take(TAKEN.len() as u64).read_line(&mut answer)?;
    ensure!(answer.as_bytes() == TAKEN, "another notebook was quicker");
    answers.get_ref().set_read_timeout(None)?;
    Ok(Taken(answers))
}

impl Taken {
    /// Waits until it has ended.
    pub fn wait_for_its_end(mut self) -> anyhow::Result<()> {
        let mut last = Vec::new();
        let most = SERVED.len() as u64 + 1;
        self.0.by_ref().take(most).read_to_end(&mut last).context("the kernel has ended")?;
        ensure!(last == SERVED, "the kernel has ended");
        Ok(())
    }
}
