//! The command behind `kernel-setup.sh`: it runs the notebooks and starts their kernels.
//! Executing, converting and serving notebooks is left to Jupyter's own tools.

mod bench;
mod kernel;
mod run;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

/// Runs the notebooks of this course and starts their kernels.
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
    /// Execute notebooks and refresh their outputs.
    Run(run::Arguments),
    /// Measure how long cells keep a learner waiting, beside a stock kernel.
    Bench(bench::Arguments),
    /// Install the Rust kernel into the virtual environment, or start it.
    #[command(subcommand)]
    Kernel(kernel::Action),
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.command {
        Command::Run(arguments) => run::run(&cli.root, &arguments),
        Command::Bench(arguments) => bench::bench(&cli.root, &arguments),
        Command::Kernel(action) => kernel::run(&cli.root, &action),
    }
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
