//! JupyterLab's settings in the virtual environment.

use std::fs;
use std::path::Path;

/// Files of the virtual environment, and what they hold.
const FILES: [(&str, &str); 1] = [(
    "share/jupyter/lab/settings/overrides.json",
    include_str!("../../assets/overrides.json"),
)];

/// Writes them.
pub fn configure(venv: &Path) -> anyhow::Result<()> {
    for (name, content) in FILES {
        let path = venv.join(name);
        fs::create_dir_all(path.parent().expect("a name below the environment"))?;
        fs::write(path, content)?;
    }
    Ok(())
}
