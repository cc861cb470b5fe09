//! Which spare kernel fits which notebook.
//!
//! Its name says so: that of its socket, in the private folder of the kernel.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::fingerprint::fingerprint;
use crate::folder;
use crate::settings::Settings;
use crate::toolchain::Toolchain;

/// What differs between kernels of one server, or between a server and the shell that became it.
/// Nothing that gets ready depends on it, so it is set when a notebook comes.
const OWN: [&str; 6] = ["JPY_SESSION_NAME", "LC_CTYPE", "OLDPWD", "PWD", "SHLVL", "_"];

/// Likewise, by the beginning of the name.
const OWN_FAMILIES: [&str; 2] = ["JUPYTER_SERVER_", "KERNEL_"];

/// How the names of the spares of a server begin.
fn family(server: i32) -> String {
    format!("spare-{server}-")
}

/// The name of a spare that fits a kernel which this process was to become.
pub fn name(settings: &Settings, toolchain: &Toolchain, server: i32) -> anyhow::Result<String> {
    let mut hasher = DefaultHasher::new();
    settings.files.path.hash(&mut hasher);
    fingerprint(settings, toolchain)?.hash(&mut hasher);
    identity(&folder::itself())?.hash(&mut hasher);
    std::env::current_dir()?.hash(&mut hasher);
    shared(std::env::vars_os()).hash(&mut hasher);
    Ok(format!("{}{:016x}", family(server), hasher.finish()))
}

/// The sockets of this user's spares for a server.
pub fn all(server: i32) -> Vec<PathBuf> {
    let family = family(server);
    let entries = folder::own().flat_map(fs::read_dir).flatten().flatten();
    let sockets = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&family));
    sockets.map(|entry| entry.path()).collect()
}

/// Tells one state of a file from another.
pub fn identity(file: &Path) -> anyhow::Result<impl Hash + PartialEq + use<>> {
    let found = fs::metadata(file).with_context(|| format!("{} is gone", file.display()))?;
    Ok((found.dev(), found.ino(), found.size(), found.mtime(), found.mtime_nsec()))
}

/// The variables that are a notebook's own.
pub fn own(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> anyhow::Result<BTreeMap<String, String>> {
    let own = variables.filter(|(name, _)| is_own(name));
    own.map(|(name, value)| Ok((text(name)?, text(value)?))).collect()
}

fn text(words: OsString) -> anyhow::Result<String> {
    let words = words.into_string().ok().context("a variable is not UTF-8")?;
    ensure!(!words.contains('\n'), "a variable has several lines");
    Ok(words)
}

/// What cells' processes must be told so that these variables are as they are in the notebook.
pub fn told(ours: &BTreeMap<String, String>, theirs: &BTreeMap<String, String>) -> String {
    let variable = kernel_inside::VARIABLE;
    let set = theirs.iter().filter(|(name, value)| ours.get(*name) != Some(value));
    let set = set.map(|(name, value)| format!("{variable}{name}={value}\n\n"));
    let removed = ours.keys().filter(|name| !theirs.contains_key(*name));
    set.chain(removed.map(|name| format!("{variable}{name}\n\n"))).collect()
}

fn shared(variables: impl Iterator<Item = (OsString, OsString)>) -> BTreeMap<OsString, OsString> {
    variables.filter(|(name, _)| !is_own(name)).collect()
}

fn is_own(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    OWN.contains(&&*name) || OWN_FAMILIES.iter().any(|begin| name.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(all: &[(&str, &str)]) -> std::vec::IntoIter<(OsString, OsString)> {
        let all: Vec<_> = all.iter().map(|(name, value)| (name.into(), value.into())).collect();
        all.into_iter()
    }

    #[test]
    fn a_notebooks_own_variables_are_told_and_all_others_must_be_the_same() {
        let spare = [("PATH", "/bin"), ("SHLVL", "2"), ("JUPYTER_SERVER_ROOT", "/"), ("_", "sh")];
        let notebook = [("PATH", "/bin"), ("SHLVL", "1"), ("JPY_SESSION_NAME", "a=b"), ("_", "sh")];
        assert_eq!(shared(variables(&spare)), shared(variables(&notebook)));
        let [ours, theirs] = [spare, notebook].map(|all| own(variables(&all)).expect("texts"));
        assert_eq!(
            told(&ours, &theirs),
            "variable JPY_SESSION_NAME=a=b\n\nvariable SHLVL=1\n\nvariable JUPYTER_SERVER_ROOT\n\n"
        );
        let other = [("PATH", "/sbin"), ("SHLVL", "2")];
        assert_ne!(shared(variables(&spare)), shared(variables(&other)));
        assert!(own(variables(&[("JPY_SESSION_NAME", "a\nb")])).is_err());
    }

    #[test]
    fn a_file_that_was_replaced_is_another() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let [file, next] = ["file", "next"].map(|name| temp.path().join(name));
        fs::write(&file, "1").expect("written");
        let before = identity(&file).expect("there");
        assert!(before == identity(&file).expect("there"));
        fs::write(&next, "2").expect("written");
        fs::rename(&next, &file).expect("renamed");
        assert!(before != identity(&file).expect("there"));
        fs::remove_file(&file).expect("removed");
        assert!(identity(&file).is_err());
    }
}
