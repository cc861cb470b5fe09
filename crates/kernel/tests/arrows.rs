//! The files of `src` use each other one way: none needs a file that needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[test]
fn no_file_needs_itself_by_way_of_others() {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("src") {
        let path = entry.expect("a file").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        // A folder counts as one file. What is outside, its files call `crate::…`.
        let needs = match path.is_dir() {
            true => needed(&folder(&path), &["crate::"]),
            false => needed(&source(&path), &["crate::", "super::"]),
        };
        files.insert(name, needs);
    }
    // All begins at lib.rs, which main.rs is all about; nobody needs them.
    files.remove("lib").expect("lib.rs");
    files.remove("main").expect("main.rs");
    assert_one_way(files);
}

#[test]
fn nor_do_those_of_a_folder() {
    let cell = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cell");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(cell).expect("cell") {
        let path = entry.expect("a file").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        // Tests may use the whole folder.
        let code = source(&path);
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        files.insert(name, needed(code, &["super::"]));
    }
    files.remove("mod").expect("mod.rs");
    assert_one_way(files);
}

fn assert_one_way(mut files: BTreeMap<String, BTreeSet<String>>) {
    assert!(files.values().any(|needs| !needs.is_empty()), "no `use` was read");
    while !files.is_empty() {
        let names: BTreeSet<String> = files.keys().cloned().collect();
        files.retain(|_, needs| !needs.is_disjoint(&names));
        assert!(files.len() < names.len(), "these go in a circle: {files:#?}");
    }
}

/// All sources of a folder and those below it, one after the other.
fn folder(path: &Path) -> String {
    let files = fs::read_dir(path).expect("a folder").map(|entry| entry.expect("a file").path());
    let text = |file: std::path::PathBuf| if file.is_dir() { folder(&file) } else { source(&file) };
    files.map(text).collect::<Vec<_>>().join("\n")
}

fn source(path: &Path) -> String {
    fs::read_to_string(path).expect("a text")
}

/// The names behind these paths' beginnings in a source: files, and whatever else.
fn needed(source: &str, begins: &[&str]) -> BTreeSet<String> {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let first_word = |path: &str| {
        let word = path.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next();
        word.unwrap_or_default().to_owned()
    };
    let paths = begins.iter().flat_map(|begin| code.split(begin).skip(1));
    let group = |path: &str| match path.strip_prefix('{') {
        Some(many) => {
            many.split('}').next().unwrap_or_default().split(',').map(first_word).collect()
        }
        None => vec![first_word(path)],
    };
    paths.flat_map(group).collect()
}
