//! `warm-kernel`: an evcxr kernel for Jupyter that starts with everything built.
//!
//! A stock kernel compiles the dependencies of a notebook after its first cell
//! was run. Here that is done once, at set-up:
//!
//! ```text
//! install:  a kernel's own build folder ──► warm folder      (once per change)
//! start:    warm folder ──► /tmp/…/build, private to one kernel (each time)
//! ```
//!
//! What is loaded is named by a settings file: see `settings.rs`. It is a library so that what it
//! hears can be tried from outside; nothing else of it is public but the program.

mod above;
mod cell;
mod configuration;
mod copy;
mod environment;
mod fingerprint;
mod folder;
mod front;
mod inside;
mod install;
mod library;
mod memory;
mod name_at_cursor;
mod place;
mod prepared;
mod server;
mod settings;
mod spare;
mod start;
mod tokens;
mod toolchain;
mod unanswered;
mod warm;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod wire_checks;

/// Whether the large numbers are wanted, as with `./kernel-setup.sh test --long`.
#[cfg(test)]
fn is_long() -> bool {
    std::env::var_os("LONG_TESTS").is_some()
}

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use settings::Settings;

/// Starts evcxr's Jupyter kernel with everything built that a notebook loads.
#[derive(Parser)]
#[command(version)]
enum Action {
    /// Prepare warm starts and write the kernelspec.
    Install {
        /// The settings file.
        settings: PathBuf,
        /// The virtual environment, or another folder in whose share/jupyter Jupyter looks.
        #[arg(long)]
        prefix: PathBuf,
    },
    /// Start one kernel (Jupyter calls this).
    Start {
        /// The settings file.
        settings: PathBuf,
        /// The connection file that Jupyter wrote.
        connection_file: PathBuf,
        /// A file with requests that somebody else was sent at these ports; it is removed.
        #[arg(long)]
        unanswered: Option<PathBuf>,
    },
    /// Get a kernel ready for the next notebook of the server JPY_PARENT_PID, if
    /// WARM_KERNEL_SPARE gigabytes of memory are free.
    Spare {
        /// The settings file.
        settings: PathBuf,
        /// The folder of the notebook.
        working_folder: PathBuf,
    },
    /// Become a program that ends with the one that starts it (a starting kernel calls this).
    #[command(hide = true)]
    EndWithParent {
        /// The program.
        program: PathBuf,
        /// What it is given.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Clean up after a kernel (a starting kernel calls this).
    #[command(hide = true)]
    Reap {
        /// The folder of that kernel.
        folder: PathBuf,
        /// The process group of that kernel.
        group: i32,
    },
}

/// The program `warm-kernel`.
pub fn main() -> ExitCode {
    match run(&Action::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(action: &Action) -> anyhow::Result<()> {
    match action {
        Action::Install { settings, prefix } => {
            install::install(&Settings::load(settings)?, prefix)
        }
        Action::Start { settings, connection_file, unanswered } => {
            start::start(Settings::load(settings)?, connection_file, unanswered.as_deref())
        }
        Action::Spare { settings, working_folder } => {
            spare::keep(Settings::load(settings)?, working_folder)
        }
        Action::EndWithParent { program, arguments } => start::end_with_parent(program, arguments),
        Action::Reap { folder, group } => folder::reap(folder, *group),
    }
}
