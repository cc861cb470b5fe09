//! One host: the namespaces, and the process that holds them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, stdin};
use std::net::Ipv4Addr;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{WaitOptions, wait};
use rustix::system::sethostname;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::error::Error;
use crate::program::{beyond_worker, of_system};

/// A host, as the program that made it sees it. Dropped, all processes on it are ended.
pub(super) struct Holder {
    child: Child,
    pipe: Option<ChildStdin>,
    process: u32,
    index: usize,
    nsenter: PathBuf,
}

impl Holder {
    /// The inner error says why this machine does not allow it.
    pub fn start(index: usize) -> Result<Result<Self, String>, Error> {
        let unshare = of_system("unshare", "util-linux")?;
        let nsenter = of_system("nsenter", "util-linux")?;
        let ip = of_system("ip", "iproute2")?;
        let child = Command::new(unshare)
            .args(["--net", "--uts", "--pid", "--fork", "--kill-child", "--"])
            .arg(beyond_worker()?)
            .args(["host", &name(index)])
            .arg(ip)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0) // what interrupts its program does not interrupt it
            .spawn();
        let mut child = child.map_err(|error| Error::from("starting a host", error))?;
        let (pipe, stdout) = (child.stdin.take(), child.stdout.take());
        let mut process = String::new();
        let _ = BufReader::new(stdout.expect("it is piped")).read_line(&mut process);
        if let Ok(process) = process.trim().parse() {
            return Ok(Ok(Holder { child, pipe, process, index, nsenter }));
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
        self.process
    }

    /// This program, on this host. It is a child of this process; what it starts is the host's,
    /// and ends with it.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.nsenter);
        command.args(["--target", &self.process.to_string()]);
        command.args(["--net", "--uts", "--pid", "--no-fork", "--"]).arg(program);
        command
    }

    /// Has the calling thread, and what it starts, use the network of this host.
    pub fn enter(&self) -> Result<(), Error> {
        enter_network(self.process).map_err(|error| Error::from("entering a host", error))
    }

    /// Ends what was started on it, but for itself.
    pub fn sweep(&self) {
        let mut command = Command::new(&self.nsenter);
        command.args(["--target", &self.process.to_string(), "--pid", "--"]);
        command.args(["sh", "-c", "kill -KILL -1"]);
        let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.pipe.take());
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
/// `ip` is. It ends with the pipe, and all other processes of the host with it.
#[must_use]
pub fn host_main(name: &str, ip: &str) -> ExitCode {
    let lo = Command::new(ip).args(["link", "set", "lo", "up"]).status();
    let lo_is_up = lo.is_ok_and(|status| status.success());
    // Its id as its maker sees it: this is still the maker's /proc.
    let process = fs::read_link("/proc/self");
    match (sethostname(name.as_bytes()), process) {
        (Ok(()), Ok(process)) if lo_is_up => println!("{}", process.display()),
        failed => {
            eprintln!("{failed:?}");
            return ExitCode::FAILURE;
        }
    }
    thread::spawn(|| {
        loop {
            // Children of processes that have ended are its own.
            if !matches!(wait(WaitOptions::empty()), Ok(Some(_))) {
                thread::sleep(Duration::from_millis(100));
            }
        }
    });
    let _ = stdin().lock().read_to_end(&mut Vec::new());
    ExitCode::SUCCESS
}
