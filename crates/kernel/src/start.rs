//! The start of one kernel.

use std::os::unix::process::CommandExt;
use std::path::Path;

use anyhow::Context;
use rustix::process::getpid;

use super::folder::{self, Folder};
use super::settings::Settings;
use super::toolchain::Toolchain;
use super::{attend, configuration, environment, relay, warm};

/// Becomes evcxr's kernel, in a folder of its own with everything built.
pub fn start(settings: &Settings, connection_file: &Path) -> anyhow::Result<()> {
    folder::sweep();
    let toolchain = Toolchain::find(settings)?;
    let folder = Folder::create()?;
    let connection = relay::prepare(connection_file, folder.path())?;
    attend::begin(&folder, getpid().as_raw_pid(), server(), connection_file)?;
    if let Err(reason) = warm::unpack(settings, &toolchain, &folder.path().join("build")) {
        let set_up = &settings.set_up;
        eprintln!("This kernel starts slowly: {reason:#}. Run {set_up} to prepare it.");
    }
    configuration::write(settings, &toolchain, folder.path(), "")?;
    let mut kernel = environment::kernel(settings, &toolchain, folder.path(), &connection);
    folder.share(true)?;
    Err(kernel.exec()).context("cannot start evcxr_jupyter")
}

/// The process that asked for this kernel, as Jupyter names it.
fn server() -> Option<i32> {
    std::env::var("JPY_PARENT_PID").ok()?.parse().ok()
}
