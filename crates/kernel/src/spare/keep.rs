//! The life of a spare kernel until a notebook takes it, and then as a kernel.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use rustix::process::setsid;
use tokio::io::AsyncReadExt;
use tokio::sync::watch::Receiver;
use tokio::task::spawn_blocking;

use super::{Request, SERVED, TAKEN, fit, hear, rest, wanted};
use crate::folder::{self, Folder};
use crate::front::{self, Client, Doing};
use crate::memory;
use crate::server::{self, Server};
use crate::settings::Settings;
use crate::toolchain::Toolchain;
use crate::{prepared, warm};

/// How often it is looked whether the spare still fits.
const LOOK: Duration = Duration::from_secs(2);

/// How often it is tried to be the only one who looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Gets a kernel ready for a notebook in `working_folder`, and serves the first that takes it.
pub fn keep(settings: Settings, working_folder: &Path) -> anyhow::Result<()> {
    std::env::set_current_dir(working_folder).context("no such working folder")?;
    // Who interrupts or ends the group of a server or of a kernel does not mean this one.
    let _ = setsid();
    let server = Server::find()?;
    let needed = wanted().with_context(|| format!("{} asks for no spare kernel", super::KNOB))?;
    folder::sweep();
    let toolchain = Toolchain::of_set_up(&settings)?;
    warm::fits(&settings, &toolchain)?;
    match Spare::make(&settings, &toolchain, needed)? {
        Some(spare) => spare.serve(settings, server),
        None => Ok(()),
    }
}

/// What makes a process the spare kernel of its server.
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
        let _alone = alone(&settings.warm_folder);
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

    fn serve(self, settings: Settings, server: Server) -> anyhow::Result<()> {
        let Self { folder, listener, socket } = self;
        let path = folder.path().to_owned();
        let settings_file = settings.files.path.clone();
        let made_of = [folder::program(), settings.warm_folder.join("stamp"), socket.clone()];
        let prepare = move || prepared::prepare(&settings, folder);
        let notebook = Arc::new(OnceLock::new());
        let kept = Arc::clone(&notebook);
        front::serve(Some(path), prepare, async move |doing| {
            let mut server_end: ServerEnd = Box::pin(server.end());
            let (mut taken, request) = tokio::select! {
                taken = spawn_blocking(move || hear::wait(&listener, &socket)) => taken??,
                changed = unfit(made_of) => bail!("a spare kernel fits no more: {changed:#}"),
                () = failed(doing.clone()) => bail!("a spare kernel cannot start"),
                () = &mut server_end => bail!("the server has ended"),
            };
            taken.write_all(TAKEN)?;
            let _ = kept.set(taken.try_clone()?);
            tokio::spawn(rest::start_when_resting(doing, settings_file));
            client(taken, request, server_end)
        })?;
        if let Some(mut notebook) = notebook.get() {
            let _ = notebook.write_all(SERVED);
        }
        Ok(())
    }
}

/// Two kernels may rest at the same time, also those of two users, who share the memory. Who holds
/// the lock for long means harm, and is not waited for.
fn alone(place: &Path) -> Option<File> {
    let lock = File::open(place.join("stamp")).ok()?;
    let begun = Instant::now();
    while lock.try_lock().is_err() && begun.elapsed() < LOOK {
        sleep(PAUSE);
    }
    Some(lock)
}

type ServerEnd = Pin<Box<dyn Future<Output = ()>>>;

/// The notebook as a kernel's client. It is gone when the process that Jupyter started is.
fn client(notebook: UnixStream, request: Request, server_end: ServerEnd) -> anyhow::Result<Client> {
    notebook.set_nonblocking(true)?;
    let mut notebook = tokio::net::UnixStream::from_std(notebook)?;
    let gone = async move {
        tokio::select! {
            // It says nothing more: this is its end.
            _ = notebook.read_u8() => {}
            () = server_end => {}
        }
    };
    let told = fit::told(&fit::own(std::env::vars_os())?, &request.variables);
    Ok(Client { public: request.connection, asked: Vec::new(), told, gone: Box::pin(gone) })
}

/// Comes to its end when one of these files was changed.
async fn unfit(files: [PathBuf; 3]) -> anyhow::Error {
    let look = || files.iter().map(|file| fit::identity(file)).collect::<anyhow::Result<Vec<_>>>();
    let before = look();
    loop {
        match (&before, look()) {
            (Ok(before), Ok(now)) if *before == now => tokio::time::sleep(LOOK).await,
            (_, Err(reason)) => return reason,
            _ => return anyhow!("something was built anew"),
        }
    }
}

/// Comes to its end if the kernel cannot start.
async fn failed(mut doing: Receiver<Doing>) {
    if doing.wait_for(|doing| *doing == Doing::Failed).await.is_err() {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_built_anew_or_removed_is_noticed() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let files = ["program", "stamp", "socket"].map(|name| temp.path().join(name));
        files.iter().for_each(|file| fs::write(file, "1").expect("written"));
        let [_, stamp, socket] = files.clone();
        let mut changed = Box::pin(unfit(files.clone()));
        assert!(timeout(10 * LOOK, &mut changed).await.is_err());
        fs::write(stamp, "22").expect("written");
        assert!(timeout(2 * LOOK, &mut changed).await.is_ok());
        let mut gone = Box::pin(unfit(files));
        assert!(timeout(10 * LOOK, &mut gone).await.is_err());
        fs::remove_file(socket).expect("removed");
        assert!(timeout(2 * LOOK, &mut gone).await.is_ok());
    }
}
