//! The compiler and the evcxr that a kernel uses: those that it was set up with, also where the
//! user who starts it has neither.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context, anyhow, ensure};
use serde::{Deserialize, Serialize};

use super::settings::Settings;

/// The file of the warm folder that says where they are.
const RECORD: &str = "toolchain.toml";

/// The installed compiler.
#[derive(Clone)]
pub struct Toolchain {
    /// Where it is installed.
    pub sysroot: PathBuf,
    /// The folder of the standard library's compiled code.
    pub libraries: PathBuf,
    /// The program `evcxr_jupyter`.
    pub evcxr: PathBuf,
    /// Where Cargo keeps the crates that it has downloaded.
    pub cargo_home: PathBuf,
    /// What `rustc -vV` says.
    pub version: String,
}

/// Where the parts of a toolchain are.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Places {
    sysroot: PathBuf,
    evcxr: PathBuf,
    cargo_home: PathBuf,
}

impl Toolchain {
    /// Asks the `rustc` on the path, as seen from the library, and looks for evcxr.
    pub fn find(settings: &Settings) -> anyhow::Result<Self> {
        let sysroot = rustc(settings, Path::new("rustc"), &["--print", "sysroot"])?.into();
        let cargo_home = cargo_home().context("CARGO_HOME and HOME name no folder")?;
        let evcxr = evcxr(settings, &cargo_home)?;
        Self::at(settings, Places { sysroot, evcxr, cargo_home })
    }

    /// What the kernel was set up with; where that is gone, or closed to this user, what is found.
    pub fn of_set_up(settings: &Settings) -> anyhow::Result<Self> {
        let Some(places) = recorded(settings) else { return Self::find(settings) };
        match places.look() {
            Ok(()) => Self::at(settings, places),
            Err((place, reason)) => Self::find(settings)
                .map_err(|other| told(&place, &reason, &settings.share()).unwrap_or(other)),
        }
    }

    /// Notes where all is, for whoever starts a kernel.
    pub fn record(&self, settings: &Settings) -> anyhow::Result<()> {
        let Self { sysroot, evcxr, cargo_home, .. } = self.clone();
        let text = toml::to_string(&Places { sysroot, evcxr, cargo_home })?;
        Ok(fs::write(settings.warm_folder.join(RECORD), text)?)
    }

    /// Without rustup's shim, which costs 40 ms for each call and needs a home folder.
    fn at(settings: &Settings, places: Places) -> anyhow::Result<Self> {
        let Places { sysroot, evcxr, cargo_home } = places;
        let ask = |arguments: &[&str]| rustc(settings, &sysroot.join("bin/rustc"), arguments);
        let libraries = ask(&["--print", "target-libdir"])?.into();
        let version = ask(&["-vV"])?;
        Ok(Self { sysroot, libraries, evcxr, cargo_home, version })
    }

    /// The machine's target triple.
    pub fn host(&self) -> &str {
        let host = self.version.lines().find_map(|line| line.strip_prefix("host: "));
        host.unwrap_or_default()
    }

    /// The source of the standard library, if rustup's component `rust-src` is there.
    pub fn library_source(&self) -> Option<PathBuf> {
        Some(self.sysroot.join("lib/rustlib/src/rust/library")).filter(|source| source.is_dir())
    }

    /// What decides of it whether a warm build folder fits.
    pub fn description(&self) -> anyhow::Result<String> {
        let evcxr = &self.evcxr;
        let built = evcxr.metadata().with_context(|| format!("cannot read {}", evcxr.display()))?;
        // Whole seconds: an image of a container keeps no more of it.
        let (length, time) = (built.len(), built.modified()?.duration_since(UNIX_EPOCH)?.as_secs());
        Ok(format!("{}{}{length}{time}", self.version, evcxr.display()))
    }
}

impl Places {
    /// The first of them that this user cannot read, and why.
    fn look(&self) -> Result<(), (PathBuf, io::Error)> {
        for file in [&self.sysroot.join("bin/rustc"), &self.evcxr] {
            File::open(file).map_err(|reason| (file.clone(), reason))?;
        }
        let home = &self.cargo_home;
        fs::read_dir(home).map(drop).map_err(|reason| (home.clone(), reason))
    }
}

/// What to do about a place that is closed. One that is gone is no concern: all may have moved.
fn told(place: &Path, reason: &io::Error, cure: &str) -> Option<anyhow::Error> {
    let closed = reason.kind() == ErrorKind::PermissionDenied;
    closed.then(|| anyhow!("{} is closed to you: {cure}", place.display()))
}

fn recorded(settings: &Settings) -> Option<Places> {
    toml::from_str(&fs::read_to_string(settings.warm_folder.join(RECORD)).ok()?).ok()
}

fn cargo_home() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    named.or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

/// `evcxr_jupyter` from where `cargo install` puts it, or from the path.
fn evcxr(settings: &Settings, cargo_home: &Path) -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(cargo_home.join("bin"))
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join("evcxr_jupyter"))
        .find(|program| program.is_file())
        .with_context(|| format!("evcxr_jupyter is not installed; run {}", settings.set_up))
}

fn rustc(settings: &Settings, program: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(&settings.library)
        .output()
        .with_context(|| format!("cannot run {}; run {}", program.display(), settings.set_up))?;
    ensure!(
        output.status.success(),
        "{} {arguments:?} failed: {}",
        program.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_looked_at() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let path = |name: &str| temp.path().join(name);
        let places = Places {
            sysroot: path("rust"),
            evcxr: path("evcxr_jupyter"),
            cargo_home: path("cargo"),
        };
        let missing = || places.look().map_err(|(place, _)| place);
        assert_eq!(missing(), Err(path("rust/bin/rustc")));
        fs::create_dir_all(path("rust/bin")).expect("it is ours");
        fs::write(path("rust/bin/rustc"), "").expect("it is ours");
        assert_eq!(missing(), Err(path("evcxr_jupyter")));
        fs::write(path("evcxr_jupyter"), "").expect("it is ours");
        assert_eq!(missing(), Err(path("cargo")));
        fs::create_dir(path("cargo")).expect("it is ours");
        assert_eq!(missing(), Ok(()));
    }

    #[test]
    fn what_is_closed_is_told_with_the_cure() {
        let said = |kind: ErrorKind| told(Path::new("/a/rustc"), &kind.into(), "let them open it");
        let closed = said(ErrorKind::PermissionDenied).expect("it is told").to_string();
        assert_eq!(closed, "/a/rustc is closed to you: let them open it");
        assert!(said(ErrorKind::NotFound).is_none());
    }
}
