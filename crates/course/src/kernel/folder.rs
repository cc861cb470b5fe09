//! The private folder of one kernel, which does not outlive it.
//!
//! | who holds it | lock | free when |
//! | --- | --- | --- |
//! | the kernel and every process below it | `flock` on the folder | the last of them is gone |
//! | the kernel alone | `fcntl` on the file `kernel` | the kernel is gone |
//!
//! The system frees both, however a process ended. A small process waits for that and
//! removes the folder; if that one was killed too, the next kernel to start finds the
//! folder unlocked and removes it. A process id in a file was rejected: it may belong to
//! a stranger by then.

use std::env::{current_exe, temp_dir};
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, ensure};
use rustix::fs::{FlockOperation, fcntl_lock, flock};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, getpgid, kill_process_group, test_kill_process};

use super::relay;

/// How the folders' names start.
const PREFIX: &str = "concurrency-kernel-";

/// How long the processes below a kernel that has ended may take to end themselves.
const GRACE: Duration = Duration::from_secs(3);

/// A locked folder.
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    everyone: File,
    kernel: File,
}

impl Folder {
    /// Makes a folder, locked by this process.
    pub fn create() -> anyhow::Result<Self> {
        let parent = parent(temp_dir());
        for attempt in 0..1000 {
            let now = SystemTime::UNIX_EPOCH.elapsed()?.subsec_nanos();
            let path = parent.join(format!("{PREFIX}{}-{now:09}-{attempt}", std::process::id()));
            if DirBuilder::new().mode(0o700).create(&path).is_err() {
                continue;
            }
            let everyone = File::open(&path)?;
            flock(&everyone, FlockOperation::LockExclusive)?;
            // A sweep may have taken it for a stale one before it was locked.
            if fs::metadata(&path).is_ok_and(|now| now.ino() == inode(&everyone)) {
                let kernel = File::create(path.join("kernel"))?;
                fcntl_lock(&kernel, FlockOperation::LockExclusive)?;
                return Ok(Self { path, everyone, kernel });
            }
        }
        anyhow::bail!("cannot make a folder in {}: is the disk full?", parent.display())
    }

    /// Starts the process that removes the folder when this process, or the program it
    /// becomes, has ended. What is left in process group `group` is then killed.
    pub fn reap(&self, group: i32) -> anyhow::Result<()> {
        companion("reap", &self.path, group).spawn().context("cannot start a companion")?;
        Ok(())
    }

    /// Likewise, for a kernel: it also relays the kernel's ports, and kills it when the
    /// process `server` ends before.
    pub fn attend(&self, group: i32, server: Option<i32>, connection: &Path) -> anyhow::Result<()> {
        let mut attendant = companion("attend", &self.path, group);
        attendant.arg(fs::canonicalize(connection)?);
        attendant.args(server.map(|process| process.to_string()));
        attendant.spawn().context("cannot start a companion")?;
        Ok(())
    }

    /// Decides whether the programs that are started from now on hold the locks too. The
    /// one that cleans up must not: it would wait for itself.
    pub fn share(&self, with_programs: bool) -> anyhow::Result<()> {
        let flags = if with_programs { FdFlags::empty() } else { FdFlags::CLOEXEC };
        fcntl_setfd(&self.everyone, flags)?;
        fcntl_setfd(&self.kernel, flags)?;
        Ok(())
    }
}

/// Removes what kernels that are gone have left.
pub fn sweep() {
    for entry in fs::read_dir(parent(temp_dir())).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            // What is in use stays, and so does what belongs to another user.
            let _ = remove(&entry.path(), FlockOperation::NonBlockingLockExclusive);
        }
    }
}

/// A process beside the kernel, in a group of its own: Jupyter kills that of the kernel.
/// It holds no pipe of the server's.
fn companion(task: &str, folder: &Path, group: i32) -> Command {
    // On Linux this very program, also after a rebuild has put another one in its place.
    let itself = PathBuf::from("/proc/self/exe");
    let program = if itself.exists() { itself } else { current_exe().unwrap_or_default() };
    let mut command = Command::new(program);
    command.arg0("course").args(["kernel", task]).arg(folder).arg(group.to_string());
    command.process_group(0).current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Relays the ports of the kernel of `folder` as long as it runs, then removes what is left.
pub fn attend(
    folder: &Path,
    group: i32,
    connection: &Path,
    server: Option<i32>,
) -> anyhow::Result<()> {
    let leads = |group: &Pid| getpgid(Some(*group)) == Ok(*group);
    let group = Pid::from_raw(group).filter(leads);
    if let (Some(group), Some(server)) = (group, server.and_then(Pid::from_raw)) {
        std::thread::spawn(move || end_with(server, group));
    }
    relay::serve(connection, folder)?;
    wait_for_kernel(folder)?;
    // Its last words are on their way.
    std::thread::sleep(Duration::from_millis(100));
    // This also frees the ports, which a restarted kernel will use again.
    let mut reaper = companion("reap", folder, group.map_or(0, Pid::as_raw_pid));
    Err(reaper.exec()).context("cannot become the process that cleans up")
}

/// Waits until the kernel of `folder` and all processes below it are gone, and removes it.
///
/// What a killed kernel left computing, such as a cell that never ends, is killed: nobody
/// can interrupt it any more. `group` must be a process group that the kernel began.
pub fn reap(folder: &Path, group: i32) -> anyhow::Result<()> {
    let name = folder.file_name().context("no folder")?;
    ensure!(name.to_string_lossy().starts_with(PREFIX), "not a kernel's folder");
    wait_for_kernel(folder)?;
    let ended = Instant::now();
    while ended.elapsed() < GRACE {
        if remove(folder, FlockOperation::NonBlockingLockExclusive).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    if let Some(group) = Pid::from_raw(group) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    remove(folder, FlockOperation::LockExclusive)
}

fn wait_for_kernel(folder: &Path) -> anyhow::Result<()> {
    let kernel = File::options().write(true).open(folder.join("kernel"))?;
    fcntl_lock(&kernel, FlockOperation::LockExclusive)?;
    Ok(())
}

/// Kills the kernel once its server is gone, as Python's kernels end themselves: nobody
/// can reach it any more. A look each second, since a stranger's end cannot be awaited on
/// all systems.
fn end_with(server: Pid, group: Pid) {
    while test_kill_process(server) != Err(Errno::SRCH) {
        std::thread::sleep(Duration::from_secs(1));
    }
    let _ = kill_process_group(group, Signal::KILL);
}

/// Removes a folder once its lock is free.
fn remove(folder: &Path, wait: FlockOperation) -> anyhow::Result<()> {
    let lock = File::open(folder)?;
    flock(&lock, wait)?;
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// Where folders are made: the system's temp folder, if it will do. evcxr hands paths of
/// libraries around as words, and Cargo takes a folder below a package for a part of it.
fn parent(system: PathBuf) -> PathBuf {
    let spaced = system.to_string_lossy().contains(char::is_whitespace);
    let in_package = system.ancestors().any(|folder| folder.join("Cargo.toml").exists());
    if spaced || in_package || !system.is_absolute() { "/tmp".into() } else { system }
}

fn inode(file: &File) -> u64 {
    file.metadata().map_or(0, |metadata| metadata.ino())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_temp_folder_that_will_do_is_used() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for unfit in [PathBuf::from("/with a/space"), here, PathBuf::from("not/absolute")] {
            assert_eq!(parent(unfit), Path::new("/tmp"));
        }
        assert_eq!(parent("/var/tmp".into()), Path::new("/var/tmp"));
    }

    #[test]
    fn nothing_but_a_kernels_folder_is_removed() {
        let other = tempfile::tempdir().expect("a temp folder");
        assert!(reap(other.path(), 0).is_err());
        assert!(other.path().exists());
    }
}
