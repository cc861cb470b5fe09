//! The start of one kernel.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use rustix::process::{Signal, set_parent_process_death_signal};

use super::front::{self, Client, connection};
use super::server::Server;
use super::settings::Settings;
use super::{folder, prepared, spare, unanswered};

/// How long clients may take to come to the new owner of the ports, if there was another. A kernel
/// that cannot start would answer them before that.
const CHANGE: Duration = Duration::from_secs(1);

/// Serves one kernel, in a folder of its own with everything built, until Jupyter ends it. A spare
/// kernel that fits does so instead.
///
/// Jupyter is answered at once. What cannot be prepared is told in the notebook.
pub fn start(
    settings: Settings,
    connection_file: &Path,
    asked: Option<&Path>,
) -> anyhow::Result<()> {
    folder::sweep();
    let public = connection::read(connection_file)?;
    let asked = asked.map(unanswered::take).transpose()?.unwrap_or_default();
    let pause = if asked.is_empty() { Duration::ZERO } else { CHANGE };
    // A spare kernel is told of no request.
    if asked.is_empty()
        && let Some(taken) = spare::take(&settings, &public)
    {
        return taken.wait_for_its_end();
    }
    let folder = prepared::folder();
    let path = folder.as_ref().ok().map(|folder| folder.path().to_owned());
    let settings_file = settings.files.path.clone();
    let prepare = move || {
        thread::sleep(pause);
        prepared::prepare(&settings, folder?)
    };
    front::serve(path, prepare, async |doing| {
        tokio::spawn(spare::start_when_resting(doing, settings_file));
        let gone = async {
            match Server::find() {
                Ok(server) => server.end().await,
                // Somebody else starts it, and ends it.
                Err(_) => std::future::pending().await,
            }
        };
        Ok(Client { public, asked, told: String::new(), gone: Box::pin(gone) })
    })
}

/// Becomes a program that is killed when the thread that started this process ends.
pub fn end_with_parent(program: &Path, arguments: &[OsString]) -> anyhow::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    Err(Command::new(program).args(arguments).exec())
        .with_context(|| format!("cannot start {}", program.display()))
}
