//! A Tokio runtime for one piece of work.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};

use super::{panic_message, spawn_in};
use crate::error::Error;

/// Does `work` with a runtime of its own, which is dropped at the end.
///
/// The runtime lives on the calling thread, or, where that thread already drives one, as a
/// notebook does once a cell has used `.await`, on a scoped thread: a runtime inside a
/// runtime would panic. (Always a thread of its own would be simpler, but memory is dearer
/// there: glibc lets its heap grow page by page.)
///
/// # Errors
/// If the system gives no thread or no timer for it: Tokio panics where it cannot start the
/// first thread for blocking calls, and such a panic is an error like any other.
pub(crate) fn on_runtime<T: Send>(
    mut builder: Builder,
    work: impl FnOnce(&Runtime) -> T + Send,
) -> Result<T, Error> {
    let failed = |why: &str| Error::new(format!("the async runtime failed: {why}"));
    let whole = || {
        let mut built = || builder.enable_time().build().map_err(|e| failed(&e.to_string()));
        catch_unwind(AssertUnwindSafe(|| built().map(|runtime| work(&runtime))))
            .unwrap_or_else(|panic| Err(failed(&panic_message(&*panic))))
    };
    if Handle::try_current().is_err() {
        return whole();
    }
    thread::scope(|scope| {
        let thread = spawn_in(scope, "runtime", whole)?;
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
