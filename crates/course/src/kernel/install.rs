//! The kernelspec in the virtual environment.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::json;

use super::toolchain::Toolchain;
use super::warm;

/// Writes the kernelspec and prepares the warm build folder.
pub fn install(root: &Path) -> anyhow::Result<()> {
    let root = root.canonicalize().with_context(|| format!("no folder {}", root.display()))?;
    let venv = root.join(".venv");
    ensure!(venv.is_dir(), "{} is missing; run ./kernel-setup.sh", venv.display());
    warm::prepare(&root, &Toolchain::find(&root)?)?;
    write_kernelspec(&root, &venv.join("share/jupyter/kernels/rust"))
}

fn write_kernelspec(root: &Path, folder: &Path) -> anyhow::Result<()> {
    let course = std::env::current_exe()?;
    let course = course.to_str().context("the path of this command is not UTF-8")?;
    let root = root.to_str().context("the checkout's path is not UTF-8")?;
    let spec = json!({
        "argv": [course, "--root", root, "kernel", "start", "{connection_file}"],
        "display_name": "Rust",
        "language": "rust",
        "interrupt_mode": "message",
    });
    fs::create_dir_all(folder)?;
    fs::write(folder.join("kernel.json"), serde_json::to_string_pretty(&spec)? + "\n")?;
    // What evcxr compares before it rewrites a kernelspec of this name.
    fs::write(folder.join("version.txt"), "1")?;
    Ok(())
}
