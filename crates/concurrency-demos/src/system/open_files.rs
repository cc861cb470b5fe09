//! How many files, pipes and sockets among them, this process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The most that this process, or one that it starts, may allow itself; `None`: no limit.
pub(crate) fn most_open_files() -> Option<u64> {
    getrlimit(Resource::Nofile).maximum
}

/// Allows this process so many. Refused, it goes on with as many as it had.
pub(crate) fn raise_open_files() {
    let maximum = most_open_files();
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}
