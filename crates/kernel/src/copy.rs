//! Copies of a build folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;

/// A copy is bound by the kernel's page cache, not by the disk: a few threads help.
const COPIERS: usize = 4;

/// Copies a tree with its times, by which Cargo knows what is fresh, or with this one, by which all
/// is as fresh as the sources of that moment. No hard links: a kernel must not be able to break
/// another's files. Nothing is left where that fails: Cargo would take a part for the whole.
pub fn copy(from: &Path, to: &Path, time: Option<SystemTime>) -> anyhow::Result<()> {
    copy_tree(from, to, time).inspect_err(|_| drop(fs::remove_dir_all(to)))
}

fn copy_tree(from: &Path, to: &Path, time: Option<SystemTime>) -> anyhow::Result<()> {
    let mut files = Vec::new();
    copy_folders(from, to, &mut files)?;
    let share = files.len().div_ceil(COPIERS).max(1);
    std::thread::scope(|scope| {
        let copy_all = |part: &[Pair]| part.iter().try_for_each(|pair| copy_file(pair, time));
        let copiers: Vec<_> =
            files.chunks(share).map(|part| scope.spawn(move || copy_all(part))).collect();
        copiers.into_iter().try_for_each(|copier| copier.join().expect("copying never panics"))
    })
}

/// From where, to where.
type Pair = (PathBuf, PathBuf);

/// Copies the folders of a tree and lists its files.
fn copy_folders(from: &Path, to: &Path, files: &mut Vec<Pair>) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let pair = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_folders(&pair.0, &pair.1, files)?;
        } else {
            files.push(pair);
        }
    }
    Ok(())
}

fn copy_file((source, target): &Pair, time: Option<SystemTime>) -> anyhow::Result<()> {
    fs::copy(source, target).with_context(|| format!("cannot copy to {}", target.display()))?;
    let modified = time.map_or_else(|| fs::metadata(source)?.modified(), Ok)?;
    Ok(File::options().append(true).open(target)?.set_modified(modified)?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_copy_is_whole_or_not_there() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let [from, to] = ["from", "to"].map(|name| temp.path().join(name));
        fs::create_dir_all(from.join("deps")).expect("a folder");
        for name in ["deps/one", "deps/other", "stamp"] {
            fs::write(from.join(name), name).expect("a file");
        }
        copy(&from, &to, Some(SystemTime::UNIX_EPOCH)).expect("all is there");
        assert_eq!(fs::read_to_string(to.join("deps/other")).expect("it is copied"), "deps/other");
        let time = |tree: &Path| fs::metadata(tree.join("stamp")).and_then(|file| file.modified());
        assert_eq!(time(&to).expect("a time"), SystemTime::UNIX_EPOCH);
        fs::remove_dir_all(&to).expect("it is ours");
        copy(&from, &to, None).expect("all is there");
        assert_eq!(time(&to).expect("a time"), time(&from).expect("a time"));
        fs::remove_dir_all(&to).expect("it is ours");
        symlink("nowhere", from.join("deps/lost")).expect("a link");
        let reason = copy(&from, &to, None).expect_err("it leads nowhere").to_string();
        assert!(reason.contains("deps/lost"), "{reason}");
        assert!(!to.exists(), "a part is left");
    }
}
