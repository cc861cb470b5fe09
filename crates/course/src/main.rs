//! Starts the kernels of the notebooks.

mod kernel;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

/// Starts the kernels of the notebooks of this course.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// The checkout to work on.
    #[arg(long, global = true, default_value_os_t = default_root())]
    root: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install the Rust kernel into the virtual environment, or start it.
    #[command(subcommand)]
    Kernel(kernel::Action),
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let Command::Kernel(action) = cli.command;
    kernel::run(&cli.root, &action)
}

/// The checkout in which this binary was built.
fn default_root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .expect("crates/course lies two levels below the checkout")
        .to_path_buf()
}
