//! Starts a script of `python/` with the Python of `.venv`. All that is known about notebooks
//! is in these scripts, on nbclient's and nbformat's own interfaces.

use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

/// What the script takes; its own `--help` shows it.
#[derive(clap::Args, Default)]
#[command(disable_help_flag = true)]
pub struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    arguments: Vec<OsString>,
}

/// Replaces this process by the script, so that Ctrl-C and the exit status are its own.
pub fn replace_by(script: &str, root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let root = root.canonicalize().with_context(|| format!("no checkout at {}", root.display()))?;
    let venv = root.join(".venv");
    for needed in ["bin/python", "share/jupyter/kernels/rust/kernel.json"] {
        let path = venv.join(needed);
        ensure!(
            path.exists(),
            "{} is missing: set the course up with ./kernel-setup.sh",
            path.display()
        );
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(script);
    let mut python = Command::new(venv.join("bin/python"));
    // -E: no PYTHONPATH of the user; -B: no __pycache__ in the checkout.
    python.args(["-E", "-B"]).arg(script).arg("--root").arg(&root);
    python.args(&arguments.arguments);
    keep_jupyter_inside(&mut python, &root)?;
    Err(python.exec()).context("cannot start the Python of .venv")
}

/// Jupyter's own folders lie in the checkout, unless the caller names others.
fn keep_jupyter_inside(command: &mut Command, root: &Path) -> anyhow::Result<()> {
    let jupyter = root.join("target/jupyter");
    fs::create_dir_all(&jupyter).with_context(|| format!("cannot make {}", jupyter.display()))?;
    for (name, folder) in [
        ("JUPYTER_CONFIG_DIR", "config"),
        ("JUPYTER_DATA_DIR", "data"),
        ("JUPYTER_RUNTIME_DIR", "runtime"),
        ("IPYTHONDIR", "ipython"),
    ] {
        if std::env::var_os(name).is_none() {
            command.env(name, jupyter.join(folder));
        }
    }
    // Else another folder's kernelspec `rust` could be taken for ours.
    command.env_remove("JUPYTER_PATH");
    command.env("JUPYTER_PREFER_ENV_PATH", "1");
    // Else evcxr takes itself for the process of a cell.
    command.env_remove("EVCXR_IS_RUNTIME");
    Ok(())
}
