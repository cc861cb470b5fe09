//! A display that is shown once and then changed in its place.
//!
//! It travels as text on stdout: the block of lines that every evcxr kernel reads, with one word
//! more behind the type (`crates/kernel/README.md` has the words).

use std::env;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process;
use std::sync::LazyLock;

use crate::display::{whole_html, whole_plain};

/// Where the output of this program goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reader {
    /// A kernel whose displays can change: it says so.
    Changing,
    /// Another kernel of evcxr, which shows one value at the end of a cell.
    Still,
    /// Whoever reads lines.
    Lines,
}

/// Asked for at each job that ends.
static OF_THIS_PROGRAM: LazyLock<Reader> = LazyLock::new(|| {
    let said = |name: &str| env::var_os(name).is_some();
    match (said("EVCXR_LIVE_DISPLAYS"), said("EVCXR_IS_RUNTIME")) {
        (true, _) => Reader::Changing,
        (false, true) => Reader::Still,
        (false, false) => Reader::Lines,
    }
});

impl Reader {
    pub fn of_this_program() -> Reader {
        *OF_THIS_PROGRAM
    }
}

/// Which display of all that this notebook has: another process of cells must not change what
/// this one has shown.
pub(super) fn name(kind: &str, number: u64) -> String {
    format!("{kind}-{}-{number}", process::id())
}

/// Shows it, or changes it in its place.
pub(super) fn show(name: &str, first: bool, html: &str, plain: &str) {
    let word = if first { "display_id" } else { "update_display_id" };
    let mut text = String::new();
    let (html, plain) = (whole_html(html), whole_plain(plain));
    for (mime, content) in [("text/html", &*html), ("text/plain", &*plain)] {
        let _ = writeln!(text, "EVCXR_BEGIN_CONTENT {mime} {word}={name}");
        let _ = writeln!(text, "{content}\nEVCXR_END_CONTENT");
    }
    // At once, so that no line of another thread comes between. Who does not read it has lost
    // nothing: the record is whole.
    let _ = io::stdout().lock().write_all(text.as_bytes());
}
