//! The kernelspec in the virtual environment.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::json;

use super::settings::Settings;
use super::toolchain::Toolchain;
use super::warm;

/// Prepares the warm build folder and writes the kernelspec.
pub fn install(settings: &Settings, prefix: &Path) -> anyhow::Result<()> {
    ensure!(prefix.is_dir(), "{} is missing; run {}", prefix.display(), settings.set_up);
    warm::prepare(settings, &Toolchain::find(settings)?)?;
    write_kernelspec(settings, &prefix.join("share/jupyter/kernels").join(&settings.name))
}

fn write_kernelspec(settings: &Settings, folder: &Path) -> anyhow::Result<()> {
    let program = std::env::current_exe()?;
    let program = program.to_str().context("the path of this command is not UTF-8")?;
    let file = &settings.files.path;
    let file = file.to_str().context("the path of the settings file is not UTF-8")?;
    let spec = json!({
        "argv": [program, "start", file, "{connection_file}"],
        "display_name": settings.display_name,
        "language": "rust",
        "interrupt_mode": "message",
    });
    fs::create_dir_all(folder)?;
    fs::write(folder.join("kernel.json"), serde_json::to_string_pretty(&spec)? + "\n")?;
    // What evcxr compares before it rewrites a kernelspec of this name.
    fs::write(folder.join("version.txt"), "1")?;
    Ok(())
}
