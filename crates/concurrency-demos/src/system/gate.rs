//! Threads that begin their work together, or not at all.

use std::time::Duration;

use super::spawn_in;
use super::sync::OnceLock;
use super::thread::{Scope, ScopedJoinHandle};
use crate::error::Error;

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
    pub fn close(&self) {
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
