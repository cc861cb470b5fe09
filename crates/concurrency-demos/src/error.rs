//! What can go wrong with a whole run. What can go wrong with one job of it is a
//! [`Failure`](crate::Failure).

use std::fmt;

/// Why a run could not be made. It says what failed, on what, and what to do.
///
/// `Debug` prints the same sentence as `Display`, because that is what a
/// notebook shows when `?` fails.
pub struct Error {
    text: String,
    source: Option<Source>,
}

/// What an error comes from.
type Source = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Error { text: text.into(), source: None }
    }

    /// One that comes from another, which its text has told already.
    pub(crate) fn caused_by(text: impl Into<String>, source: impl Into<Source>) -> Self {
        Error { text: text.into(), source: Some(source.into()) }
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

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
