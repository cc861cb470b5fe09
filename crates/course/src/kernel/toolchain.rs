//! The compiler and the evcxr that a kernel uses, and the environment they share.
//!
//! A kernel and the warm build folder must be made with the same environment:
//! Cargo rebuilds every dependency if a flag or a profile setting differs.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

/// Set by a user's shell or a colleague's tools, they would change what a cell is
/// built with, or where.
const UNWANTED: [&str; 12] = [
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    "EVCXR_IS_RUNTIME",
    "JUPYTER_PATH",
    "RUSTC",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
    "RUST_BACKTRACE",
];

/// The installed compiler.
pub struct Toolchain {
    sysroot: PathBuf,
    libraries: PathBuf,
    /// What `rustc -vV` says.
    pub version: String,
}

impl Toolchain {
    /// Asks the `rustc` on the path, as seen from the checkout.
    pub fn find(root: &Path) -> anyhow::Result<Self> {
        let sysroot = PathBuf::from(rustc(root, Path::new("rustc"), &["--print", "sysroot"])?);
        // From here on without rustup's shim, which costs 40 ms for each call.
        let direct = sysroot.join("bin/rustc");
        Ok(Self {
            libraries: rustc(root, &direct, &["--print", "target-libdir"])?.into(),
            version: rustc(root, &direct, &["-vV"])?,
            sysroot,
        })
    }

    /// The machine's target triple.
    pub fn host(&self) -> &str {
        let host = self.version.lines().find_map(|line| line.strip_prefix("host: "));
        host.unwrap_or_default()
    }

    /// A command with the environment of a kernel whose files are in `folder`.
    pub fn command(&self, root: &Path, program: &Path, folder: &Path) -> Command {
        let build = folder.join("build");
        // Cells look for their libraries along paths that are relative to another folder.
        // And a libnotebook.so on the user's own path must not win.
        let built = build.join("target").join(self.host()).join("debug/deps");
        let mut command = Command::new(program);
        for name in UNWANTED {
            command.env_remove(name);
        }
        // A variable of a profile would win over the settings in the folder.
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"CARGO_PROFILE_") {
                command.env_remove(name);
            }
        }
        command
            .env("EVCXR_TMPDIR", build)
            .env("EVCXR_CONFIG_DIR", folder.join("config"))
            .env("CONCURRENCY_WORKER", root.join("target/release/concurrency-worker"))
            .env("PATH", before(&[&self.sysroot.join("bin")], "PATH"))
            .env("LD_LIBRARY_PATH", before(&[&built, &self.libraries], "LD_LIBRARY_PATH"));
        command
    }

    /// evcxr's kernel, ready to serve `connection_file`.
    pub fn kernel(
        &self,
        root: &Path,
        folder: &Path,
        connection_file: &Path,
    ) -> anyhow::Result<Command> {
        let mut command = self.command(root, &evcxr()?, folder);
        if self.library_source().is_some() {
            command.env("RUST_SRC_PATH", folder.join("std"));
        }
        command.arg0("evcxr_jupyter").arg("--control_file").arg(connection_file);
        // It only ever says there where its settings are; errors go to stderr.
        command.stdout(Stdio::null());
        Ok(command)
    }

    /// The source of the standard library, if rustup's component `rust-src` is there.
    pub fn library_source(&self) -> Option<PathBuf> {
        Some(self.sysroot.join("lib/rustlib/src/rust/library")).filter(|source| source.is_dir())
    }

    /// All that decides, beside the crates, whether a warm build folder fits.
    pub fn description(&self) -> anyhow::Result<String> {
        let evcxr = evcxr()?;
        let built = evcxr.metadata().with_context(|| format!("cannot read {}", evcxr.display()))?;
        let (length, time) = (built.len(), built.modified()?);
        Ok(format!("{}{}{length}{time:?}", self.version, evcxr.display()))
    }
}

/// `evcxr_jupyter` from where `cargo install` puts it, or from the path.
fn evcxr() -> anyhow::Result<PathBuf> {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    cargo_home
        .map(|home| home.join("bin"))
        .into_iter()
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join("evcxr_jupyter"))
        .find(|program| program.is_file())
        .context("evcxr_jupyter is not installed; run ./kernel-setup.sh")
}

fn rustc(root: &Path, program: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output()
        .with_context(|| format!("cannot run {}; run ./kernel-setup.sh", program.display()))?;
    ensure!(
        output.status.success(),
        "{} {arguments:?} failed: {}",
        program.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// A search path with more folders at its front.
fn before(folders: &[&Path], variable: &str) -> OsString {
    let rest = std::env::var_os(variable).unwrap_or_default();
    let rest = std::env::split_paths(&rest).filter(|folder| folder.is_absolute());
    let all = folders.iter().map(PathBuf::from).chain(rest);
    std::env::join_paths(all).unwrap_or_else(|_| std::env::var_os(variable).unwrap_or_default())
}
