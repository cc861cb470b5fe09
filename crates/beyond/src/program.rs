//! Where the program is that ranks, workers and guardians run.

use std::env;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::protocol::BUILD_ID;

const BINARY: &str = "beyond-worker";

/// The command that makes it, for error messages.
const BUILD: &str = "./kernel-setup.sh beyond (or cargo build --locked --release -p beyond)";

/// Finds the program: where the environment says and nowhere else, or beside the tests that
/// cargo runs, or in the workspace's target folder.
pub(crate) fn beyond_worker() -> Result<PathBuf, Error> {
    let places = places();
    let found = places.iter().find(|path| path.is_file()).cloned();
    found.ok_or_else(|| {
        let tried: Vec<String> = places.iter().map(|it| format!("\n  {}", it.display())).collect();
        let tried = tried.concat();
        Error::new(format!(
            "the program {BINARY} was not found. Tried:{tried}\nBuild it in the checkout: {BUILD}"
        ))
    })
}

/// Whether a program with this id was built from the sources of this one.
pub(crate) fn check_build(binary: &Path, build_id: &str) -> Result<(), Error> {
    if build_id == BUILD_ID {
        return Ok(());
    }
    let binary = binary.display();
    Err(Error::new(match build_id {
        "" => format!("{binary} is damaged or no program of this crate. Build one: {BUILD}"),
        other => format!(
            "the program {binary} is stale: it was built from other sources (build {other}) than \
             this one (build {BUILD_ID}). Build it again: {BUILD}"
        ),
    }))
}

fn places() -> Vec<PathBuf> {
    let variable = |name| env::var_os(name).map(PathBuf::from);
    if let Some(asked_for) = variable("BEYOND_WORKER") {
        return vec![asked_for];
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let built = ["release", "debug"].map(|profile| target.join(profile).join(BINARY));
    variable("CARGO_BIN_EXE_beyond-worker").into_iter().chain(built).collect()
}

/// Where a program of the system is, or what installs it.
pub(crate) fn of_system(name: &str, package: &str) -> Result<PathBuf, Error> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian keeps servers and network tools where a user's PATH may not look.
    let more = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    let mut files = env::split_paths(&path).chain(more).map(|folder| folder.join(name));
    files.find(|file| file.is_file()).ok_or_else(|| {
        Error::missing(format!(
            "{name} is missing. Install it: apt-get install {package} (or ./kernel-setup.sh \
             beyond, as root on Debian)"
        ))
    })
}
