//! A number that changes whenever the warm build folder has to be made anew.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::Context;

use super::configuration::prelude;
use super::settings::Settings;
use super::toolchain::Toolchain;

/// The state of all that is built: compiler, evcxr, settings, prelude, versions, crates.
pub fn fingerprint(settings: &Settings, toolchain: &Toolchain) -> anyhow::Result<String> {
    let mut hasher = DefaultHasher::new();
    toolchain.description()?.hash(&mut hasher);
    settings.files.text.hash(&mut hasher);
    settings.files.cargo.hash(&mut hasher);
    prelude(settings)?.hash(&mut hasher);
    super::inside::description().hash(&mut hasher);
    hash_file(&settings.lock, &mut hasher)?;
    for path in settings.watched() {
        if path.is_dir() {
            hash_tree(path, &settings.warm_folder, &mut hasher)?;
        } else {
            hash_file(path, &mut hasher)?;
        }
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// Hashes what a crate can be built from. A folder of Cargo's for what it builds, which a
/// crate of its own has inside, is left out; so are notebooks and hidden files, which come
/// and go while people work.
fn hash_tree(folder: &Path, warm: &Path, hasher: &mut DefaultHasher) -> anyhow::Result<()> {
    if folder.join("CACHEDIR.TAG").exists() || folder == warm {
        return Ok(());
    }
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (name, path) = (entry.file_name(), entry.path());
        let named = name.to_string_lossy();
        if named.starts_with('.') || named.ends_with(".ipynb") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            name.hash(hasher);
            hash_tree(&path, warm, hasher)?;
        } else if path.is_file() {
            name.hash(hasher);
            hash_file(&path, hasher)?;
        }
    }
    Ok(())
}

fn hash_file(path: &Path, hasher: &mut DefaultHasher) -> anyhow::Result<()> {
    let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    content.hash(hasher);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(folder: &Path) -> u64 {
        let mut hasher = DefaultHasher::new();
        hash_tree(folder, &folder.join("warm"), &mut hasher).expect("all can be read");
        hasher.finish()
    }

    #[test]
    fn what_is_built_from_counts_and_what_is_built_does_not() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let write = |path: &str, content: &str| {
            let path = temp.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, content).expect("a file");
            state(temp.path())
        };
        let before = write("src/lib.rs", "pub fn one() {}");
        write("target/CACHEDIR.TAG", "");
        for path in ["target/debug/libone.so", "warm/build/Cargo.toml", ".git/HEAD", "a.ipynb"] {
            // The folders around them may be new.
            let with = write(path, "1");
            assert_eq!(write(path, "2"), with, "{path}");
        }
        let with = state(temp.path());
        assert_ne!(with, write("src/lib.rs", "pub fn two() {}"));
        assert_ne!(before, state(temp.path()));
        std::os::unix::fs::symlink("nowhere", temp.path().join("link")).expect("a link");
        assert_ne!(state(temp.path()), write("tests/data/one.txt", ""));
    }
}
