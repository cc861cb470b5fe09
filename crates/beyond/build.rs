//! Gives the crate an id of what it is built from, by which a program of it that was built from
//! something else is told apart.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::{env, fs};

fn main() {
    let mut hasher = DefaultHasher::new();
    for path in ["src", "Cargo.toml", "../concurrency-demos/src", "../../Cargo.lock"] {
        hash(Path::new(path), &mut hasher);
        println!("cargo::rerun-if-changed={path}");
    }
    // Not the level: a cell is built at another one than its worker, both with optimisation.
    (env::var("OPT_LEVEL").as_deref() != Ok("0")).hash(&mut hasher);
    println!("cargo::rustc-env=BEYOND_BUILD_ID={:016x}", hasher.finish());
}

/// A file, or a folder with all that is in it.
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
