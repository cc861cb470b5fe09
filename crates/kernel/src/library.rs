//! The source of the standard library, as evcxr analyses it: links to the toolchain's, without what
//! the type of no variable depends on.
//!
//! Each start reads it and resolves all names in it, also those of crates that it is built from.
//! This halves that time.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::Context;
use toml::{Table, Value};

/// The processors' own instructions, half of the text. Only the module is there, and empty.
const INSTRUCTIONS: &str = "stdarch";
const THEIR_MODULE: &str = "crates/core_arch/src/mod.rs";

/// What `std` says in its public names. What it needs besides unwinds and symbolizes.
const DEPENDENCIES: [&str; 3] = ["alloc", "core", "hashbrown"];

/// Lays it out in a new folder.
pub fn lay_out(source: &Path, to: &Path) -> anyhow::Result<()> {
    link_all(source, to, &[INSTRUCTIONS, "std"])?;
    let module = to.join(INSTRUCTIONS).join(THEIR_MODULE);
    fs::create_dir_all(module.parent().context("a parent")?)?;
    fs::write(module, "")?;
    link_all(&source.join("std"), &to.join("std"), &["Cargo.toml"])?;
    let manifest = fs::read_to_string(source.join("std/Cargo.toml"))?;
    Ok(fs::write(to.join("std/Cargo.toml"), lighter(&manifest)?)?)
}

/// Links all that a folder holds, but for some.
fn link_all(source: &Path, to: &Path, without: &[&str]) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(source)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if !without.iter().any(|left_out| name == *left_out) {
            symlink(path, to.join(name))?;
        }
    }
    Ok(())
}

/// The manifest of `std` with [`DEPENDENCIES`] alone.
fn lighter(manifest: &str) -> anyhow::Result<String> {
    let mut manifest: Table = manifest.parse()?;
    for name in ["target", "dev-dependencies", "build-dependencies"] {
        manifest.remove(name);
    }
    if let Some(Value::Table(dependencies)) = manifest.get_mut("dependencies") {
        dependencies.retain(|name, _| DEPENDENCIES.contains(&name));
    }
    if let Some(Value::Table(features)) = manifest.get_mut("features") {
        // They switch on features of what is left out.
        features.iter_mut().for_each(|(_, switches)| *switches = Value::Array(Vec::new()));
    }
    Ok(manifest.to_string())
}
