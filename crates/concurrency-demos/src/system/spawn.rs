//! Threads that may fail to start.

use std::any::Any;
use std::io;
use std::sync::OnceLock;
use std::thread::{self, Builder, JoinHandle, Scope, ScopedJoinHandle};
use std::time::Duration;

use super::room;
use crate::error::Error;

/// Starts a thread of this name.
///
/// # Errors
/// If the system refuses.
pub(crate) fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Error> {
    Builder::new().name(name.to_owned()).spawn(work).map_err(|error| refused(name, error))
}

/// Starts a thread of this name. (The standard library's `scope.spawn` panics where the
/// system refuses.)
///
/// # Errors
/// If the system refuses.
pub(crate) fn spawn_in<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, Error> {
    let builder = Builder::new().name(name.to_owned());
    builder.spawn_scoped(scope, work).map_err(|error| refused(name, error))
}

fn refused(name: &str, error: io::Error) -> Error {
    let text = format!(
        "starting the thread {name} failed: {error}. Of what a thread takes, {}: use fewer threads",
        room::limit_of_threads()
    );
    Error::caused_by(text, error)
}

/// Keeps threads from their work until all of them are there: a start that fails then
/// fails at once, and the time until it opens is that of the starts alone. Whoever passes
/// hears when it was opened; `None` sends home.
#[derive(Debug, Default)]
pub(crate) struct Gate(OnceLock<Option<Duration>>);

impl Gate {
    /// Waits until it opens; `None` if the work is not to be done.
    pub fn pass(&self) -> Option<Duration> {
        *self.0.wait()
    }

    /// Lets all threads pass to their work, from this time of the run on.
    pub fn open(&self, at: Duration) {
        let _ = self.0.set(Some(at));
    }

    /// Sends all threads home.
    fn close(&self) {
        let _ = self.0.set(None);
    }
}

/// Starts `count` threads named `role-0`, `role-1` and so on, behind a gate: what `work`
/// gives for an index must begin with [`Gate::pass`]. The caller opens it.
///
/// # Errors
/// If one of them cannot be started: the others are sent home.
pub(crate) fn spawn_all<'scope, F, T>(
    scope: &'scope Scope<'scope, '_>,
    gate: &Gate,
    role: &str,
    count: usize,
    mut work: impl FnMut(usize) -> F,
) -> Result<Vec<ScopedJoinHandle<'scope, T>>, Error>
where
    F: FnOnce() -> T + Send + 'scope,
    T: Send + 'scope,
{
    let spawn = |index| spawn_in(scope, &format!("{role}-{index}"), work(index));
    let threads: Result<Vec<_>, _> = (0..count).map(spawn).collect();
    threads.inspect_err(|_| gate.close())
}

/// Finds out whether so many threads can be had, by starting them and sending them home: for
/// libraries that panic, or hang, where the system refuses one.
///
/// # Errors
/// If one of them cannot be started.
pub(crate) fn try_threads(count: usize) -> Result<(), Error> {
    let gate = Gate::default();
    thread::scope(|scope| {
        let wait = |_| || gate.pass();
        spawn_all(scope, &gate, "async", count, wait)?;
        gate.close();
        Ok(())
    })
}

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}
