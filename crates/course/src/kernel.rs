//! `course kernel`: the kernelspec and the start of a kernel.
use std::path::{Path, PathBuf};

/// What to do with the kernel.
#[derive(clap::Subcommand)]
pub enum Action {
    /// Write the kernelspec into the virtual environment.
    Install,
    /// Start one kernel (Jupyter calls this).
    Start {
        /// The connection file that Jupyter wrote.
        connection_file: PathBuf,
    },
}

/// Does it.
pub fn run(_root: &Path, _action: &Action) -> anyhow::Result<()> {
    anyhow::bail!("being built")
}
