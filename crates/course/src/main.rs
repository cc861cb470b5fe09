//! The command behind `kernel-setup.sh`: it runs and checks the notebooks.
//! Executing, converting and serving notebooks is left to Jupyter's own tools.

mod bench_models;
mod python;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

/// Runs and checks the notebooks of this course.
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
    Run(python::Arguments),
    /// Hold notebooks to the rules of the course.
    Check(python::Arguments),
    /// Show the models' last measurements, then measure the cells; both beside targets.
    Bench {
        #[command(subcommand)]
        what: Option<Bench>,
    },
    /// Make a site of the notebooks that opens without a network.
    Export(python::Arguments),
}

#[derive(Subcommand)]
enum Bench {
    /// The models: what `cargo bench -p concurrency-demos` has measured.
    Models,
    /// The cells: how long they keep a learner waiting, beside a stock kernel.
    Cells(python::Arguments),
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.command {
        Command::Run(arguments) => python::replace_by("run_notebook.py", &cli.root, &arguments),
        Command::Check(arguments) => {
            python::replace_by("check_notebooks.py", &cli.root, &arguments)
        }
        Command::Bench { what: None } => {
            bench_models::print(&cli.root)?;
            python::replace_by("bench_cells.py", &cli.root, &python::Arguments::default())
        }
        Command::Bench { what: Some(Bench::Models) } => bench_models::print(&cli.root),
        Command::Bench { what: Some(Bench::Cells(arguments)) } => {
            python::replace_by("bench_cells.py", &cli.root, &arguments)
        }
        Command::Export(arguments) => {
            python::replace_by("export_notebooks.py", &cli.root, &arguments)
        }
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
