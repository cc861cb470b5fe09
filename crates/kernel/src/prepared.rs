//! What evcxr needs: a folder of its own with everything built, and a command.

use std::env;
use std::fs;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::thread;

use rustix::process::{getpgrp, getpid};

use super::folder::Folder;
use super::front::{ATTACH, CURRENT_CELL, Kernel, Loaded, connection, current_cell};
use super::settings::Settings;
use super::toolchain::Toolchain;
use super::{above, configuration, environment, place, warm};

/// A folder that goes away with this process.
pub fn folder() -> anyhow::Result<Folder> {
    let folder = Folder::create()?;
    // Only what began a group of its own is in one that nobody else is in.
    let own = getpid();
    folder.reap(if getpgrp() == own { own.as_raw_pid() } else { 0 })?;
    Ok(folder)
}

/// Fills it. Clients come in through it, also where nothing can be prepared: it is the process
/// that cleans up who removes it.
pub fn prepare(settings: &Settings, folder: Folder) -> anyhow::Result<Kernel> {
    let folder = ManuallyDrop::new(folder);
    let toolchain = Toolchain::of_set_up(settings)?;
    above::check(&toolchain, folder.path())?;
    configuration::write(settings, &toolchain, folder.path(), ATTACH)?;
    unpack_beside(settings.clone(), toolchain.clone(), folder.path())?;
    let (connection, file) = connection::write_private(folder.path())?;
    let mut command = environment::kernel(settings, &toolchain, folder.path(), &file);
    let socket = folder.path().join("cells");
    let current_cell = current_cell(folder.path());
    command.env(kernel_inside::SOCKET, &socket).env("EVCXR_LIVE_DISPLAYS", "1");
    command.env(CURRENT_CELL, &current_cell);
    let loaded = Loaded {
        package: settings.files.package.clone(),
        folder: settings.library.canonicalize()?,
    };
    if let Some(place) = place::instead(&env::current_dir()?, folder.path())? {
        command.current_dir(place);
    }
    let (command, idle) = (command.into(), settings.files.idle.clone());
    Ok(Kernel { command, connection, socket, current_cell, loaded, idle, folder })
}

/// Copies the warm build folder while evcxr starts, which needs it from its prelude on: that waits
/// until the file `unpacking` is gone.
fn unpack_beside(settings: Settings, toolchain: Toolchain, folder: &Path) -> anyhow::Result<()> {
    let unpacking = folder.join("config/unpacking");
    fs::write(&unpacking, "")?;
    // The system's loader never looks again where a process found no folder.
    fs::create_dir_all(environment::built(&toolchain, folder))?;
    let to = folder.join("warm");
    thread::spawn(move || {
        if let Err(reason) = warm::unpack(&settings, &toolchain, &to) {
            let set_up = &settings.set_up;
            eprintln!("This kernel starts slowly: {reason:#}. Run {set_up} to prepare it.");
        }
        // Where that fails, the folder is going away.
        let _ = fs::remove_file(unpacking);
    });
    Ok(())
}
