//! The warm build folder: what a fresh kernel would have to compile, compiled once.
//!
//! A real kernel makes it: then Cargo's fingerprints fit by construction. Building the
//! same crates with our own Cargo call was rejected, since every flag that differs
//! from evcxr's would silently cost the learner a full rebuild.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, ErrorKind};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use rustix::fs::{FlockOperation, flock};

use super::folder::Folder;
use super::start::{CARGO, configure, prelude};
use super::toolchain::Toolchain;

/// Set-up is never silent for longer.
const PROGRESS: Duration = Duration::from_secs(4);

/// A copy is bound by the kernel's page cache, not by the disk: a few threads help.
const COPIERS: usize = 4;

/// Makes the warm build folder, unless what is there still fits.
pub fn prepare(root: &Path, toolchain: &Toolchain) -> anyhow::Result<()> {
    let place = place(root);
    fs::create_dir_all(&place)?;
    let _alone = lock(&place, "install.lock", FlockOperation::LockExclusive)?;
    let stamp = stamp(root, toolchain)?;
    if fs::read_to_string(place.join("stamp")).is_ok_and(|old| old == stamp) {
        return Ok(());
    }
    println!("Building what the notebooks load; this takes a minute or so.");
    fetch(root, toolchain)?;
    let folder = Folder::create()?;
    build(root, toolchain, &folder)?;
    let next = place.join("next");
    remove(&next)?;
    copy(&folder.path.join("build"), &next)?;
    fs::remove_dir_all(&folder.path)?;

    // No kernel copies the old one while it is exchanged.
    let _quiet = lock(&place, "use.lock", FlockOperation::LockExclusive)?;
    remove(&place.join("stamp"))?;
    remove(&place.join("build"))?;
    fs::rename(&next, place.join("build"))?;
    fs::write(place.join("stamp"), stamp)?;
    Ok(())
}

/// Copies the warm build folder to `to`. An error says why the copy is cold or partly so;
/// Cargo then builds what is missing.
pub fn unpack(root: &Path, toolchain: &Toolchain, to: &Path) -> anyhow::Result<()> {
    let place = place(root);
    let build = place.join("build");
    ensure!(build.is_dir(), "nothing is prepared in {}", place.display());
    let _quiet = lock(&place, "use.lock", FlockOperation::LockShared)?;
    copy(&build, to)?;
    let stamp = stamp(root, toolchain)?;
    let fits = fs::read_to_string(place.join("stamp")).is_ok_and(|old| old == stamp);
    ensure!(fits, "the crates or the compiler have changed since it was prepared");
    Ok(())
}

fn place(root: &Path) -> PathBuf {
    root.join("target/warm")
}

/// Changes whenever the warm build folder has to be made anew.
fn stamp(root: &Path, toolchain: &Toolchain) -> anyhow::Result<String> {
    let mut hasher = DefaultHasher::new();
    toolchain.description()?.hash(&mut hasher);
    CARGO.hash(&mut hasher);
    prelude(root)?.hash(&mut hasher);
    fs::read(root.join("Cargo.toml"))?.hash(&mut hasher);
    fs::read(root.join("Cargo.lock"))?.hash(&mut hasher);
    for name in ["concurrency-demos", "notebook"] {
        hash_tree(&root.join("crates").join(name), &mut hasher)?;
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

fn hash_tree(folder: &Path, hasher: &mut DefaultHasher) -> anyhow::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        entry.file_name().hash(hasher);
        if entry.file_type()?.is_dir() {
            hash_tree(&entry.path(), hasher)?;
        } else {
            fs::read(entry.path())?.hash(hasher);
        }
    }
    Ok(())
}

/// Downloads what Cargo.lock names: kernels work offline. All platforms' packages, since
/// evcxr asks `cargo metadata`, which wants them.
fn fetch(root: &Path, toolchain: &Toolchain) -> anyhow::Result<()> {
    let mut cargo = toolchain.command(root, Path::new("cargo"), root);
    let status = cargo.arg("fetch").current_dir(root).status().context("cannot run cargo")?;
    ensure!(status.success(), "cargo fetch failed: is the Rust package registry reachable?");
    Ok(())
}

/// Runs a kernel in `folder` until it is ready, and takes it away.
fn build(root: &Path, toolchain: &Toolchain, folder: &Folder) -> anyhow::Result<()> {
    let ready = folder.path.join("ready");
    // The prelude is the last thing that a kernel runs before it answers.
    let tell = format!("std::fs::write({ready:?}, \"\").expect(\"the folder is ours\");\n");
    configure(root, toolchain, &folder.path, &tell)?;
    let connection = folder.path.join("connection.json");
    fs::write(&connection, CONNECTION)?;
    let mut command = toolchain.kernel(root, &folder.path, &connection)?;
    command.current_dir(root).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    // A group of its own, which ends with this process however that ends.
    command.process_group(0);
    folder.share(true)?;
    let mut kernel = command.spawn().context("cannot start evcxr_jupyter")?;
    folder.share(false)?;
    folder.reap(kernel.id().try_into()?)?;
    let outcome = follow(&mut kernel, &ready);
    let _ = kernel.kill();
    kernel.wait()?;
    outcome?;
    check(root, toolchain, folder)
}

/// Any free ports on this machine alone; nobody connects.
const CONNECTION: &str = r#"{"transport": "tcp", "ip": "127.0.0.1", "key": "",
"control_port": 0, "shell_port": 0, "stdin_port": 0, "hb_port": 0, "iopub_port": 0}"#;

/// Reports what the kernel compiles until it is ready.
fn follow(kernel: &mut Child, ready: &Path) -> anyhow::Result<()> {
    let lines = lines_of(kernel);
    let begun = Instant::now();
    let mut last = begun;
    let mut said = Vec::new();
    while !ready.exists() {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) if line.trim_start().starts_with("Compiling") => {
                println!("{line}");
                last = Instant::now();
            }
            Ok(line) => said.push(line),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                bail!("the kernel ended while it was prepared:\n{}", said.join("\n"))
            }
        }
        if last.elapsed() > PROGRESS {
            println!("   Building the notebook crate, {} s so far", begun.elapsed().as_secs());
            last = Instant::now();
        }
    }
    Ok(())
}

fn lines_of(kernel: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    let stderr = kernel.stderr.take().expect("the pipe was asked for");
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// A cell with a type error is also run through `cargo check`, which shares nothing with
/// a build: without this the first mistake of a learner would compile all dependencies.
fn check(root: &Path, toolchain: &Toolchain, folder: &Folder) -> anyhow::Result<()> {
    println!("   Checking it too, so that the first error shows at once");
    let mut cargo = toolchain.command(root, Path::new("cargo"), &folder.path);
    let output = cargo
        .args(["--offline", "check", "--message-format=json", "--target", toolchain.host()])
        .current_dir(folder.path.join("build"))
        .env("CARGO_TARGET_DIR", "target")
        .env("CARGO_BUILD_BUILD_DIR", "target")
        .env("RUSTFLAGS", "-Cprefer-dynamic")
        .output()
        .context("cannot run cargo")?;
    let reason = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo check of the notebook crate failed:\n{reason}");
    Ok(())
}

/// Locks a file of the warm folder until the result is dropped.
fn lock(place: &Path, name: &str, how: FlockOperation) -> anyhow::Result<File> {
    let file = File::options().create(true).append(true).open(place.join(name))?;
    flock(&file, how)?;
    Ok(file)
}

/// Copies a tree with its times, by which Cargo knows what is fresh. No hard links: a
/// kernel must not be able to break another's files.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut files = Vec::new();
    copy_folders(from, to, &mut files)?;
    let share = files.len().div_ceil(COPIERS).max(1);
    std::thread::scope(|scope| {
        let copy_all = |part: &[Pair]| part.iter().try_for_each(copy_file);
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

fn copy_file((source, target): &Pair) -> anyhow::Result<()> {
    fs::copy(source, target).with_context(|| format!("cannot copy to {}", target.display()))?;
    let modified = fs::metadata(source)?.modified()?;
    Ok(File::options().append(true).open(target)?.set_modified(modified)?)
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
