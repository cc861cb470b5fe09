//! `course bench`: how long a learner waits for cells, beside a stock kernel. The
//! measuring is in `python/bench_cells.py`, on Jupyter's own client.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python/bench_cells.py");

/// What `bench_cells.py` takes; `course bench --help` shows it.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    arguments: Vec<OsString>,
}

/// Replaces this process by the script.
pub fn bench(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let root = root.canonicalize().with_context(|| format!("no folder {}", root.display()))?;
    let python = root.join(".venv/bin/python");
    ensure!(python.exists(), "{} is missing; run ./kernel-setup.sh", python.display());
    let mut command = Command::new(python);
    // -E: no PYTHONPATH of the user; -B: no __pycache__ in the checkout.
    command.args(["-E", "-B", SCRIPT, "--root"]).arg(&root).args(&arguments.arguments);
    command.env_remove("JUPYTER_PATH").env_remove("EVCXR_IS_RUNTIME");
    Err(command.exec()).context("cannot start the Python of .venv")
}
