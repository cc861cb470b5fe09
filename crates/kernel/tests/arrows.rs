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
        files.insert(name, needed(&fs::read_to_string(&path).expect("a text")));
    }
    // All begins at main.rs; nobody needs it.
    files.remove("main").expect("main.rs");
    assert!(files.values().any(|needs| !needs.is_empty()), "no `use` was read");
    while !files.is_empty() {
        let names: BTreeSet<String> = files.keys().cloned().collect();
        files.retain(|_, needs| !needs.is_disjoint(&names));
        assert!(files.len() < names.len(), "these go in a circle: {files:#?}");
    }
}

/// The names behind each `super::` and `crate::` of a source: files, and whatever else.
fn needed(source: &str) -> BTreeSet<String> {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n").replace("crate::", "super::");
    let first_word = |path: &str| {
        let word = path.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next();
        word.unwrap_or_default().to_owned()
    };
    let paths = code.split("super::").skip(1);
    let group = |path: &str| match path.strip_prefix('{') {
        Some(many) => {
            many.split('}').next().unwrap_or_default().split(',').map(first_word).collect()
        }
        None => vec![first_word(path)],
    };
    paths.flat_map(group).collect()
}
