//! Gives the crate an id of its sources. A worker binary that was built from
//! other sources than the notebook is told apart by it.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;

fn main() {
    let mut hasher = DefaultHasher::new();
    hash(Path::new("src"), &mut hasher);
    hash(Path::new("Cargo.toml"), &mut hasher);
    println!("cargo::rustc-env=CONCURRENCY_DEMOS_BUILD_ID={:016x}", hasher.finish());
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.toml");
}

fn hash(path: &Path, hasher: &mut DefaultHasher) {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("the sources are readable");
        let mut entries: Vec<_> = entries.map(|e| e.expect("a readable entry").path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| hash(entry, hasher));
    } else {
        path.hash(hasher);
        fs::read(path).expect("the sources are readable").hash(hasher);
    }
}
