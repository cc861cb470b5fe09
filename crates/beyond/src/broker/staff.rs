//! The worker processes of a run. One that dies is replaced, on the same host.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use std::os::unix::process::ExitStatusExt;

use concurrency_demos::Cause;

use super::Broker;
use super::server::Server;
use super::worker::Instructions;
use crate::error::Error;
use crate::guardian::Guardian;
use crate::hosts::Hosts;
use crate::program::beyond_worker;
use crate::protocol::bytes;

/// All of them. Dropped, they are ended and waited for.
pub(super) struct Staff {
    program: PathBuf,
    access: PathBuf,
    told: Instructions,
    hosts: Option<Hosts>,
    places: Vec<Child>,
}

impl Staff {
    /// Starts so many.
    pub fn start(server: &mut Server, broker: &Broker, told: Instructions) -> Result<Self, Error> {
        let (program, access) = (beyond_worker()?, server.access());
        let hosts = broker.hosts.clone();
        let mut staff = Staff { program, access, told, hosts, places: Vec::new() };
        for worker in 0..broker.workers {
            let child = staff.spawn(server, worker)?;
            staff.places.push(child);
        }
        Ok(staff)
    }

    fn spawn(&self, server: &mut Server, worker: usize) -> Result<Child, Error> {
        let told = self.access.with_file_name(format!("worker-{worker}"));
        let written = fs::write(&told, bytes(&Instructions { worker, ..self.told.clone() }));
        written.map_err(|error| Error::from("writing a worker's instructions", error))?;
        let new = || Command::new(&self.program);
        let hosts = self.hosts.as_ref();
        let mut command = hosts.map_or_else(new, |hosts| hosts.command(worker, &self.program));
        command.arg("consume").arg(&self.access).arg(told);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(|error| Error::from("starting a worker", error))?;
        server
            .guardian
            .as_mut()
            .map_or(Ok(()), |guardian: &mut Guardian| guardian.process(&child))?;
        Ok(child)
    }

    /// Who has died since it was asked last, and how; another process is in its place.
    pub fn died(&mut self, server: &mut Server) -> Result<Vec<(usize, Cause)>, Error> {
        let mut died = Vec::new();
        for worker in 0..self.places.len() {
            if let Ok(Some(status)) = self.places[worker].try_wait() {
                died.push((worker, cause(status)));
                self.places[worker] = self.spawn(server, worker)?;
            }
        }
        Ok(died)
    }
}

impl Drop for Staff {
    fn drop(&mut self) {
        for worker in &mut self.places {
            let _ = worker.kill();
            let _ = worker.wait();
        }
    }
}

fn cause(status: ExitStatus) -> Cause {
    let last_words = String::new();
    match status.code() {
        Some(status) => Cause::Exited { status, last_words },
        None => Cause::Killed { signal: status.signal().unwrap_or_default(), last_words },
    }
}
