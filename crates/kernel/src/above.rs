//! What lies above a kernel's folder, which any user of the machine may have written.
//!
//! | what | a stranger could | so |
//! | --- | --- | --- |
//! | `.cargo/config.toml`, `Cargo.toml` | have cargo run a program at each cell | cargo looks no further up than the kernel's folder |
//! | a folder open to all, without the sticky bit | put another folder in place of ours | it is refused |
//!
//! `rust-toolchain.toml` is nobody's concern: no cell goes by way of rustup.
//!
//! Folders inside the checkout were rejected. A home on a network file system has no locks for
//! folders, is slow to copy to and small; a checkout may be read-only, or one for many people;
//! and cargo would look upwards there too: into the workspace.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use rustix::process::{getegid, geteuid};

use super::toolchain::Toolchain;

/// The variable with which cargo's own tests keep it from what lies above a folder: it looks for
/// settings and workspaces no further up. No option does that. Since it is not documented,
/// [`check`] asks the cargo that is there.
pub const LAST: &str = "__CARGO_TEST_ROOT";

/// What cargo obeys in each folder above the one it runs in.
const OBEYED: [&str; 3] = [".cargo/config.toml", ".cargo/config", "Cargo.toml"];

/// How a user is named whom the system does not know, as root of the machine is in a container.
const UNKNOWN: u32 = 65534;

/// Makes sure that nothing above `folder` decides what cargo does in it.
pub fn check(toolchain: &Toolchain, folder: &Path) -> anyhow::Result<()> {
    if looks_no_further(toolchain, folder)? {
        return Ok(());
    }
    match obeyed(folder) {
        Some(file) => bail!(
            "cargo would obey {}, which is none of this kernel's: remove it, or let TMPDIR name a \
            folder of yours",
            file.display()
        ),
        None => Ok(()),
    }
}

/// Whether cargo is content in a folder below settings and a workspace that are none.
fn looks_no_further(toolchain: &Toolchain, folder: &Path) -> anyhow::Result<bool> {
    let above = folder.join("above");
    let package = above.join("package");
    for (path, text) in [
        (above.join(OBEYED[0]), "no settings"),
        (above.join("Cargo.toml"), "no workspace"),
        (package.join("Cargo.toml"), "[package]\nname = \"one\"\n"),
        (package.join("src/lib.rs"), ""),
    ] {
        fs::create_dir_all(path.parent().context("a parent")?)?;
        fs::write(path, text)?;
    }
    let mut cargo = Command::new(toolchain.sysroot.join("bin/cargo"));
    cargo.args(["locate-project", "--workspace"]).current_dir(&package).env(LAST, &package);
    cargo.env("CARGO_HOME", &toolchain.cargo_home);
    let looked = cargo.output().context("cannot run cargo")?;
    fs::remove_dir_all(above)?;
    Ok(looked.status.success())
}

/// The first file above a folder that cargo would obey. Settings of this user's or root's own are
/// theirs to make.
fn obeyed(folder: &Path) -> Option<PathBuf> {
    let above = folder.ancestors().skip(1);
    let mut files = above.flat_map(|above| OBEYED.map(|file| above.join(file)));
    files.find(|file| {
        let owner = fs::symlink_metadata(file).map(|data| data.uid());
        owner.is_ok_and(|owner| file.ends_with("Cargo.toml") || !is_trusted(owner))
    })
}

/// Makes sure that nobody else can put another folder in place of one that is made in `parent`,
/// a path without links.
pub fn holds_what_is_made(parent: &Path) -> anyhow::Result<()> {
    for folder in parent.ancestors() {
        // What cannot be looked at is told when something is made in it.
        let Ok(data) = fs::metadata(folder) else { return Ok(()) };
        let to_all = data.mode() & 0o002 != 0;
        // A group that is a user's first one is theirs alone, as a rule.
        let to_a_group = data.mode() & 0o020 != 0 && data.gid() != getegid().as_raw();
        let sticky = data.mode() & 0o1000 != 0;
        let theirs = !is_trusted(data.uid()) && data.uid() != UNKNOWN;
        if theirs || ((to_all || to_a_group) && !sticky) {
            bail!(
                "other users can replace what is made in {}: let TMPDIR name a folder of yours{}",
                folder.display(),
                if theirs { "" } else { ", or set its sticky bit" }
            );
        }
    }
    Ok(())
}

fn is_trusted(user: u32) -> bool {
    user == 0 || user == geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, chown};

    use super::*;

    /// A user who is neither this one nor root.
    const STRANGER: u32 = 54321;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
    }

    #[test]
    fn files_above_count_where_cargo_obeys_them() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let write = |path: &str, text: &str| {
            let path = temp.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(&path, text).expect("it is ours");
            path
        };
        let cargo = |answer: &str| {
            set_mode(&write("bin/cargo", &format!("#!/bin/sh\n{answer}\n")), 0o755);
            let toolchain = Toolchain {
                sysroot: temp.path().to_owned(),
                libraries: PathBuf::new(),
                evcxr: PathBuf::new(),
                cargo_home: PathBuf::new(),
                version: String::new(),
            };
            let folder = temp.path().join("shared/kernel");
            fs::create_dir_all(&folder).expect("it is ours");
            let checked = check(&toolchain, &folder).map_err(|reason| format!("{reason:#}"));
            assert_eq!(fs::read_dir(folder).expect("it is ours").count(), 0);
            checked
        };
        // One that knows the variable, and one that does not.
        let (knows, obeys) = ("test -n \"$__CARGO_TEST_ROOT\"", "exit 101");
        assert_eq!(cargo(obeys), Ok(()), "nothing lies above");
        let settings = write("shared/.cargo/config.toml", "");
        assert_eq!(cargo(obeys), Ok(()), "they are this user's own");
        if chown(&settings, Some(STRANGER), None).is_ok() {
            let refused = cargo(obeys).expect_err("they are a stranger's");
            assert!(refused.contains(&format!("cargo would obey {}", settings.display())));
        } else {
            println!("not tried: only root can give a file away");
        }
        write("shared/Cargo.toml", "");
        assert!(cargo(obeys).is_err(), "it would be a workspace, whoever's it is");
        assert_eq!(cargo(knows), Ok(()));
    }

    #[test]
    fn a_folder_open_to_others_needs_the_sticky_bit() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let outer = temp.path().canonicalize().expect("it is there");
        let inner = outer.join("inner");
        fs::create_dir(&inner).expect("it is ours");
        for (mode, fits) in
            [(0o700, true), (0o755, true), (0o1777, true), (0o777, false), (0o702, false)]
        {
            set_mode(&outer, mode);
            assert_eq!(holds_what_is_made(&inner).is_ok(), fits, "{mode:o}");
        }
        // That of a group of several people.
        if chown(&outer, None, Some(STRANGER)).is_ok() {
            for (mode, fits) in [(0o755, true), (0o1775, true), (0o775, false)] {
                set_mode(&outer, mode);
                assert_eq!(holds_what_is_made(&inner).is_ok(), fits, "{mode:o}");
            }
            chown(&outer, Some(STRANGER), None).expect("root can");
            set_mode(&outer, 0o755);
            assert!(holds_what_is_made(&inner).is_err(), "it is a stranger's");
        }
    }
}
