//! Files that stand for those of a system, for tests.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// A root folder with these files.
pub(crate) fn root_with(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().expect("the temporary folder is writable");
    add(root.path(), files);
    root
}

/// Adds these files to a root folder.
pub(crate) fn add(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        let folder = path.parent().expect("it is below the root");
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).expect("it is writable");
    }
}
