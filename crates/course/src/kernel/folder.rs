//! The private folder of one kernel, which does not outlive it.
//!
//! The kernel, and every process below it, inherits an open file description that
//! holds a lock on the folder. The system releases the lock when the last of them is
//! gone, however it ended. A small process waits for that and removes the folder; if
//! that process was killed as well, the next kernel to start finds the folder
//! unlocked and removes it. Nothing depends on a process id in a file, which may
//! belong to a stranger by then.

use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context, ensure};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FlockOperation, flock};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::process::{Pid, PidfdFlags, Signal, getpgid, kill_process_group, pidfd_open};

/// How the folders' names start.
const PREFIX: &str = "concurrency-kernel-";

/// How long, together, the processes of a kernel that has ended may take to end
/// themselves.
const GRACE_STEPS: u32 = 30;
const GRACE_STEP: Duration = Duration::from_millis(100);

/// A locked folder.
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    lock: File,
}

impl Folder {
    /// Makes a folder that is locked until this process and all that inherit are gone.
    pub fn create() -> anyhow::Result<Self> {
        let parent = parent();
        for number in 0..1000 {
            let nanoseconds = SystemTime::UNIX_EPOCH.elapsed()?.subsec_nanos();
            let name = format!("{PREFIX}{}-{nanoseconds:09}-{number}", std::process::id());
            let path = parent.join(name);
            if fs::DirBuilder::new().mode(0o700).create(&path).is_err() {
                continue;
            }
            let lock = File::open(&path)?;
            flock(&lock, FlockOperation::LockExclusive)?;
            // A sweep may have taken it for a stale one before it was locked.
            if fs::metadata(&path).is_ok_and(|now| now.ino() == inode(&lock)) {
                return Ok(Self { path, lock });
            }
        }
        anyhow::bail!("cannot make a folder in {}; is the disk full?", parent.display())
    }

    /// Starts the process that removes the folder after process `kernel` has ended.
    pub fn reap_after(&self, kernel: u32) -> anyhow::Result<()> {
        let mut reaper = Command::new(std::env::current_exe()?);
        reaper.args(["kernel", "reap"]).arg(&self.path).arg(kernel.to_string());
        // Its own group: Jupyter kills that of the kernel. No pipe of the server's.
        reaper.process_group(0).current_dir("/");
        reaper.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        reaper.spawn().context("cannot start the process that cleans up")?;
        Ok(())
    }

    /// Lets the processes that are started from now on hold the lock too.
    pub fn share_lock(&self) -> anyhow::Result<()> {
        fcntl_setfd(&self.lock, FdFlags::empty())?;
        Ok(())
    }
}

/// Removes what kernels that are gone have left.
pub fn sweep() {
    let Ok(entries) = fs::read_dir(parent()) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            // A folder of another user cannot be opened or removed; that is right.
            let _ = remove(&entry.path(), FlockOperation::NonBlockingLockExclusive);
        }
    }
}

/// Waits until `kernel` and all processes below it are gone, then removes its folder.
///
/// What a killed kernel left computing, such as a cell that never ends, is ended: nobody
/// can interrupt it any more. A kernel that leads no process group is left alone.
pub fn reap(folder: &Path, kernel: i32) -> anyhow::Result<()> {
    let name = folder.file_name().context("no folder")?;
    ensure!(name.to_string_lossy().starts_with(PREFIX), "not a kernel's folder");
    if let Some(kernel) = Pid::from_raw(kernel) {
        let leads = getpgid(Some(kernel)) == Ok(kernel);
        wait_for(kernel);
        for _ in 0..GRACE_STEPS {
            if remove(folder, FlockOperation::NonBlockingLockExclusive).is_ok() {
                return Ok(());
            }
            std::thread::sleep(GRACE_STEP);
        }
        if leads {
            let _ = kill_process_group(kernel, Signal::KILL);
        }
    }
    remove(folder, FlockOperation::LockExclusive)
}

/// Waits for the end of a process that is not a child.
fn wait_for(process: Pid) {
    if let Ok(handle) = pidfd_open(process, PidfdFlags::empty()) {
        let mut events = [PollFd::new(&handle, PollFlags::IN)];
        while poll(&mut events, None) == Err(Errno::INTR) {}
    }
}

/// Removes a folder once its lock is free.
fn remove(folder: &Path, wait: FlockOperation) -> anyhow::Result<()> {
    let lock = File::open(folder)?;
    flock(&lock, wait)?;
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// Where folders are made: the system's temp folder, if its path has no space. evcxr
/// hands the paths of libraries around as words.
fn parent() -> PathBuf {
    let system = std::env::temp_dir();
    if system.to_string_lossy().contains(char::is_whitespace) {
        return "/tmp".into();
    }
    system
}

fn inode(file: &File) -> u64 {
    file.metadata().map_or(0, |metadata| metadata.ino())
}
