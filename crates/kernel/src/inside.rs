//! The crate `kernel-inside`, which cells build: a copy of it, at a place that stays.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::settings::Settings;

/// Its files, as this program was built with them.
const FILES: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("../../kernel-inside/Cargo.toml")),
    ("src/lib.rs", include_str!("../../kernel-inside/src/lib.rs")),
    ("src/handover.rs", include_str!("../../kernel-inside/src/handover.rs")),
    ("src/panic_report.rs", include_str!("../../kernel-inside/src/panic_report.rs")),
];

/// What decides of it whether a warm build folder fits.
pub fn description() -> String {
    FILES.map(|(name, text)| format!("{name}{text}")).concat()
}

/// The folder of the copy.
pub fn folder(settings: &Settings) -> PathBuf {
    settings.warm_folder.join("kernel-inside")
}

/// Makes the copy, if it is not there.
pub fn write(settings: &Settings) -> anyhow::Result<()> {
    let folder = folder(settings);
    for (name, text) in FILES {
        write_file(&folder.join(name), text).with_context(|| {
            format!("{} is of another state: {}", folder.display(), settings.share())
        })?;
    }
    Ok(())
}

/// What is there already keeps its time: Cargo would build it anew.
fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::create_dir_all(path.parent().context("a parent")?)?;
    // Another kernel that starts now reads the old file or the new one.
    let next = path.with_extension(format!("{}.next", std::process::id()));
    fs::write(&next, text)?;
    Ok(fs::rename(next, path)?)
}
