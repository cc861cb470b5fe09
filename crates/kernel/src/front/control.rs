//! What the process of the cells says to the kernel itself: a line `waiting`, or a line
//! `panic LENGTH` and a report of so many bytes.

use anyhow::{Context, bail, ensure};
use kernel_inside::LARGEST_REPORT;

/// No line is longer.
const LONGEST_LINE: usize = 64;

/// What it has said.
#[derive(Debug, PartialEq, Eq)]
pub enum Told {
    /// The command is done.
    Waiting,
    /// Its main thread panicked, with this report.
    Panicked(String),
}

/// Hears it as it comes.
#[derive(Default)]
pub struct Control {
    bytes: Vec<u8>,
    /// The length of the report that comes now.
    report: Option<usize>,
}

impl Control {
    /// Takes what has come.
    pub fn hear(&mut self, more: &[u8]) {
        self.bytes.extend_from_slice(more);
    }

    /// What is whole by now.
    ///
    /// # Errors
    /// If it is neither of the two: nothing is understood from then on.
    pub fn told(&mut self) -> anyhow::Result<Option<Told>> {
        if self.report.is_none() {
            let end = self.bytes.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n');
            let Some(end) = end else {
                ensure!(self.bytes.len() < LONGEST_LINE, "a line without end");
                return Ok(None);
            };
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            let line = str::from_utf8(&line[..end])?;
            if line == "waiting" {
                return Ok(Some(Told::Waiting));
            }
            let Some(length) = line.strip_prefix("panic ") else { bail!("{line:?}") };
            let length = length.parse().ok().filter(|length| *length <= LARGEST_REPORT);
            self.report = Some(length.with_context(|| format!("{line:?}"))?);
        }
        let Some(length) = self.report.take_if(|length| *length <= self.bytes.len()) else {
            return Ok(None);
        };
        let report: Vec<u8> = self.bytes.drain(..length).collect();
        Ok(Some(Told::Panicked(String::from_utf8_lossy(&report).into_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that is told by these bytes, however they are cut.
    fn told(bytes: &[u8], piece: usize) -> anyhow::Result<Vec<Told>> {
        let (mut control, mut all) = (Control::default(), Vec::new());
        for piece in bytes.chunks(piece) {
            control.hear(piece);
            while let Some(told) = control.told()? {
                all.push(told);
            }
        }
        Ok(all)
    }

    #[test]
    fn a_report_is_whole_however_its_bytes_come() {
        let report = "panicked: \u{1f373}\n".repeat(2000);
        let bytes = format!("waiting\npanic {}\n{report}waiting\npanic 0\n", report.len());
        let empty = Told::Panicked(String::new());
        let expected = [Told::Waiting, Told::Panicked(report), Told::Waiting, empty];
        for piece in [1, 7, 100, bytes.len()] {
            assert_eq!(told(bytes.as_bytes(), piece).expect("understood"), expected);
        }
    }

    #[test]
    fn what_is_neither_is_refused_before_memory_is_set_aside() {
        let too_long = format!("panic {}\n", LARGEST_REPORT + 1);
        let endless = "w".repeat(LONGEST_LINE);
        for wrong in ["hello\n", "panic \n", "panic -1\n", "panic 99999999999999999999\n"] {
            assert!(told(wrong.as_bytes(), 1).is_err(), "{wrong}");
        }
        assert!(told(too_long.as_bytes(), 3).is_err());
        assert!(told(endless.as_bytes(), 3).is_err());
        assert!(told(b"\xff\n", 1).is_err());
    }
}
