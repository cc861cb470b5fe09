//! The variables that a kernel and its cells find.
//!
//! A kernel and the warm build folder must be made with the same environment:
//! Cargo rebuilds every dependency if a flag or a profile setting differs.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::above;
use super::folder::itself;
use super::settings::Settings;
use super::toolchain::Toolchain;

/// Set by a user's shell or a colleague's tools, they would change what a cell is
/// built with, or where.
const UNWANTED: [&str; 12] = [
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    "EVCXR_IS_RUNTIME",
    "RUSTC",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
    "RUST_BACKTRACE",
    // What a cell starts is no server.
    "WARM_KERNEL_SPARE",
];

/// A command with the environment of a kernel whose files are in `folder`.
pub fn command(
    settings: &Settings,
    toolchain: &Toolchain,
    program: &Path,
    folder: &Path,
) -> Command {
    let build = folder.join("build");
    // Cells look for their libraries along paths that are relative to another folder.
    // And a library of the same name on the user's own path must not win.
    let built = built(toolchain, folder);
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
        .envs(&settings.environment)
        .envs(&settings.environment_paths)
        .env(above::LAST, folder)
        // It need not be this user's: to build without a network, Cargo only reads it. What in it
        // goes by way of rustup needs no settings of theirs.
        .env("CARGO_HOME", &toolchain.cargo_home)
        .env("RUSTUP_TOOLCHAIN", &toolchain.sysroot)
        .env("EVCXR_TMPDIR", build)
        .env("EVCXR_CONFIG_DIR", folder.join("config"))
        .env("PATH", before(&[&toolchain.sysroot.join("bin")], "PATH"))
        .env("LD_LIBRARY_PATH", before(&[&built, &toolchain.libraries], "LD_LIBRARY_PATH"));
    command
}

/// Where the libraries of a kernel's cells are built.
pub fn built(toolchain: &Toolchain, folder: &Path) -> PathBuf {
    folder.join("build/target").join(toolchain.host()).join("debug/deps")
}

/// evcxr's kernel, ready to serve `connection_file`. It ends with the thread that starts it.
pub fn kernel(
    settings: &Settings,
    toolchain: &Toolchain,
    folder: &Path,
    connection_file: &Path,
) -> Command {
    let mut command = command(settings, toolchain, &itself(), folder);
    if toolchain.library_source().is_some() {
        command.env("RUST_SRC_PATH", folder.join("std"));
    }
    // evcxr would bring a kernelspec `rust` in the user's own folder up to date: here is none.
    command.env("JUPYTER_PATH", folder);
    command.arg0("warm-kernel").arg("end-with-parent").arg(&toolchain.evcxr);
    command.arg("--control_file").arg(connection_file);
    command
}

/// A search path with more folders at its front.
fn before(folders: &[&Path], variable: &str) -> OsString {
    let rest = std::env::var_os(variable).unwrap_or_default();
    let rest = std::env::split_paths(&rest).filter(|folder| folder.is_absolute());
    let all = folders.iter().map(PathBuf::from).chain(rest);
    std::env::join_paths(all).unwrap_or_else(|_| std::env::var_os(variable).unwrap_or_default())
}
