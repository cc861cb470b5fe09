//! The start of one kernel.

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use rustix::process::{Signal, getpgrp, getpid, set_parent_process_death_signal};

use super::folder::{self, Folder};
use super::front::{self, Kernel, connection};
use super::settings::Settings;
use super::toolchain::Toolchain;
use super::{above, configuration, environment, warm};

/// Serves one kernel, in a folder of its own with everything built, until Jupyter ends it.
///
/// Jupyter is answered at once. What cannot be prepared is told in the notebook.
pub fn start(settings: Settings, connection_file: &Path) -> anyhow::Result<()> {
    folder::sweep();
    let public = connection::read(connection_file)?;
    let folder = made();
    let path = folder.as_ref().ok().map(|folder| folder.path().to_owned());
    front::serve(public, path, server(), move || {
        // Clients come in through it, also where nothing can be prepared. It is the process that
        // cleans up who removes it.
        let folder = ManuallyDrop::new(folder?);
        prepare(&settings, &folder)
    })
}

/// A folder that goes away with this process.
fn made() -> anyhow::Result<Folder> {
    let folder = Folder::create()?;
    // Only what Jupyter began is a group that nobody else is in.
    let own = getpid();
    folder.reap(if getpgrp() == own { own.as_raw_pid() } else { 0 })?;
    Ok(folder)
}

/// Makes all that evcxr needs.
fn prepare(settings: &Settings, folder: &Folder) -> anyhow::Result<Kernel> {
    let toolchain = Toolchain::find(settings)?;
    above::check(&toolchain, folder.path())?;
    if let Err(reason) = warm::unpack(settings, &toolchain, &folder.path().join("build")) {
        let set_up = &settings.set_up;
        eprintln!("This kernel starts slowly: {reason:#}. Run {set_up} to prepare it.");
    }
    configuration::write(settings, &toolchain, folder.path(), "")?;
    let (connection, file) = connection::write_private(folder.path())?;
    let mut command = environment::kernel(settings, &toolchain, folder.path(), &file);
    let socket = folder.path().join("cells");
    command.env(kernel_inside::SOCKET, &socket).env("EVCXR_LIVE_DISPLAYS", "1");
    folder.share(true)?;
    Ok(Kernel { command: command.into(), connection, socket })
}

/// Becomes a program that is killed when the thread that started this process ends.
pub fn end_with_parent(program: &Path, arguments: &[OsString]) -> anyhow::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    Err(Command::new(program).args(arguments).exec())
        .with_context(|| format!("cannot start {}", program.display()))
}

/// The process that asked for this kernel, as Jupyter names it.
fn server() -> Option<i32> {
    std::env::var("JPY_PARENT_PID").ok()?.parse().ok()
}
