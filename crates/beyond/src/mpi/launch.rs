//! Starts an MPI program, and ends it whatever happens.

use std::env;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::guardian::{Guardian, temporary_folder};
use crate::hosts::Hosts;
use crate::program::{beyond_worker, of_system};

/// How long the ranks may take until rank 0 is heard of. A start takes a second where the
/// machine is busy.
const START_LIMIT: Duration = Duration::from_secs(60);

/// The program that starts a command on a host.
const AGENT: &str = "beyond-enter";

/// How long mpirun may take to end after its ranks.
const END_LIMIT: Duration = Duration::from_secs(15);

/// `mpirun` and what belongs to it. Dropped, all of it is ended and removed.
pub(super) struct Launched {
    mpirun: Child,
    guardian: Option<Guardian>,
    folder: PathBuf,
    listener: UnixListener,
    hosts: Option<Hosts>,
}

impl Launched {
    /// Starts rank 0 and so many ranks that work.
    pub fn start(ranks: usize, hosts: Option<&Hosts>) -> Result<Self, Error> {
        let mpirun = of_system("mpirun", "openmpi-bin libopenmpi-dev libclang-dev")?;
        let program = beyond_worker()?;
        let mut guardian = Guardian::start()?;
        let folder = temporary_folder(&mut guardian)?;
        let socket = folder.join("rank-0");
        let listener = UnixListener::bind(&socket);
        let listener = listener.map_err(|error| Error::from("listening to rank 0", error))?;
        let said = File::create(folder.join("said"));
        let said = said.map_err(|error| Error::from("making a file for the ranks", error))?;
        let also = said.try_clone().map_err(|error| Error::from("sharing that file", error))?;
        let new = || Command::new(&mpirun);
        let mut command = hosts.map_or_else(new, |hosts| hosts.command(0, &mpirun));
        options(&mut command, &folder);
        let own = hosts.filter(|hosts| hosts.first_address().is_some());
        own.map_or(Ok(()), |hosts| across(&mut command, &folder, hosts, ranks))
            .map_err(|error| Error::from("writing how a host is entered", error))?;
        command.arg("-n").arg((ranks + 1).to_string()).arg(&program).arg("rank").arg(&socket);
        command.stdin(Stdio::null()).stdout(said).stderr(also);
        let mpirun = command.spawn().map_err(|error| Error::from("starting mpirun", error))?;
        guardian.process(&mpirun)?;
        Ok(Launched { mpirun, guardian: Some(guardian), folder, listener, hosts: hosts.cloned() })
    }

    /// Waits for rank 0.
    pub fn connected(&mut self) -> Result<UnixStream, Error> {
        let since = Instant::now();
        let _ = self.listener.set_nonblocking(true);
        while since.elapsed() < START_LIMIT {
            if let Ok((socket, _)) = self.listener.accept() {
                let blocking = socket.set_nonblocking(false);
                return blocking.map(|()| socket).map_err(|it| Error::from("hearing rank 0", it));
            }
            if !matches!(self.mpirun.try_wait(), Ok(None)) {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        Err(self.did_not_start())
    }

    /// The ranks end by themselves; the socket is held until they have.
    pub fn leave(&mut self, socket: UnixStream) {
        self.wait();
        drop(socket);
    }

    /// Ends all ranks now.
    pub fn end(&mut self) {
        drop(self.guardian.take());
        let _ = self.mpirun.wait();
        if let Some(hosts) = &self.hosts {
            hosts.sweep();
        }
    }

    /// What mpirun says of ranks that ended before their time.
    pub fn last_words(&mut self) -> Result<(Option<ExitStatus>, String), Error> {
        let status = self.wait();
        Ok((status, self.said()))
    }

    /// Why no rank was heard of.
    pub fn did_not_start(&mut self) -> Error {
        let said = match self.wait_at_most(Duration::ZERO) {
            Some(_) => self.said(),
            None => format!("nothing was heard of rank 0 for {START_LIMIT:?}"),
        };
        Error::new(format!("mpirun did not start the ranks: {}", said.trim()))
    }

    fn said(&self) -> String {
        let bytes = fs::read(self.folder.join("said")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn wait(&mut self) -> Option<ExitStatus> {
        self.wait_at_most(END_LIMIT)
    }

    fn wait_at_most(&mut self, limit: Duration) -> Option<ExitStatus> {
        let since = Instant::now();
        loop {
            match self.mpirun.try_wait() {
                Ok(None) if since.elapsed() < limit => thread::sleep(Duration::from_millis(1)),
                status => return status.ok().flatten(),
            }
        }
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        self.end();
    }
}

/// What Open MPI is told besides the program.
fn options(command: &mut Command, folder: &Path) {
    // Its own files go where ours do, and go with them.
    command.env("TMPDIR", folder);
    // As root, as in a container, it wants to be told twice that this is meant.
    command.env("OMPI_ALLOW_RUN_AS_ROOT", "1").env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    // More ranks than cores, and no rank held to one of them.
    command.args(["--oversubscribe", "--bind-to", "none"]);
    // Containers forbid to read another process's memory: it would warn in each run.
    command.args(["--mca", "btl_vader_single_copy_mechanism", "none"]);
    command.args(["--mca", "btl", "self,vader,tcp"]);
}

/// What it is told of several hosts: which they are, and how a command is started on one. Others
/// do that by SSH.
fn across(
    command: &mut Command,
    folder: &Path,
    hosts: &Hosts,
    ranks: usize,
) -> std::io::Result<()> {
    let cases: String = hosts
        .places()
        .map(|(address, process)| format!("{address}) process={process} ;;\n"))
        .collect();
    let agent = folder.join(AGENT);
    fs::write(
        &agent,
        format!(
            "#!/bin/sh\nhost=$1\nshift\ncase $host in\n{cases}esac\n\
             exec nsenter --target \"$process\" --net --uts -- sh -c \"$*\"\n"
        ),
    )?;
    fs::set_permissions(&agent, fs::Permissions::from_mode(0o700))?;
    // It is named without its folder: Open MPI would split a path at spaces.
    let path = env::var_os("PATH").unwrap_or_default();
    let all = [folder.to_owned()].into_iter().chain(env::split_paths(&path));
    command.env("PATH", env::join_paths(all).map_err(std::io::Error::other)?);
    command.args(["--mca", "plm_rsh_agent", AGENT, "--mca", "plm_rsh_no_tree_spawn", "1"]);
    command.args(["--mca", "btl_tcp_if_include", "eth0", "--mca", "oob_tcp_if_include", "eth0"]);
    // Its daemons stay in this session: what their ranks compute is no work of other programs.
    command.arg("--leave-session-attached");
    let slots = hosts.places().map(|(address, _)| format!("{address}:{}", ranks + 1));
    command.args(["--map-by", "node", "--host", &slots.collect::<Vec<_>>().join(",")]);
    Ok(())
}
