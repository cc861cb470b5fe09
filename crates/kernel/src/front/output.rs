//! What a cell prints and shows, on its way to the clients: a few messages a second, in order,
//! and no more than a page can hold.

use std::mem::take;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::display::Display;

/// How long text is gathered, once some was sent.
const GATHER: Duration = Duration::from_millis(40);

/// How much text a cell may print.
const MOST_TEXT: usize = 256 * 1024;
/// How many lines.
const MOST_LINES: usize = 5_000;
/// How many values it may show.
const MOST_DISPLAYS: usize = 10_000;

/// A message to all clients: type and content.
pub type Message = (&'static str, Value);

/// The output of one cell.
pub struct Output {
    stream: &'static str,
    text: String,
    display: Option<Display>,
    /// When what waits is sent.
    due: Option<Instant>,
    last: Option<Instant>,
    bytes: usize,
    lines: usize,
    displays: usize,
    cut: bool,
}

impl Default for Output {
    fn default() -> Self {
        Self {
            stream: "stdout",
            text: String::new(),
            display: None,
            due: None,
            last: None,
            bytes: 0,
            lines: 0,
            displays: 0,
            cut: false,
        }
    }
}

impl Output {
    /// When [`flush`](Self::flush) is to be called, if nothing else comes.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Takes text, and says what is to be sent now.
    pub fn print(&mut self, stream: &'static str, text: &str) -> Vec<Message> {
        let mut messages = Vec::new();
        if self.cut || text.is_empty() {
            return messages;
        }
        if self.stream != stream || self.display.is_some() {
            messages = self.flush();
        }
        self.stream = stream;
        self.bytes += text.len();
        self.lines += text.bytes().filter(|byte| *byte == b'\n').count();
        if self.bytes > MOST_TEXT || self.lines > MOST_LINES {
            self.cut = true;
            let kept: String = text.split_inclusive('\n').take(MOST_LINES).collect();
            let kept: String = kept.chars().take(MOST_TEXT / 4).collect();
            self.text.push_str(&kept);
            if !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            messages.extend(self.flush());
            messages.push(stream_of(
                "stderr",
                "\u{2026} the rest of this cell's output is left out: a page holds no more.\n",
            ));
            return messages;
        }
        self.text.push_str(text);
        self.wait(stream == "stderr");
        if self.due.is_some_and(|due| due <= Instant::now()) {
            messages.extend(self.flush());
        }
        messages
    }

    /// Takes a value in one form, and says what is to be sent now.
    pub fn show(&mut self, display: Display) -> Vec<Message> {
        let mut messages = Vec::new();
        if !self.text.is_empty() {
            messages = self.flush();
        }
        let display = match &mut self.display {
            Some(last) => last.join(display),
            None => Some(display),
        };
        if let Some(display) = display {
            messages.extend(self.flush());
            self.displays += 1;
            if self.displays <= MOST_DISPLAYS {
                self.display = Some(display);
            }
        }
        self.wait(true);
        messages
    }

    /// What waits, to be sent now.
    pub fn flush(&mut self) -> Vec<Message> {
        self.send(None)
    }

    /// The code of the cell has ended: a value that waits is its result, and is not sent before
    /// [`end`](Self::end), however long evcxr takes to say so. Other output sends it as ever.
    pub fn hold_result(&mut self) {
        if self.display.is_some() {
            self.due = None;
        }
    }

    /// The same at the end of a cell, whose last value is its result.
    pub fn end(&mut self, count: usize) -> Vec<Message> {
        self.send(Some(count))
    }

    /// Takes back the last line of stderr, if it was not sent yet.
    pub fn take_last_error(&mut self) -> Option<String> {
        if self.stream != "stderr" {
            return None;
        }
        let text = self.text.trim_end_matches('\n');
        let at = text.rfind('\n').map_or(0, |at| at + 1);
        let line = text[at..].to_owned();
        self.text.truncate(at);
        Some(line).filter(|line| !line.is_empty())
    }

    fn send(&mut self, result: Option<usize>) -> Vec<Message> {
        self.due = None;
        let text = take(&mut self.text);
        let display = self.display.take();
        if !text.is_empty() || display.is_some() {
            self.last = Some(Instant::now());
        }
        let text = (!text.is_empty()).then(|| stream_of(self.stream, &text));
        text.into_iter().chain(display.map(|display| display.message(result))).collect()
    }

    fn wait(&mut self, always: bool) {
        let now = Instant::now();
        let recently = self.last.is_some_and(|last| last + GATHER > now);
        self.due.get_or_insert(if always || recently { now + GATHER } else { now });
    }
}

/// A message with text of a stream.
pub fn stream_of(name: &str, text: &str) -> Message {
    ("stream", json!({"name": name, "text": text}))
}

#[cfg(test)]
mod tests {
    use super::super::words::Place;
    use super::*;

    fn form(place: Place, mime: &str) -> Display {
        Display::new(place, mime.to_owned(), "x".to_owned())
    }

    fn kinds(messages: &[Message]) -> Vec<&str> {
        messages.iter().map(|(kind, _)| *kind).collect()
    }

    #[test]
    fn the_first_text_comes_at_once_and_what_follows_is_gathered() {
        let mut output = Output::default();
        assert_eq!(output.print("stdout", "1 "), [stream_of("stdout", "1 ")]);
        assert_eq!(output.print("stdout", "2 "), []);
        assert_eq!(output.print("stdout", "3 "), []);
        assert!(output.due().is_some());
        assert_eq!(output.flush(), [stream_of("stdout", "2 3 ")]);
        assert_eq!(output.due(), None);
    }

    #[test]
    fn figures_come_in_order_each_with_its_own_words() {
        let mut output = Output::default();
        let mut sent = output.show(form(Place::Plain, "text/html"));
        sent.extend(output.show(form(Place::Plain, "text/plain")));
        assert_eq!(sent, []);
        sent.extend(output.show(form(Place::Plain, "text/html")));
        sent.extend(output.show(form(Place::New("a".to_owned()), "text/html")));
        sent.extend(output.print("stdout", "text"));
        sent.extend(output.show(form(Place::Update("a".to_owned()), "text/html")));
        sent.extend(output.show(form(Place::Plain, "text/html")));
        sent.extend(output.end(7));
        let expected = ["display_data", "display_data", "display_data", "stream"];
        assert_eq!(kinds(&sent)[..4], expected);
        assert_eq!(kinds(&sent)[4..], ["update_display_data", "execute_result"]);
        assert_eq!(sent[0].1["data"], json!({"text/html": "x", "text/plain": "x"}));
        assert_eq!(sent[5].1["execution_count"], 7);
    }

    #[test]
    fn what_is_shown_last_waits_for_the_end_once_the_code_is_over() {
        let mut output = Output::default();
        assert!(output.show(form(Place::Plain, "text/html")).is_empty());
        assert!(output.due().is_some());
        output.hold_result();
        assert_eq!(output.due(), None);
        assert_eq!(kinds(&output.end(7)), ["execute_result"]);

        assert!(output.show(form(Place::Plain, "text/html")).is_empty());
        output.hold_result();
        assert_eq!(kinds(&output.print("stdout", "of a thread")), ["display_data"]);
        output.hold_result();
        assert!(output.due().is_some(), "text waits for nobody");
        assert_eq!(kinds(&output.flush()), ["stream"]);
    }

    #[test]
    fn a_flood_is_cut_once_and_says_so() {
        let mut output = Output::default();
        let mut sent = Vec::new();
        for _ in 0..100 {
            sent.extend(output.print("stdout", &"omelet\n".repeat(1000)));
        }
        sent.extend(output.flush());
        let text: String =
            sent.iter().filter_map(|(_, content)| content["text"].as_str()).collect();
        assert_eq!(text.matches("left out").count(), 1);
        assert!(text.len() < 2 * MOST_TEXT, "{}", text.len());
    }

    #[test]
    fn the_words_of_a_failed_question_mark_can_be_taken_back() {
        let mut output = Output::default();
        assert_eq!(output.print("stderr", "first\nsecond\n"), []);
        assert_eq!(output.take_last_error().as_deref(), Some("second"));
        assert_eq!(output.flush(), [stream_of("stderr", "first\n")]);
        assert_eq!(output.take_last_error(), None);
    }
}
