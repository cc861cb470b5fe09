//! The private folder of one kernel, which does not outlive it.
//!
//! | who holds it | lock | free when |
//! | --- | --- | --- |
//! | the kernel and every process below it | `flock` on the folder | the last of them is gone |
//! | the kernel alone | `fcntl` on the file `kernel` | the kernel is gone |
//!
//! The system frees both, however a process ended. A small process waits for that and
//! removes the folder; if that one was killed too, the next kernel to start finds the
//! folder unlocked and removes it. A process id in a file was rejected for that: it may
//! belong to a stranger by then. The one of evcxr tells only what evcxr left elsewhere.

use std::env::{current_exe, temp_dir};
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use procfs::process::Process;
use rustix::fs::{FlockOperation, OFlags, fcntl_lock};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, getuid, kill_process_group};
use tempfile::TempDir;

use super::above;

/// How the folders' names start.
const PREFIX: &str = "warm-kernel-";
/// The file that names evcxr's process.
const EVCXR: &str = "evcxr-process";

/// A locked folder. It is removed when it is dropped; a process that becomes another program
/// drops nothing.
pub struct Folder {
    temp: TempDir,
    everyone: File,
    kernel: File,
}

impl Folder {
    /// Makes a folder, locked by this process.
    pub fn create() -> anyhow::Result<Self> {
        let parent = parent(&temp_dir());
        above::holds_what_is_made(&parent)?;
        for _attempt in 0..1000 {
            let temp = tempfile::Builder::new()
                .prefix(PREFIX)
                .permissions(Permissions::from_mode(0o700))
                .tempdir_in(&parent)
                .context("cannot make a kernel's folder: is the disk full?")?;
            // A sweep may take it for a stale one before it is locked.
            let Ok(everyone) = File::open(temp.path()) else { continue };
            everyone.lock()?;
            if fs::metadata(temp.path()).is_ok_and(|now| now.ino() == inode(&everyone)) {
                let kernel = File::create(temp.path().join("kernel"))?;
                fcntl_lock(&kernel, FlockOperation::LockExclusive)?;
                return Ok(Self { temp, everyone, kernel });
            }
        }
        anyhow::bail!("each folder made in {} is gone at once", parent.display())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.temp.path()
    }

    /// Starts the process that removes the folder when this process, or the program it
    /// becomes, has ended. What is left in process group `group` is then killed.
    pub fn reap(&self, group: i32) -> anyhow::Result<()> {
        companion(self.path(), group).spawn().context("cannot start a companion")?;
        Ok(())
    }

    /// Notes that this is evcxr's process, for who removes the folder.
    pub fn note_evcxr(&self, process: i32) -> anyhow::Result<()> {
        fs::write(self.path().join(EVCXR), process.to_string())
            .context("cannot write to the kernel's folder: is the disk full?")
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
    for folder in all() {
        // What is in use stays, and so does what belongs to another user.
        let _ = remove(&folder, try_lock);
    }
}

/// The folders of this user's kernels, into which nobody else can put anything.
pub fn own() -> impl Iterator<Item = PathBuf> {
    all().filter(|folder| {
        fs::symlink_metadata(folder).is_ok_and(|found| {
            found.is_dir() && found.uid() == getuid().as_raw() && found.mode().trailing_zeros() >= 6
        })
    })
}

fn all() -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(parent(&temp_dir())).into_iter().flatten().flatten();
    let named = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(PREFIX);
    entries.filter(named).map(|entry| entry.path())
}

/// The process that [reaps](reap), beside the kernel, in a group of its own: Jupyter kills that
/// of the kernel. It holds no pipe of the server's.
fn companion(folder: &Path, group: i32) -> Command {
    let mut command = Command::new(itself());
    command.arg0("warm-kernel").arg("reap").arg(folder).arg(group.to_string());
    command.process_group(0).current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// On Linux this very program, also after a rebuild has put another one in its place.
pub fn itself() -> PathBuf {
    let itself = PathBuf::from("/proc/self/exe");
    if itself.exists() { itself } else { program() }
}

/// Where this program lay when it was started.
pub fn program() -> PathBuf {
    current_exe().unwrap_or_default()
}

/// Waits until the kernel of `folder` and all processes below it are gone, and removes it.
///
/// What a killed kernel left computing, such as a cell that never ends and its workers, is killed
/// at once: nobody can interrupt it any more, and it takes the processors from the next kernel.
/// `group` must be a process group that the kernel began. `tests/kernel/death.rs` holds this.
pub fn reap(folder: &Path, group: i32) -> anyhow::Result<()> {
    let name = folder.file_name().context("no folder")?;
    ensure!(name.to_string_lossy().starts_with(PREFIX), "not a kernel's folder");
    wait_for_kernel(folder)?;
    if remove(folder, try_lock).is_ok() {
        return Ok(());
    }
    if let Some(group) = Pid::from_raw(group) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    Ok(remove(folder, File::lock)?)
}

/// Waits until the kernel of `folder` is gone; processes below it may still be there.
fn wait_for_kernel(folder: &Path) -> anyhow::Result<()> {
    let kernel = File::options().write(true).open(folder.join("kernel"))?;
    fcntl_lock(&kernel, FlockOperation::LockExclusive)?;
    Ok(())
}

/// Removes a folder once its lock is free.
fn remove(folder: &Path, lock: fn(&File) -> io::Result<()>) -> io::Result<()> {
    // What only has the name of one, such as a pipe, would be waited for; a link leads elsewhere.
    let flags = (OFlags::DIRECTORY | OFlags::NOFOLLOW).bits();
    let everyone = File::options().read(true).custom_flags(flags.cast_signed()).open(folder)?;
    lock(&everyone)?;
    remove_left_by_evcxr(folder, &temp_dir());
    fs::remove_dir_all(folder)
}

/// While evcxr loads a crate, rust-analyzer in it keeps a copy of `Cargo.lock` in the temp folder,
/// in a folder named after its process (crate `temp-dir`). It stays if evcxr is killed meanwhile.
fn remove_left_by_evcxr(folder: &Path, temp: &Path) {
    let named = fs::read_to_string(folder.join(EVCXR)).ok();
    let Some(process) = named.and_then(|name| name.parse().ok()) else { return };
    // One that runs is a stranger's by now, and so may be what is named after it.
    if runs(process) {
        return;
    }
    let begins = format!("rust-analyzer{process:x}-");
    for entry in fs::read_dir(temp).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&begins) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether a process has not ended yet; one that has may still be waited for.
fn runs(process: i32) -> bool {
    let stat = Process::new(process).and_then(|process| process.stat());
    stat.is_ok_and(|stat| stat.state != 'Z')
}

fn try_lock(file: &File) -> io::Result<()> {
    Ok(file.try_lock()?)
}

/// Where folders are made: the system's temp folder, if it will do, without links, as cargo sees
/// it. evcxr hands paths of libraries around as words.
fn parent(system: &Path) -> PathBuf {
    let direct = |path: &Path| path.canonicalize().unwrap_or(path.to_owned());
    let folder = direct(system);
    let spaced = folder.to_string_lossy().contains(char::is_whitespace);
    if spaced || !system.is_absolute() { direct(Path::new("/tmp")) } else { folder }
}

fn inode(file: &File) -> u64 {
    file.metadata().map_or(0, |metadata| metadata.ino())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_a_temp_folder_that_will_do_is_used() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let folder = temp.path().canonicalize().expect("it is there");
        let [spaced, plain] = ["with a space", "plain"].map(|name| folder.join(name));
        let [to_spaced, to_plain] = ["one", "other"].map(|name| folder.join(name));
        fs::create_dir(&spaced).expect("it is ours");
        fs::create_dir(&plain).expect("it is ours");
        symlink(&spaced, &to_spaced).expect("it is ours");
        symlink(&plain, &to_plain).expect("it is ours");
        let shared = Path::new("/tmp").canonicalize().expect("it is there");
        for unfit in [&spaced, &to_spaced, Path::new("not/absolute")] {
            assert_eq!(parent(unfit), shared);
        }
        assert_eq!(parent(&plain), plain);
        // Cargo compares it with where it runs, which the system tells without links.
        assert_eq!(parent(&to_plain), plain);
    }

    #[test]
    fn what_others_can_write_into_is_not_ones_own() {
        let folder = Folder::create().expect("a folder");
        let is_own = || own().any(|own| own == folder.path());
        assert!(is_own());
        for mode in [0o710, 0o701] {
            fs::set_permissions(folder.path(), Permissions::from_mode(mode)).expect("it is ours");
            assert!(!is_own(), "{mode:o}");
        }
    }

    #[test]
    fn what_evcxr_left_is_removed_and_nothing_of_another_process() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let folder = Folder::create().expect("a folder");
        // Nobody may have waited for it yet.
        let mut zombie = Command::new("true").spawn().expect("it is there");
        let (ended, running) = (zombie.id(), std::process::id());
        while runs(ended.cast_signed()) {
            std::thread::yield_now();
        }
        let names = [ended, running].map(|id| format!("rust-analyzer{id:x}-0"));
        let other = format!("rust-analyzer{ended:x}0-0");
        for name in [&*names[0], &names[1], &other] {
            fs::create_dir(temp.path().join(name)).expect("it is ours");
            fs::write(temp.path().join(name).join("Cargo.lock"), "").expect("it is ours");
        }
        let there = |name: &str| temp.path().join(name).exists();
        remove_left_by_evcxr(folder.path(), temp.path());
        assert!(there(&names[0]), "no process was noted");
        for (process, left) in [(running, true), (ended, false)] {
            folder.note_evcxr(process.cast_signed()).expect("it is ours");
            remove_left_by_evcxr(folder.path(), temp.path());
            assert_eq!((there(&names[0]), there(&names[1]), there(&other)), (left, true, true));
        }
        zombie.wait().expect("it is ours");
    }

    #[test]
    fn nothing_but_a_kernels_folder_is_removed() {
        let other = tempfile::tempdir().expect("a temp folder");
        assert!(reap(other.path(), 0).is_err());
        assert!(other.path().exists());
    }
}
