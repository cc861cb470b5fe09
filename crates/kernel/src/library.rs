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

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
[package]
name = "std"
[dependencies]
alloc = { path = "../alloc" }
hashbrown = { version = "0.16", features = ["rustc-dep-of-std"] }
object = { version = "0.37", optional = true }
[target.'cfg(unix)'.dependencies]
libc = "0.2"
[dev-dependencies]
rand = "0.9"
[features]
backtrace = ["object/rustc-dep-of-std"]
"#;

    #[test]
    fn what_types_depend_on_is_there_and_nothing_else() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let (source, to) = (folder.path().join("library"), folder.path().join("std"));
        for (name, text) in [
            ("core/src/lib.rs", "mod core_arch;"),
            ("stdarch/crates/core_arch/src/mod.rs", "pub mod x86;"),
            ("std/src/lib.rs", "pub use alloc_crate::vec;"),
            ("std/Cargo.toml", MANIFEST),
            ("Cargo.toml", "[workspace]"),
        ] {
            let path = source.join(name);
            fs::create_dir_all(path.parent().context("a parent")?)?;
            fs::write(path, text)?;
        }
        lay_out(&source, &to)?;
        for name in ["core/src/lib.rs", "std/src/lib.rs", "Cargo.toml"] {
            assert_eq!(fs::read(to.join(name))?, fs::read(source.join(name))?, "{name}");
        }
        assert_eq!(fs::read_to_string(to.join("stdarch/crates/core_arch/src/mod.rs"))?, "");
        let manifest: Table = fs::read_to_string(to.join("std/Cargo.toml"))?.parse()?;
        let dependencies = manifest["dependencies"].as_table().context("a table")?;
        assert_eq!(dependencies.keys().collect::<Vec<_>>(), ["alloc", "hashbrown"]);
        assert!(!manifest.contains_key("target") && !manifest.contains_key("dev-dependencies"));
        assert_eq!(manifest["features"]["backtrace"], Value::Array(Vec::new()));
        assert_eq!(fs::read_to_string(source.join("std/Cargo.toml"))?, MANIFEST);
        Ok(())
    }
}
