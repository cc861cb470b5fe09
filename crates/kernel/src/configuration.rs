//! The files that a kernel finds in its folder: settings of evcxr and Cargo, and a prelude.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::settings::Settings;
use super::toolchain::Toolchain;
use super::{inside, library};

/// What a prelude begins with.
const COMMANDS: &str = include_str!("../assets/commands.txt");

/// What Cargo's settings end with: where the linker keeps its own files. One that is killed leaves
/// them, and a kernel that ends kills it; in the kernel's folder they go with it.
const LINKER: &str = "\n[env]\nTMPDIR = { value = \"linker\", relative = true, force = true }\n";

/// Writes evcxr's settings and prelude, and Cargo's settings, into a kernel's folder.
pub fn write(
    settings: &Settings,
    toolchain: &Toolchain,
    folder: &Path,
    more: &str,
) -> anyhow::Result<()> {
    let config = folder.join("config");
    fs::create_dir_all(&config)?;
    let evcxr = toml::Table::from_iter([("evcxr".to_owned(), settings.evcxr.clone().into())]);
    fs::write(config.join("evcxr.toml"), evcxr.to_string())?;
    // Above the build folder, in which evcxr keeps a file of that name itself.
    fs::create_dir_all(folder.join(".cargo"))?;
    fs::write(folder.join(".cargo/config.toml"), settings.files.cargo.clone() + LINKER)?;
    fs::create_dir_all(folder.join("linker"))?;
    if let Some(source) = toolchain.library_source() {
        // evcxr analyses the standard library when it starts, and again once the prelude has
        // named its dependencies. The first time it finds an empty one, which saves seconds; then
        // the prelude puts the real one there.
        fs::create_dir_all(folder.join("std/core"))?;
        library::lay_out(&source, &config.join("std"))?;
    }
    // The prelude puts it in its place: evcxr's own first build, which has no
    // dependencies, would empty it, and Cargo would then pick versions anew.
    fs::copy(&settings.lock, config.join("Cargo.lock"))
        .with_context(|| format!("cannot read {}", settings.lock.display()))?;
    inside::write(settings)?;
    fs::write(config.join("prelude.rs"), prelude(settings)? + more)?;
    Ok(())
}

/// The prelude: our commands, then the settings' own prelude. evcxr reads no command behind a
/// statement.
///
/// The `:dep` line is, once evcxr has made the path absolute, the very one of the
/// notebooks: another spelling of it would cost a reload of the analysis.
pub fn prelude(settings: &Settings) -> anyhow::Result<String> {
    let library = dep(&settings.files.package, &settings.library.canonicalize()?)?;
    let inside = dep("kernel-inside", &inside::folder(settings))?;
    Ok([COMMANDS, &library, &inside, &settings.files.prelude, "\n"].concat())
}

fn dep(package: &str, folder: &Path) -> anyhow::Result<String> {
    let folder = folder.to_str().context("the path of the crate is not UTF-8")?;
    let escaped = folder.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!(":dep {package} = {{ path = \"{escaped}\" }}\n"))
}
