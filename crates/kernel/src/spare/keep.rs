//! The side of the spare kernel.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use kernel_inside::handover;
use rustix::net::sockopt::socket_peercred;
use rustix::process::{getuid, setsid};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};
use tokio::io::AsyncReadExt;
use tokio::sync::watch::Receiver;
use tokio::task::spawn_blocking;

use super::{Request, SERVED, TAKEN, fit, memory, rest, wanted};
use crate::folder::{self, Folder};
use crate::front::{self, Client, Doing};
use crate::server::{self, Server};
use crate::settings::Settings;
use crate::toolchain::Toolchain;
use crate::{prepared, warm};

/// How often it is looked whether the spare still fits.
const LOOK: Duration = Duration::from_secs(2);

/// How long a notebook may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(3);

/// Gets a kernel ready for a notebook in `working_folder`, and serves the first that takes it.
pub fn keep(settings: Settings, working_folder: &Path) -> anyhow::Result<()> {
    std::env::set_current_dir(working_folder).context("no such working folder")?;
    // Who interrupts or ends the group of a server or of a kernel does not mean this one.
    let _ = setsid();
    let server = Server::find()?;
    let needed = wanted().with_context(|| format!("{} asks for no spare kernel", super::KNOB))?;
    folder::sweep();
    let toolchain = Toolchain::find(&settings)?;
    warm::fits(&settings, &toolchain)?;
    let Some(spare) = Spare::make(&settings, &toolchain, needed)? else { return Ok(()) };

    let Spare { folder, listener, socket } = spare;
    let path = folder.path().to_owned();
    let settings_file = settings.files.path.clone();
    let made_of = [folder::program(), settings.warm_folder.join("stamp"), socket.clone()];
    let prepare = move || prepared::prepare(&settings, folder);
    let notebook = Arc::new(OnceLock::new());
    let kept = Arc::clone(&notebook);
    front::serve(Some(path), prepare, async move |doing| {
        let mut end = Box::pin(server.end());
        let (mut taken, request) = tokio::select! {
            taken = spawn_blocking(move || wait_for_notebook(&listener, &socket)) => taken??,
            changed = unfit(made_of) => bail!("a spare kernel fits no more: {:#}", changed),
            () = failed(doing.clone()) => bail!("a spare kernel cannot start"),
            () = &mut end => bail!("the server has ended"),
        };
        taken.write_all(TAKEN)?;
        let _ = kept.set(taken.try_clone()?);
        tokio::spawn(rest::start_when_resting(doing, settings_file));
        taken.set_nonblocking(true)?;
        let mut taken = tokio::net::UnixStream::from_std(taken)?;
        let gone = async move {
            tokio::select! {
                // It says nothing more: this is its end.
                _ = taken.read_u8() => {}
                () = end => {}
            }
        };
        let told = fit::told(&fit::own(std::env::vars_os())?, &request.variables);
        Ok(Client { public: request.connection, told, gone: Box::pin(gone) })
    })?;
    if let Some(mut notebook) = notebook.get() {
        let _ = notebook.write_all(SERVED);
    }
    Ok(())
}

/// What makes a process the spare of its server.
struct Spare {
    folder: Folder,
    listener: UnixListener,
    socket: PathBuf,
}

impl Spare {
    /// None if there is one that fits, or too little memory.
    fn make(
        settings: &Settings,
        toolchain: &Toolchain,
        needed: u64,
    ) -> anyhow::Result<Option<Self>> {
        let server = server::id().context("no server")?;
        let name = fit::name(settings, toolchain, server)?;
        // Two kernels may rest at the same time.
        let lock = settings.warm_folder.join("spare.lock");
        let alone = File::options().create(true).append(true).open(lock)?;
        alone.lock()?;
        let (fitting, others): (Vec<_>, Vec<_>) =
            fit::all(server).into_iter().partition(|socket| socket.ends_with(&name));
        // It notices, and ends.
        others.iter().for_each(|socket| drop(fs::remove_file(socket)));
        if !fitting.is_empty() || memory::available() < needed {
            return Ok(None);
        }
        let folder = prepared::folder()?;
        let socket = folder.path().join(name);
        let listener = UnixListener::bind(&socket).context("no socket for a spare kernel")?;
        Ok(Some(Self { folder, listener, socket }))
    }
}

/// Waits for a notebook; from then on no other one finds the spare.
fn wait_for_notebook(
    listener: &UnixListener,
    socket: &Path,
) -> anyhow::Result<(UnixStream, Request)> {
    loop {
        let (notebook, _) = listener.accept()?;
        // Who says nothing, or not that, is waited for no longer.
        if let Ok(request) = hear(&notebook) {
            let _ = fs::remove_file(socket);
            return Ok((notebook, request));
        }
    }
}

/// Takes over what a notebook hands over: its stdin, stdout and stderr become this process's.
fn hear(notebook: &UnixStream) -> anyhow::Result<Request> {
    ensure!(socket_peercred(notebook)?.uid == getuid(), "it is another user's");
    notebook.set_read_timeout(Some(PATIENCE))?;
    let [stdin, stdout, stderr] = handover::receive(notebook)?;
    let mut line = String::new();
    BufReader::new(notebook).read_line(&mut line)?;
    let request = serde_json::from_str(&line)?;
    dup2_stdin(stdin)?;
    dup2_stdout(stdout)?;
    dup2_stderr(stderr)?;
    Ok(request)
}

/// Comes to its end when one of these files was changed.
async fn unfit(files: [PathBuf; 3]) -> anyhow::Error {
    let look = || files.iter().map(|file| fit::identity(file)).collect::<anyhow::Result<Vec<_>>>();
    let before = look();
    loop {
        match (&before, look()) {
            (Ok(before), Ok(now)) if *before == now => tokio::time::sleep(LOOK).await,
            (_, Err(reason)) => return reason,
            _ => return anyhow::anyhow!("something was built anew"),
        }
    }
}

/// Comes to its end if the kernel cannot start.
async fn failed(mut doing: Receiver<Doing>) {
    if doing.wait_for(|doing| *doing == Doing::Failed).await.is_err() {
        std::future::pending().await
    }
}
