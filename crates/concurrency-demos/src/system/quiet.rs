//! Keeps libraries quiet that print whatever fails, where failing is what is asked for.

use std::cell::Cell;
use std::fs::OpenOptions;
use std::os::fd::OwnedFd;
use std::panic;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use rustix::stdio::{dup2_stderr, stderr};

use crate::error::Error;

/// There is one stderr in a program, so one at a time is quiet.
static ONE: Mutex<()> = Mutex::new(());

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// While it lives, panics of this thread are not reported, and nothing that the program writes
/// to stderr is seen.
pub(crate) struct Quiet {
    stderr: OwnedFd,
    _one: MutexGuard<'static, ()>,
}

impl Quiet {
    /// Begins to be quiet. What `install` does to the hook for panics is undone.
    ///
    /// # Errors
    /// If stderr cannot be put aside.
    pub fn begin(install: fn()) -> Result<Quiet, Error> {
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let before = put_aside().map_err(|error| {
            let text = format!("stderr cannot be put aside: {error}. See `ulimit -n` for files");
            Error::caused_by(text, error)
        })?;
        QUIET.set(true);
        let quiet = Quiet { stderr: before, _one: one };
        hold_back_reports(install);
        Ok(quiet)
    }
}

/// Lets stderr lead to nowhere; what it was.
fn put_aside() -> std::io::Result<OwnedFd> {
    let before = rustix::io::dup(stderr())?;
    dup2_stderr(OpenOptions::new().write(true).open("/dev/null")?)?;
    Ok(before)
}

impl Drop for Quiet {
    fn drop(&mut self) {
        QUIET.set(false);
        // There is nobody to tell if it fails: what would be told goes to stderr.
        let _ = dup2_stderr(&self.stderr);
    }
}

/// Wraps the hook that is there into one that asks first. A library that sets a hook of its own
/// at its first use would report every later panic of the program, so it is used once before.
fn hold_back_reports(install: fn()) {
    static WRAPPED: Once = Once::new();
    WRAPPED.call_once(|| {
        let report = panic::take_hook();
        install();
        panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                report(panic);
            }
        }));
    });
}
