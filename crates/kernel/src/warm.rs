//! The warm build folder: what a fresh kernel would have to compile, compiled once.
//!
//! A real kernel makes it: then Cargo's fingerprints fit by construction. Building the
//! same crates with our own Cargo call was rejected, since every flag that differs
//! from evcxr's would silently cost a full rebuild.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail, ensure};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use super::above;
use super::copy::copy;
use super::fingerprint::fingerprint;
use super::folder::Folder;
use super::front::evcxr::{Evcxr, Said};
use super::front::{children, connection};
use super::settings::Settings;
use super::toolchain::Toolchain;
use super::{configuration, environment};

/// In the warm folder, until it is made: what somebody else built on a machine of this kind, and a
/// program that Cargo calls in place of the compiler, which puts that where it belongs.
const PACKED: &str = "packed";
const PACKED_COMPILER: &str = "rustc";

/// Set-up is never silent for longer.
const PROGRESS: Duration = Duration::from_secs(4);

/// Why it does not fit.
const CHANGED: &str = "the crates or the compiler have changed since it was prepared";

/// How often a kernel that starts copies anew what was exchanged meanwhile, and after which time.
const EXCHANGES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Makes the warm build folder, unless what is there still fits.
pub fn prepare(settings: &Settings, toolchain: &Toolchain) -> anyhow::Result<()> {
    let place = &settings.warm_folder;
    fs::create_dir_all(place)?;
    // No other user can open it: a lock that they held would hold up this one.
    let alone =
        File::options().create(true).append(true).mode(0o600).open(place.join("install.lock"))?;
    alone.lock()?;
    toolchain.record(settings)?;
    let stamp = fingerprint(settings, toolchain)?;
    if stamped(place).is_some_and(|old| old == stamp) {
        return Ok(());
    }
    println!("Building what the notebooks load; this takes a minute or so.");
    fetch(settings, toolchain)?;
    let folder = Folder::create()?;
    build(settings, toolchain, &folder)?;
    let [next, old, build] = ["next", "old", "build"].map(|name| place.join(name));
    remove(&next)?;
    copy(&folder.path().join("build"), &next, None)?;
    drop(folder);

    // Who copies the old one meanwhile finds another stamp afterwards.
    remove(&place.join("stamp"))?;
    remove(&old)?;
    if build.exists() {
        fs::rename(&build, &old)?;
    }
    fs::rename(&next, &build)?;
    fs::write(place.join("stamp"), stamp)?;
    remove(&old)?;
    remove(&place.join(PACKED))
}

/// The variable by which Cargo calls it, if there is one.
fn packed_compiler(place: &Path) -> Option<(&'static str, PathBuf)> {
    let program = place.join(PACKED).join(PACKED_COMPILER);
    program.is_file().then_some(("RUSTC_WRAPPER", program))
}

/// Copies the warm build folder to `to`. An error says why the copy is cold or partly so;
/// Cargo then builds what is missing.
///
/// It takes no lock: any user of the machine may start a kernel here, and one who held a lock would
/// hold up all others.
pub fn unpack(settings: &Settings, toolchain: &Toolchain, to: &Path) -> anyhow::Result<()> {
    let (now, wanted) = (SystemTime::now(), fingerprint(settings, toolchain));
    // Sources that are as they were when it was prepared may be younger: after a change that was
    // taken back, or a visit to another branch. Cargo goes by times alone, and would build the
    // same again in each kernel.
    let time = |stamp: &str| wanted.as_ref().is_ok_and(|wanted| wanted == stamp).then_some(now);
    for _exchanged in 0..EXCHANGES {
        if let Some(stamp) = copy_whole(&settings.warm_folder, to, time)? {
            ensure!(stamp == wanted?, CHANGED);
            return Ok(());
        }
        sleep(PAUSE);
    }
    bail!("what is prepared in {} is not whole", settings.warm_folder.display())
}

/// Copies it, with one time for a state of this stamp where there is one, and returns the stamp;
/// none, and nothing is there, if it was exchanged meanwhile.
fn copy_whole(
    place: &Path,
    to: &Path,
    time: impl Fn(&str) -> Option<SystemTime>,
) -> anyhow::Result<Option<String>> {
    let build = place.join("build");
    // For a moment of an exchange there is only the old one.
    let prepared = build.is_dir() || place.join("old").is_dir();
    ensure!(prepared, "nothing is prepared in {}", place.display());
    let Some(before) = stamped(place) else { return Ok(None) };
    let copied = copy(&build, to, time(&before));
    if stamped(place).as_ref() == Some(&before) {
        return copied.map(|()| Some(before));
    }
    remove(to)?;
    Ok(None)
}

fn stamped(place: &Path) -> Option<String> {
    fs::read_to_string(place.join("stamp")).ok()
}

/// An error if the warm build folder does not fit any more.
pub fn fits(settings: &Settings, toolchain: &Toolchain) -> anyhow::Result<()> {
    let stamp = fingerprint(settings, toolchain)?;
    let fits = stamped(&settings.warm_folder).is_some_and(|old| old == stamp);
    ensure!(fits, CHANGED);
    Ok(())
}

/// Downloads what Cargo.lock names: kernels work offline. All platforms' packages, since
/// evcxr asks `cargo metadata`, which wants them.
fn fetch(settings: &Settings, toolchain: &Toolchain) -> anyhow::Result<()> {
    let library = &settings.library;
    let mut cargo = environment::command(settings, toolchain, Path::new("cargo"), library);
    // The lock file may be that of a workspace around it.
    cargo.env_remove(above::LAST);
    let status = cargo.arg("fetch").current_dir(library).status().context("cannot run cargo")?;
    ensure!(status.success(), "cargo fetch failed: is the Rust package registry reachable?");
    Ok(())
}

/// Runs evcxr in `folder` until it is ready, and takes it away.
fn build(settings: &Settings, toolchain: &Toolchain, folder: &Folder) -> anyhow::Result<()> {
    let ready = folder.path().join("ready");
    // The prelude is the last thing that evcxr runs before it answers.
    let tell = format!("std::fs::write({ready:?}, \"\").expect(\"the folder is ours\");\n");
    above::check(toolchain, folder.path())?;
    configuration::write(settings, toolchain, folder.path(), &tell)?;
    let (connection, file) = connection::write_private(folder.path())?;
    let mut command = environment::kernel(settings, toolchain, folder.path(), &file);
    // A group of its own, which ends with this process however that ends.
    command.current_dir(&settings.library).process_group(0);
    command.envs(packed_compiler(&settings.warm_folder));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let said = runtime.block_on(async {
        let (evcxr, said) = Evcxr::start(command.into(), connection, folder)?;
        folder.reap(evcxr.process)?;
        let outcome = follow(said, &settings.files.package).await;
        children::end(evcxr.process, &[]);
        outcome
    })?;
    ensure!(ready.exists(), "the prelude of the settings fails:\n{}", said.join("\n"));
    check(settings, toolchain, folder)
}

/// Reports what evcxr compiles until it is ready, and returns what else it said.
async fn follow(mut said: UnboundedReceiver<Said>, package: &str) -> anyhow::Result<Vec<String>> {
    let begun = Instant::now();
    let mut others = Vec::new();
    loop {
        match timeout(PROGRESS, said.recv()).await {
            Ok(Some(Said::Line(line))) if line.trim_start().starts_with("Compiling") => {
                println!("{line}");
            }
            Ok(Some(Said::Line(line))) => others.push(line),
            Ok(Some(Said::Ready)) => return Ok(others),
            Ok(Some(Said::Ended(_, words))) => bail!("evcxr ended while it was prepared:\n{words}"),
            Ok(Some(_)) => {}
            Ok(None) => bail!("evcxr has ended:\n{}", others.join("\n")),
            Err(_) => println!("   Building {package}, {} s so far", begun.elapsed().as_secs()),
        }
    }
}

/// A cell with a type error is also run through `cargo check`, which shares nothing with
/// a build: without this the first mistake in a cell would compile all dependencies.
fn check(settings: &Settings, toolchain: &Toolchain, folder: &Folder) -> anyhow::Result<()> {
    println!("   Checking it too, so that the first error shows at once");
    let mut cargo = environment::command(settings, toolchain, Path::new("cargo"), folder.path());
    let output = cargo
        .args(["--offline", "check", "--message-format=json", "--target", toolchain.host()])
        .current_dir(folder.path().join("build"))
        .env("CARGO_TARGET_DIR", "target")
        .env("CARGO_BUILD_BUILD_DIR", "target")
        .env("RUSTFLAGS", "-Cprefer-dynamic")
        .envs(packed_compiler(&settings.warm_folder))
        .output()
        .context("cannot run cargo")?;
    let reason = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo check of {} failed:\n{reason}", settings.files.package);
    Ok(())
}

fn remove(path: &Path) -> anyhow::Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_takes_what_was_packed_if_it_is_there() {
        let temp = tempfile::tempdir().expect("a temp folder");
        assert_eq!(packed_compiler(temp.path()), None);
        let compiler = temp.path().join("packed/rustc");
        fs::create_dir_all(temp.path().join("packed")).expect("a folder");
        fs::write(&compiler, "").expect("a file");
        assert_eq!(packed_compiler(temp.path()), Some(("RUSTC_WRAPPER", compiler)));
    }

    #[test]
    fn a_copy_is_of_one_state() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let [place, to] = ["place", "to"].map(|name| temp.path().join(name));
        let none = copy_whole(&place, &to, |_| None).expect_err("nothing is prepared").to_string();
        assert!(none.contains("nothing is prepared in"), "{none}");
        fs::create_dir_all(place.join("build")).expect("a folder");
        fs::write(place.join("build/one"), "1").expect("a file");
        // It is being exchanged.
        let copied = || copy_whole(&place, &to, |_| None).expect("it can be copied");
        assert_eq!((copied(), to.exists()), (None, false));
        fs::write(place.join("stamp"), "1").expect("a file");
        assert_eq!((copied(), to.join("one").exists()), (Some("1".to_owned()), true));
    }
}
