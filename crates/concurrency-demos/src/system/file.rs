//! A file that is there whole or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::clock;
use crate::error::Error;

/// Writes the file beside its place and renames it: whoever reads it, also after a full disk or
/// a kill, finds the old one or the new one.
///
/// # Errors
/// If the path names no file, if its folder is missing, or if the system refuses.
pub(crate) fn write_whole(path: &Path, text: &[u8]) -> Result<(), Error> {
    let part = beside(path)?;
    let written = fs::write(&part, text).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        // Where it could not be written there is nothing to remove.
        let _ = fs::remove_file(&part);
        let what_to_do = match error.kind() {
            ErrorKind::NotFound => "make its folder first, or save it elsewhere",
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "save it in a folder in which you may write"
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                "make room, or save it on another disk"
            }
            _ => "save it under another name, or elsewhere",
        };
        let text = format!("saving {} failed: {error}; {what_to_do}", path.display());
        Error::caused_by(text, error)
    })
}

/// Where it is written: in the same folder, so that a rename is enough.
fn beside(path: &Path) -> Result<PathBuf, Error> {
    let name = path.file_name().filter(|_| !path.is_dir()).ok_or_else(|| {
        let path = path.display();
        Error::new(format!("saving \"{path}\" failed: it names no file; add a name, as run.json"))
    })?;
    let (process, thread) = (std::process::id(), clock::thread_id());
    Ok(path.with_file_name(format!(".{}.{process}-{thread}.part", name.to_string_lossy())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &Path) -> String {
        write_whole(path, b"new").unwrap_err().to_string()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn the_new_one_replaces_the_old_one_and_no_part_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        for text in ["old and long", "new"] {
            write_whole(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names(folder.path()), ["run.json"]);
    }

    #[test]
    fn a_bad_place_is_refused_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let missing = refused(&folder.path().join("no/run.json"));
        assert!(
            missing.contains("no/run.json") && missing.contains("make its folder"),
            "{missing}"
        );
        for no_file in [folder.path(), Path::new(""), Path::new("..")] {
            assert!(refused(no_file).contains("names no file"), "{}", no_file.display());
        }
        let file = folder.path().join("file");
        fs::write(&file, "kept").unwrap();
        assert!(refused(&file.join("run.json")).contains("save it under another name"));
        assert_eq!(
            (names(folder.path()), fs::read(&file).unwrap()),
            (vec!["file".into()], b"kept".to_vec())
        );
    }

    /// On Linux nobody may write there, the superuser neither.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_refuses_is_named() {
        let error = refused(Path::new("/proc/self/run.json"));
        assert!(error.starts_with("saving /proc/self/run.json failed"), "{error}");
    }

    /// What fails at its last step, the rename, leaves the old one.
    #[test]
    fn a_rename_that_fails_leaves_no_part() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("n".repeat(255));
        assert!(write_whole(&long, b"new").is_err(), "the name beside it is too long");
        assert_eq!(names(folder.path()), [""; 0]);
    }
}
