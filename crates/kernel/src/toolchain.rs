//! The compiler and the evcxr that a kernel uses.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use super::settings::Settings;

/// The installed compiler.
#[derive(Clone)]
pub struct Toolchain {
    /// Where it is installed.
    pub sysroot: PathBuf,
    /// The folder of the standard library's compiled code.
    pub libraries: PathBuf,
    /// The program `evcxr_jupyter`.
    pub evcxr: PathBuf,
    /// What `rustc -vV` says.
    pub version: String,
}

impl Toolchain {
    /// Asks the `rustc` on the path, as seen from the library, and looks for evcxr.
    pub fn find(settings: &Settings) -> anyhow::Result<Self> {
        let ask = |program: &Path, arguments: &[&str]| rustc(settings, program, arguments);
        let sysroot = PathBuf::from(ask(Path::new("rustc"), &["--print", "sysroot"])?);
        // From here on without rustup's shim, which costs 40 ms for each call.
        let direct = sysroot.join("bin/rustc");
        Ok(Self {
            libraries: ask(&direct, &["--print", "target-libdir"])?.into(),
            version: ask(&direct, &["-vV"])?,
            evcxr: evcxr(settings)?,
            sysroot,
        })
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
        let (length, time) = (built.len(), built.modified()?);
        Ok(format!("{}{}{length}{time:?}", self.version, evcxr.display()))
    }
}

/// `evcxr_jupyter` from where `cargo install` puts it, or from the path.
fn evcxr(settings: &Settings) -> anyhow::Result<PathBuf> {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    cargo_home
        .map(|home| home.join("bin"))
        .into_iter()
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
