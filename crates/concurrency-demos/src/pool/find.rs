//! Where the worker binary is.

use std::env;
use std::path::{Path, PathBuf};

use super::protocol::BUILD_ID;
use crate::error::Error;

const BINARY: &str = "concurrency-worker";

/// The command that makes the worker binary, for error messages.
pub(crate) const BUILD: &str = "cargo build --locked --release -p concurrency-demos --bin concurrency-worker (or ./kernel-setup.sh)";

/// Finds the worker binary: where the environment says and nowhere else, or
/// in the workspace's target folder, or on `PATH`.
///
/// Cargo cannot build a binary for a notebook cell, so it is built beforehand.
pub(crate) fn worker_binary() -> Result<PathBuf, Error> {
    first_file(&places())
}

/// What is said of a binary that was built from other sources, of this id.
pub(crate) fn stale(binary: &Path, build_id: &str) -> Error {
    Error::new(format!(
        "the worker binary {} is stale: it was built from other sources (build {}) than \
         this program (build {BUILD_ID}). Build it again: {BUILD}",
        binary.display(),
        build_id.escape_debug()
    ))
}

fn first_file(places: &[(&str, PathBuf)]) -> Result<PathBuf, Error> {
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
///
/// A path that was asked for is the only place: to find another worker would
/// hide the mistake.
fn places() -> Vec<(&'static str, PathBuf)> {
    let variable = |name| env::var_os(name).map(|path| (name, PathBuf::from(path)));
    if let Some(asked_for) = variable("CONCURRENCY_WORKER") {
        return vec![asked_for];
    }
    let mut places = Vec::new();
    places.extend(variable("CARGO_BIN_EXE_concurrency-worker"));
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    places.push(("release build", target.join("release").join(BINARY)));
    places.push(("debug build", target.join("debug").join(BINARY)));
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).filter(|folder| folder.is_absolute());
    places.extend(folders.map(|folder| ("PATH", folder.join(BINARY))));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_is_taken_and_a_folder_is_none() {
        let file = env::current_exe().unwrap();
        let folder = file.parent().unwrap().to_path_buf();
        assert_eq!(first_file(&[("a", folder), ("b", file.clone())]).unwrap(), file);
    }

    #[test]
    fn every_place_tried_is_in_the_error_with_its_reason() {
        let places = [("release build", "/no/1".into()), ("PATH", "/no/2".into())];
        let error = first_file(&places).unwrap_err().to_string();
        for part in ["/no/1 (release build)", "/no/2 (PATH)", BUILD] {
            assert!(error.contains(part), "{error}");
        }
    }
}
