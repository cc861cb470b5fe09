//! `course run`: execute notebooks.
use std::path::{Path, PathBuf};

/// What to run and where to put it.
#[derive(clap::Args)]
pub struct Arguments {
    /// Notebooks, by path or by name; all of them if none is named.
    notebooks: Vec<PathBuf>,
}

/// Executes the notebooks.
pub fn run(_root: &Path, _arguments: &Arguments) -> anyhow::Result<()> {
    anyhow::bail!("being built")
}
