//! What can go wrong with a whole run.

use std::fmt;

/// Why a run could not be made: one sentence, with the cure where there is one.
pub struct Error {
    text: String,
    is_missing: bool,
}

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Error { text: text.into(), is_missing: false }
    }

    /// Something is not installed.
    pub(crate) fn missing(text: impl Into<String>) -> Self {
        Error { is_missing: true, ..Error::new(text) }
    }

    /// Whether something has to be installed first: the text says what does it.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.is_missing
    }

    /// What was tried, and what the system or a library said to it.
    pub(crate) fn from(what: &str, error: impl fmt::Display) -> Self {
        Error::new(format!("{what} failed: {error}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
