//! Where cells run: in the folder of their notebook, as with any kernel. If its user may only read
//! that, as in a checkout for all users of a machine, then in a private folder that looks like it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

/// The place of the cells below a kernel's `folder`, if `notebooks` will not do. What cells write
/// beside it, as in `../target`, is private too, and goes with the kernel.
pub fn instead(notebooks: &Path, folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    if access(notebooks, Access::WRITE_OK).is_ok() {
        return Ok(None);
    }
    let place = likeness(notebooks, folder)?;
    eprintln!("{} is read-only: cells run in {}", notebooks.display(), place.display());
    Ok(Some(place))
}

/// A folder of the same name, with links to all that the other one has.
fn likeness(of: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let place = folder.join("place").join(of.file_name().unwrap_or("notebooks".as_ref()));
    fs::create_dir_all(&place)?;
    // One that cannot even be listed has nothing to offer.
    for entry in fs::read_dir(of).into_iter().flatten().flatten() {
        symlink(entry.path(), place.join(entry.file_name()))?;
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_can_be_written_to_is_the_place() {
        let [notebooks, folder] = [(); 2].map(|()| tempfile::tempdir().expect("a temp folder"));
        assert_eq!(instead(notebooks.path(), folder.path()).expect("it is ours"), None);
        assert_eq!(fs::read_dir(folder.path()).expect("it is ours").count(), 0);
    }

    #[test]
    fn a_likeness_is_read_like_the_folder_and_written_to_in_private() {
        let [temp, folder] = [(); 2].map(|()| tempfile::tempdir().expect("a temp folder"));
        let notebooks = temp.path().join("notebooks");
        fs::create_dir(&notebooks).expect("it is ours");
        fs::write(notebooks.join("data"), "1").expect("it is ours");
        let place = likeness(&notebooks, folder.path()).expect("it is ours");
        assert!(place.starts_with(folder.path()) && place.ends_with("notebooks"));
        assert_eq!(fs::read_to_string(place.join("data")).expect("a link"), "1");
        fs::write(place.join("../target"), "2").expect("it is ours");
        assert!(!temp.path().join("target").exists());
    }
}
