//! Threads that may fail to start.

use std::any::Any;
use std::io;
use std::thread::{self, Builder, JoinHandle, Scope, ScopedJoinHandle};

use super::gate::{Gate, spawn_all};
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
