//! What can go wrong with a whole run.

use std::fmt;

/// Why a run could not be made: one sentence, with the cure where there is one.
pub struct Error(String);

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Error(text.into())
    }

    /// What was tried, and what the system or a library said to it.
    pub(crate) fn from(what: &str, error: impl fmt::Display) -> Self {
        Error(format!("{what} failed: {error}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
