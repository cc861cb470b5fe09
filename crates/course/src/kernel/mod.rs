//! `course kernel`: the kernelspec and the start of a kernel.
//!
//! A stock kernel compiles the dependencies of a notebook after its first cell
//! was run. Here that is done once, at set-up:
//!
//! ```text
//! install:  a kernel's own build folder ──► target/warm      (once per change)
//! start:    target/warm ──► /tmp/…/build, private to one kernel (each time)
//! ```

mod folder;
mod inspect;
mod install;
mod name;
mod relay;
mod start;
mod toolchain;
mod warm;
mod zmtp;

use std::path::{Path, PathBuf};

/// What to do with the kernel.
#[derive(clap::Subcommand)]
pub enum Action {
    /// Write the kernelspec into the virtual environment and prepare warm starts.
    Install,
    /// Start one kernel (Jupyter calls this).
    Start {
        /// The connection file that Jupyter wrote.
        connection_file: PathBuf,
    },
    /// Relay the ports of a kernel and clean up after it (a starting kernel calls this).
    #[command(hide = true)]
    Attend {
        /// The folder of that kernel.
        folder: PathBuf,
        /// The process group of that kernel.
        group: i32,
        /// The connection file that Jupyter wrote.
        connection_file: PathBuf,
        /// The process that asked for the kernel.
        server: Option<i32>,
    },
    /// Clean up after a kernel.
    #[command(hide = true)]
    Reap {
        /// The folder of that kernel.
        folder: PathBuf,
        /// The process group of that kernel.
        group: i32,
    },
}

/// Does it.
pub fn run(root: &Path, action: &Action) -> anyhow::Result<()> {
    match action {
        Action::Install => install::install(root),
        Action::Start { connection_file } => start::start(root, connection_file),
        Action::Attend { folder, group, connection_file, server } => {
            folder::attend(folder, *group, connection_file, *server)
        }
        Action::Reap { folder, group } => folder::reap(folder, *group),
    }
}
