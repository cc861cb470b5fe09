//! The process beside a kernel: it relays the kernel's ports and, once that is gone, cleans up.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, getpgid, kill_process_group, test_kill_process};

use super::folder::{Folder, companion, wait_for_kernel};
use super::relay;

/// Starts it for the kernel that this process becomes, which leads process group `group`. It
/// also kills that kernel when the process `server` ends before.
pub fn begin(
    folder: &Folder,
    group: i32,
    server: Option<i32>,
    connection: &Path,
) -> anyhow::Result<()> {
    let mut attendant = companion("attend", folder.path(), group);
    attendant.arg(fs::canonicalize(connection)?);
    attendant.args(server.map(|process| process.to_string()));
    attendant.spawn().context("cannot start a companion")?;
    Ok(())
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

/// Kills the kernel once its server is gone, as Python's kernels end themselves: nobody
/// can reach it any more. A look each second, since a stranger's end cannot be awaited on
/// all systems.
fn end_with(server: Pid, group: Pid) {
    while test_kill_process(server) != Err(Errno::SRCH) {
        std::thread::sleep(Duration::from_secs(1));
    }
    let _ = kill_process_group(group, Signal::KILL);
}
