//! What comes from the process of the cells.

use super::super::cells::Event;
use super::super::display::Display;
use super::super::output::Message;
use super::super::words::{COMPLETE, FAILED, LARGEST_VALUE, PANIC, Word};
use super::Session;
use super::verdict::Seen;

impl Session {
    /// Something came from the process of the cells.
    pub(super) fn happened(&mut self, event: Event) {
        match event {
            Event::Stdout(bytes) => {
                let words = self.reader.read(&bytes);
                self.take(words);
            }
            Event::Stderr(bytes) => self.print("stderr", &String::from_utf8_lossy(&bytes)),
            Event::Begun => {
                if let Some(running) = &mut self.running {
                    running.seen.begun = true;
                    if running.seen.interrupted {
                        self.end_interrupted();
                    }
                }
            }
            Event::Panicked(report) => match &mut self.running {
                Some(running) => running.seen.panics.push(report),
                None => self.print("stderr", &report),
            },
            Event::Waiting => {
                self.drain();
                let mut lines = Vec::new();
                if let Some(running) = &mut self.running {
                    running.seen.last_error =
                        running.seen.failed.then(|| self.output.take_last_error()).flatten();
                    lines.append(&mut running.seen.for_evcxr);
                }
                lines.push(COMPLETE.to_owned());
                if let Some(cells) = &mut self.cells {
                    lines.iter().for_each(|line| cells.tell_evcxr(line));
                }
            }
            Event::Gone => {
                self.drain();
                // evcxr sees the end now, and starts another process.
                self.cells = None;
                self.hidden = 0;
                self.defined.clear();
                if self.running.is_none() {
                    self.next();
                }
            }
        }
    }

    /// Takes all that the process has printed by now.
    pub(super) fn drain(&mut self) {
        let Some(cells) = &mut self.cells else { return };
        let [stdout, stderr] = cells.drain();
        let mut words = self.reader.read(&stdout);
        words.extend(self.reader.rest());
        self.take(words);
        self.print("stderr", &String::from_utf8_lossy(&stderr));
    }

    pub(super) fn take(&mut self, words: Vec<Word>) {
        for word in words {
            match word {
                Word::Text(text) => self.print("stdout", &text),
                Word::Content { mime, place, body } => {
                    let messages = self.output.show(Display::new(place, mime, body));
                    self.publish(messages);
                }
                Word::Input => self.print(
                    "stderr",
                    "A cell cannot ask for input here: it reads the end of input at once.\n",
                ),
                Word::TooLarge => {
                    let most = LARGEST_VALUE >> 20;
                    let said = format!("A value of more than {most} MB is left out.\n");
                    self.print("stderr", &said);
                }
                Word::Complete => {
                    self.output.hold_result();
                    // With turns, the kernel itself says when all is done.
                    if let Some(cells) = self.cells.as_mut().filter(|cells| !cells.takes_turns()) {
                        cells.tell_evcxr(COMPLETE);
                    }
                }
                Word::Panicked => self.note(PANIC, |seen| seen.panicked = true),
                Word::Failed => self.note(FAILED, |seen| seen.failed = true),
                Word::Changed(line) => self.note(&line, |_| {}),
            }
        }
    }

    /// Keeps what evcxr must hear at the end of the cell.
    pub(super) fn note(&mut self, line: &str, change: impl FnOnce(&mut Seen)) {
        if let Some(running) = &mut self.running {
            change(&mut running.seen);
            running.seen.for_evcxr.push(line.to_owned());
        }
    }

    pub(super) fn print(&mut self, stream: &'static str, text: &str) {
        if let Some(running) = self.running.as_mut().filter(|_| stream == "stderr") {
            running.seen.add_to_tail(text);
        }
        let messages = self.output.print(stream, text);
        self.publish(messages);
    }

    pub(super) fn publish(&self, messages: Vec<Message>) {
        for (kind, content) in messages {
            self.jupyter.publish(self.last.as_ref(), kind, content);
        }
    }
}
