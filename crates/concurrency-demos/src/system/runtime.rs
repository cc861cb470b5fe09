//! A Tokio runtime for one piece of work.

use std::panic::resume_unwind;
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};

use super::spawn_in;
use crate::error::Error;

/// Does `work` with a runtime of its own, which is dropped at the end.
///
/// The runtime lives on the calling thread, or, where that thread already drives one, as a
/// notebook does once a cell has used `.await`, on a scoped thread: a runtime inside a
/// runtime would panic. (Always a thread of its own would be simpler, but memory costs more
/// there: glibc lets its heap grow page by page.)
///
/// # Errors
/// If the system refuses the runtime or its thread. (Tokio itself panics or hangs where a
/// worker thread cannot be started: [`try_threads`](super::try_threads) comes first.)
pub(crate) fn on_runtime<T: Send>(
    mut builder: Builder,
    work: impl FnOnce(&Runtime) -> T + Send,
) -> Result<T, Error> {
    let whole = || {
        let runtime = builder.enable_time().build().map_err(|error| {
            Error::caused_by(format!("starting the async runtime failed: {error}"), error)
        })?;
        Ok(work(&runtime))
    };
    if Handle::try_current().is_err() {
        return whole();
    }
    thread::scope(|scope| {
        let thread = spawn_in(scope, "runtime", whole)?;
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
