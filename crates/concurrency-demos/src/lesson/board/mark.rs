//! A learner's mark: chance, and no name. It is kept for one board, so that all notebooks of a
//! learner are one learner there, and that two boards cannot be put together.

use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Where Jupyter keeps what is of the day, by the rules of `jupyter --paths`.
pub(super) fn folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty());
    let below = |name: &str, path: &str| named(name).map(|above| Path::new(&above).join(path));
    below("JUPYTER_RUNTIME_DIR", "")
        .or_else(|| below("JUPYTER_DATA_DIR", "runtime"))
        .or_else(|| below("XDG_DATA_HOME", "jupyter/runtime"))
        .or_else(|| below("HOME", ".local/share/jupyter/runtime"))
}

/// The mark for this board. Where it cannot be kept it lives as long as this process.
pub(super) fn of(place: &str, folder: &Path) -> Option<String> {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    let file = folder.join(format!("course-board-{:016x}", hasher.finish()));
    kept(&file).or_else(|_| random()).ok()
}

/// What the file holds; the first of several processes decides.
fn kept(file: &Path) -> io::Result<String> {
    if let Some(mark) = read(file) {
        return Ok(mark);
    }
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    let mark = random()?;
    let part = file.with_extension(&mark);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)?
        .write_all(mark.as_bytes())?;
    let linked = fs::hard_link(&part, file);
    fs::remove_file(part)?;
    linked.or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Ok(()),
        _ => Err(error),
    })?;
    read(file).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn read(file: &Path) -> Option<String> {
    let mark = fs::read_to_string(file).ok()?;
    let is_hex = mark.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (mark.len() == 32 && is_hex).then_some(mark)
}

/// 128 bits of chance.
fn random() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
