//! One host: the namespaces, and the process that holds them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write, stdin};
use std::net::Ipv4Addr;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use rustix::system::sethostname;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::error::Error;
use crate::program::{beyond_worker, of_system};

/// What it says when it is there, and when it has done what it was told.
pub(super) const DONE: &str = "done";

/// A host, as the program that made it sees it. Dropped, all processes on it are ended.
pub(super) struct Holder {
    child: Child,
    pipes: Mutex<Option<(ChildStdin, BufReader<ChildStdout>)>>,
    index: usize,
    nsenter: PathBuf,
}

impl Holder {
    /// The inner error says why this machine does not allow it.
    pub fn start(index: usize) -> Result<Result<Self, String>, Error> {
        let [unshare, nsenter, ip] = match tools() {
            Ok(tools) => tools,
            Err(missing) => return Ok(Err(missing.to_string())),
        };
        let child = Command::new(unshare)
            .args(["--net", "--uts", "--"])
            .arg(beyond_worker()?)
            .args(["host", &name(index)])
            .arg(ip)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0) // what interrupts its program does not interrupt it
            .spawn();
        let mut child = child.map_err(|error| Error::from("starting a host", error))?;
        let pipe = child.stdin.take().expect("it is piped");
        let mut said = BufReader::new(child.stdout.take().expect("it is piped"));
        if hear(&mut said) {
            let pipes = Mutex::new(Some((pipe, said)));
            return Ok(Ok(Holder { child, pipes, index, nsenter }));
        }
        let mut said = String::new();
        let _ = child.stderr.take().expect("it is piped").read_to_string(&mut said);
        let _ = child.wait();
        Ok(Err(format!("the system allows no namespaces ({})", said.trim())))
    }

    pub fn name(&self) -> String {
        name(self.index)
    }

    pub fn address(&self) -> Ipv4Addr {
        address(self.index)
    }

    /// The id of the process that holds it.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// This program, on this host. It is a child of this process as well.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.nsenter);
        command.args(["--target", &self.process().to_string()]);
        command.args(["--net", "--uts", "--"]).arg(program);
        command
    }

    /// Has the calling thread, and what it starts, use the network of this host.
    pub fn enter(&self) -> Result<(), Error> {
        enter_network(self.process()).map_err(|error| Error::from("entering a host", error))
    }

    /// Ends what was started on it, but for itself.
    pub fn sweep(&self) {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((pipe, said)) = &mut *pipes {
            let _ = writeln!(pipe, "sweep");
            hear(said);
        }
    }
}

/// The programs of the system that make a host.
fn tools() -> Result<[PathBuf; 3], Error> {
    let util = |name| of_system(name, "util-linux");
    Ok([util("unshare")?, util("nsenter")?, of_system("ip", "iproute2")?])
}

/// Whether it has done what it was told.
pub(super) fn hear(said: &mut impl BufRead) -> bool {
    let mut line = String::new();
    said.read_line(&mut line).is_ok() && line.trim() == DONE
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.pipes.get_mut().map(Option::take));
        let _ = self.child.wait();
    }
}

/// Has the calling thread use the network of this process.
pub(super) fn enter_network(process: u32) -> std::io::Result<()> {
    let network = File::open(format!("/proc/{process}/ns/net"))?;
    Ok(move_into_link_name_space(network.as_fd(), Some(LinkNameSpaceType::Network))?)
}

pub(super) fn address(index: usize) -> Ipv4Addr {
    Ipv4Addr::new(10, 77, 0, u8::try_from(index + 1).expect("a few hosts"))
}

fn name(index: usize) -> String {
    format!("host{}", index + 1)
}

/// The host's first process: what runs inside `beyond-worker host NAME`, with where the program
/// `ip` is. With the pipe it ends all processes of the host, and itself.
#[must_use]
pub fn host_main(name: &str, ip: &str) -> ExitCode {
    let lo = Command::new(ip).args(["link", "set", "lo", "up"]).status();
    let lo_is_up = lo.is_ok_and(|status| status.success());
    if !lo_is_up || sethostname(name.as_bytes()).is_err() {
        eprintln!("a host cannot have a name or a network of its own");
        return ExitCode::FAILURE;
    }
    println!("{DONE}");
    for _sweep in stdin().lock().lines().map_while(Result::ok) {
        end_others();
        println!("{DONE}");
    }
    end_others();
    ExitCode::SUCCESS
}

/// Ends all processes that use this one's network, but for itself. One of them may start another
/// meanwhile.
fn end_others() {
    for _ in 0..50 {
        let others = others();
        if others.is_empty() {
            return;
        }
        for process in others {
            let _ = kill_process(process, Signal::KILL);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn others() -> Vec<Pid> {
    let network = |process: &str| fs::read_link(format!("/proc/{process}/ns/net")).ok();
    let (own, this) = (network("self"), std::process::id().to_string());
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let others = names.filter(|name| *name != this && network(name) == own && own.is_some());
    others.filter_map(|name| Pid::from_raw(name.parse().ok()?)).collect()
}
