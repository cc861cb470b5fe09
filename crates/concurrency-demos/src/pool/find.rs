//! Where the worker binary is.

use std::env;
use std::path::{Path, PathBuf};

use crate::Error;

const BINARY: &str = "concurrency-worker";

/// The command that makes the worker binary, for error messages.
pub(crate) const BUILD: &str =
    "cargo build --release -p concurrency-demos --bin concurrency-worker (or ./kernel-setup.sh)";

/// Finds the worker binary: where the environment says, beside the workspace's
/// target folder, on `PATH`.
///
/// Cargo cannot build a binary for a notebook cell, so it is built beforehand.
pub(super) fn worker_binary() -> Result<PathBuf, Error> {
    let places = places();
    let found = places.iter().find(|(_, path)| path.is_file());
    found.map(|(_, path)| path.clone()).ok_or_else(|| {
        let tried: Vec<String> =
            places.iter().map(|(why, path)| format!("\n  {} ({why})", path.display())).collect();
        Error::new(format!(
            "the worker binary {BINARY} was not found. Tried:{}\nBuild it in the checkout: {BUILD}",
            tried.concat()
        ))
    })
}

/// Every place worth a look, with the reason, the most particular one first.
fn places() -> Vec<(&'static str, PathBuf)> {
    let variable = |name| env::var_os(name).map(|path| (name, PathBuf::from(path)));
    let mut places = Vec::new();
    places.extend(variable("CONCURRENCY_WORKER"));
    places.extend(variable("CARGO_BIN_EXE_concurrency-worker"));
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    places.push(("release build", target.join("release").join(BINARY)));
    places.push(("debug build", target.join("debug").join(BINARY)));
    let path = env::var_os("PATH").unwrap_or_default();
    places.extend(env::split_paths(&path).map(|folder| ("PATH", folder.join(BINARY))));
    places
}
