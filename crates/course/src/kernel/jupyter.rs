//! JupyterLab's settings: defaults of this checkout, which a user's own settings override.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// A first completion takes 1.7 s, more than JupyterLab waits by itself; no news; a
/// closed notebook leaves no kernel of half a gigabyte behind.
const OVERRIDES: &str = include_str!("../../assets/overrides.json");

/// Readable errors. JupyterLab looks for this name in its configuration folder only.
const STYLES: &str = include_str!("../../assets/custom.css");

/// Tells JupyterLab to load them.
const USE_STYLES: &str = "{ \"LabApp\": { \"custom_css\": true } }\n";

/// Writes them.
pub fn configure(root: &Path, venv: &Path) -> anyhow::Result<()> {
    write(&venv.join("share/jupyter/lab/settings/overrides.json"), OVERRIDES)?;
    write(&venv.join("etc/jupyter/jupyter_lab_config.json"), USE_STYLES)?;
    write(&configuration(root).join("custom/custom.css"), STYLES)
}

/// Where `kernel-setup.sh lab` tells Jupyter to look, if it lies in the checkout.
fn configuration(root: &Path) -> PathBuf {
    std::env::var_os("JUPYTER_CONFIG_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.starts_with(root))
        .unwrap_or_else(|| root.join("target/jupyter/config"))
}

fn write(path: &Path, content: &str) -> anyhow::Result<()> {
    fs::create_dir_all(path.parent().expect("a file in a folder"))?;
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}
