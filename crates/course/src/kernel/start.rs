//! The start of one kernel.

use std::fs;
use std::os::unix::{fs::symlink, process::CommandExt};
use std::path::Path;

use anyhow::Context;
use rustix::process::getpid;

use super::folder::{self, Folder};
use super::toolchain::Toolchain;
use super::{relay, warm};

/// What a kernel runs before it answers: the notebook crate loaded, type inference warm.
const PRELUDE: &str = include_str!("../../assets/prelude.rs");

/// Settings of evcxr that hold from its first build on.
const SETTINGS: &str = include_str!("../../assets/evcxr.toml");

/// Settings of Cargo that hold for all a kernel builds.
pub const CARGO: &str = include_str!("../../assets/cargo.toml");

/// Becomes evcxr's kernel, in a folder of its own with everything built.
pub fn start(root: &Path, connection_file: &Path) -> anyhow::Result<()> {
    folder::sweep();
    let toolchain = Toolchain::find(root)?;
    let folder = Folder::create()?;
    let connection = relay::prepare(connection_file, &folder.path)?;
    folder.attend(getpid().as_raw_pid(), server(), connection_file)?;
    if let Err(reason) = warm::unpack(root, &toolchain, &folder.path.join("build")) {
        eprintln!("This kernel starts slowly: {reason:#}. Run ./kernel-setup.sh to prepare it.");
    }
    configure(root, &toolchain, &folder.path, "")?;
    let mut kernel = toolchain.kernel(root, &folder.path, &connection)?;
    folder.share(true)?;
    Err(kernel.exec()).context("cannot start evcxr_jupyter")
}

/// The process that asked for this kernel, as Jupyter names it.
fn server() -> Option<i32> {
    std::env::var("JPY_PARENT_PID").ok()?.parse().ok()
}

/// Writes evcxr's settings and prelude, and Cargo's settings, into a kernel's folder.
pub fn configure(
    root: &Path,
    toolchain: &Toolchain,
    folder: &Path,
    more: &str,
) -> anyhow::Result<()> {
    let config = folder.join("config");
    fs::create_dir_all(&config)?;
    fs::write(config.join("evcxr.toml"), SETTINGS)?;
    // Above the build folder, in which evcxr keeps a file of that name itself.
    fs::create_dir_all(folder.join(".cargo"))?;
    fs::write(folder.join(".cargo/config.toml"), CARGO)?;
    if let Some(source) = toolchain.library_source() {
        // evcxr analyses the standard library when it starts, and again once the prelude has
        // named its dependencies. The first time it finds an empty one, which saves seconds; then
        // the prelude puts the real one there.
        fs::create_dir_all(folder.join("std/core"))?;
        symlink(source, config.join("std"))?;
    }
    // The prelude puts it in its place: evcxr's own first build, which has no
    // dependencies, would empty it, and Cargo would then pick versions anew.
    let lock = root.join("Cargo.lock");
    fs::copy(&lock, config.join("Cargo.lock"))
        .with_context(|| format!("cannot read {}", lock.display()))?;
    fs::write(config.join("prelude.rs"), prelude(root)? + more)?;
    Ok(())
}

/// The prelude. Its `:dep` line is, once evcxr has made the path absolute, the very one
/// of the notebooks: another spelling of it would cost a reload of the analysis.
pub fn prelude(root: &Path) -> anyhow::Result<String> {
    let notebook = root.join("crates/notebook");
    let notebook = notebook
        .canonicalize()
        .with_context(|| format!("{} is missing; is --root the checkout?", notebook.display()))?;
    let notebook = notebook.to_str().context("the checkout's path is not UTF-8")?;
    let escaped = notebook.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(PRELUDE.replace("@NOTEBOOK@", &escaped))
}
