//! A program of a scene, as its parent sees it.

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use super::{ARGUMENT, Note, Scene};
use crate::error::Error;
use crate::format::seconds;
use crate::record::Cause;
use crate::system::{Ended, Program};

/// Of what a program wrote on standard error, no more than this is told.
const WORDS_TOLD: usize = 200;

impl Scene {
    /// Runs it in a new process of this program, to its end or to the limit.
    pub(in crate::labs::crash) fn run(
        self,
        program: &Path,
        limit: Duration,
    ) -> Result<Ended, Error> {
        let mut command = Command::new(program);
        command.arg(ARGUMENT).env("RUST_BACKTRACE", "0");
        let input = serde_json::to_string(&self).expect("a scene is plain data") + "\n";
        let started = Program::start(&mut command, input.as_bytes());
        started.and_then(|it| it.end_or_kill(limit)).map_err(|error| {
            let text = format!("running {} failed: {error}", program.display());
            Error::caused_by(text, error)
        })
    }
}

/// The notes among the lines that a program has printed. One that was cut off is none.
pub(in crate::labs::crash) fn notes_of(stdout: &[u8]) -> Vec<Note> {
    let lines = stdout.split(|byte| *byte == b'\n');
    lines.filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// What is seen of the end of a process; `None`: it had to be killed.
pub(in crate::labs::crash) fn seen(
    status: Option<ExitStatus>,
    limit: Duration,
    stderr: &[u8],
) -> String {
    match status {
        Some(status) => Cause::of(status, last_words(stderr)).to_string(),
        None => format!("no answer within {}, so the process was killed", seconds(limit)),
    }
}

/// In one line, without the standard library's hint at backtraces.
fn last_words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let worth_it = |line: &&str| !line.is_empty() && !line.starts_with("note: ");
    let lines = text.lines().map(str::trim).filter(worth_it);
    let words = lines.collect::<Vec<_>>().join("; ");
    words.chars().take(WORDS_TOLD).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn what_is_no_note_is_left_out() {
        let stdout = br#"noise
{"at":{"secs":1,"nanos":5},"what":"Strikes"}
{"at":{"secs":1,"nan"#;
        assert_eq!(notes_of(stdout).len(), 1);
    }

    #[test]
    fn an_end_is_told_with_signal_status_and_words() {
        let told =
            |raw| seen(Some(ExitStatus::from_raw(raw)), Duration::ZERO, b"\na\n  b \nnote: run");
        assert_eq!(told(6), "the process was ended by signal 6 (abort); its last words: a; b");
        assert_eq!(told(101 << 8), "the process ended with exit status 101; its last words: a; b");
        let killed = seen(None, Duration::from_secs(2), b"");
        assert_eq!(killed, "no answer within 2.00 s, so the process was killed");
        assert_eq!(last_words(&[b'x'; 1000]).len(), WORDS_TOLD);
    }
}
