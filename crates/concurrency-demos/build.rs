//! Gives the crate an id of what it is built from: its sources, the versions and profiles of
//! the workspace, the compiler, and whether it is optimised. A worker binary that was built
//! from something else than the notebook is told apart by it.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn main() {
    let mut hasher = DefaultHasher::new();
    for path in ["src", "Cargo.toml", "../../Cargo.toml", "../../Cargo.lock"] {
        hash(Path::new(path), &mut hasher);
        println!("cargo::rerun-if-changed={path}");
    }
    compiler().hash(&mut hasher);
    // Not the level: a cell is built at another one than its worker, both with optimisation.
    (env::var("OPT_LEVEL").as_deref() != Ok("0")).hash(&mut hasher);
    println!("cargo::rustc-env=CONCURRENCY_DEMOS_BUILD_ID={:016x}", hasher.finish());
}

/// What `rustc -vV` says.
fn compiler() -> Vec<u8> {
    let rustc = env::var_os("RUSTC").expect("cargo names the compiler");
    Command::new(rustc).arg("-vV").output().expect("the compiler can be asked").stdout
}

/// A file, or a folder with all that is in it. What is not there, as the workspace of a crate
/// that was taken out of it, changes nothing.
fn hash(path: &Path, hasher: &mut DefaultHasher) {
    if let Ok(entries) = fs::read_dir(path) {
        let mut entries: Vec<_> = entries.map(|e| e.expect("a readable entry").path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| hash(entry, hasher));
    } else if let Ok(content) = fs::read(path) {
        path.hash(hasher);
        content.hash(hasher);
    }
}
