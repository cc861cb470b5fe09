//! What the process of the cells writes to stdout: evcxr's words among the text of cells.
//!
//! A result comes as evcxr has it, lines between `EVCXR_BEGIN_CONTENT text/html` and
//! `EVCXR_END_CONTENT`. A further word makes it a display that can be changed later:
//! `display_id=breakfast`, then `update_display_id=breakfast`. A stock kernel reads the type
//! alone and shows the last of them as the cell's result.
//!
//! A value of more than [`LARGEST_VALUE`] bytes is left out, and the cell is told so.

use std::mem::take;

const BEGIN: &str = "EVCXR_BEGIN_CONTENT ";
const END: &str = "EVCXR_END_CONTENT";
/// A command is done.
pub const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
/// The cell panicked.
pub const PANIC: &str = "EVCXR_PANIC_NOTIFICATION";
/// A `?` ended the cell.
pub const FAILED: &str = "EVCXR_ERROR_OCCURRED";
const CHANGED: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
const INPUT: &str = "EVCXR_INPUT_REQUEST";
const INPUT_HIDDEN: &str = "EVCXR_INPUT_PASSWORD_REQUEST";

/// A value has so many bytes at the most: no page shows more, and a cell may print without end.
pub const LARGEST_VALUE: usize = 16 << 20;

/// How a value is to be shown.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Place {
    /// As evcxr has it.
    #[default]
    Plain,
    /// As a display of this id.
    New(String),
    /// In the place of the display of this id.
    Update(String),
}

/// A piece of stdout.
#[derive(Debug, Eq, PartialEq)]
pub enum Word {
    /// Text of a cell.
    Text(String),
    /// A value in one form.
    Content {
        /// Its MIME type.
        mime: String,
        /// Where it belongs.
        place: Place,
        /// Itself.
        body: String,
    },
    /// A value was too large.
    TooLarge,
    /// The cell panicked; evcxr must hear of it.
    Panicked,
    /// A `?` ended the cell; evcxr must hear of it.
    Failed,
    /// A variable was lost; evcxr must hear this line.
    Changed(String),
    /// A command is done.
    Complete,
    /// A cell asks for input.
    Input,
}

/// Reads stdout as it comes.
#[derive(Default)]
pub struct Reader {
    bytes: Vec<u8>,
    content: Option<(String, Place, String)>,
    /// Whether that one is too large, and is not kept.
    too_large: bool,
    /// So many of the bytes hold no end of its line.
    searched: usize,
}

impl Reader {
    /// What is whole by now.
    pub fn read(&mut self, more: &[u8]) -> Vec<Word> {
        self.bytes.extend_from_slice(more);
        let mut words = Vec::new();
        while self.step(&mut words, false) {}
        words
    }

    /// What is left, when no more comes for now.
    pub fn rest(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        while self.step(&mut words, true) {}
        words
    }

    /// Takes one thing from the front; false if it must wait.
    fn step(&mut self, words: &mut Vec<Word>, all: bool) -> bool {
        if self.content.is_some() {
            return self.step_in_content(words, all);
        }
        let at = find(&self.bytes, b"EVCXR_");
        let whole = match at {
            Some(0) => return self.step_at_word(words, all),
            Some(at) => at,
            // The end may be the beginning of a word, or of a letter.
            None if !all => self.bytes.len() - unfinished(&self.bytes),
            None => self.bytes.len(),
        };
        if whole == 0 {
            return false;
        }
        let text: Vec<u8> = self.bytes.drain(..whole).collect();
        words.push(Word::Text(String::from_utf8_lossy(&text).into_owned()));
        true
    }

    fn step_at_word(&mut self, words: &mut Vec<Word>, all: bool) -> bool {
        let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') else {
            const LONGEST: usize = 400;
            if !all && self.bytes.len() < LONGEST {
                return false;
            }
            let text = take(&mut self.bytes);
            words.push(Word::Text(String::from_utf8_lossy(&text).into_owned()));
            return !self.bytes.is_empty();
        };
        let line: Vec<u8> = self.bytes.drain(..=end).collect();
        let line = String::from_utf8_lossy(&line).into_owned();
        let said = line.trim_end_matches('\n');
        words.push(match said {
            COMPLETE => Word::Complete,
            PANIC => Word::Panicked,
            FAILED => Word::Failed,
            _ if said.starts_with(CHANGED) => Word::Changed(said.to_owned()),
            _ if said.starts_with(INPUT) || said.starts_with(INPUT_HIDDEN) => Word::Input,
            _ => match said.strip_prefix(BEGIN) {
                Some(what) => {
                    self.content = Some(begun(what));
                    return true;
                }
                None => Word::Text(line),
            },
        });
        true
    }

    fn step_in_content(&mut self, words: &mut Vec<Word>, all: bool) -> bool {
        let new = self.bytes[self.searched..].iter().position(|byte| *byte == b'\n');
        let Some(end) = new.map(|at| self.searched + at) else {
            if all {
                // The cell ended within it.
                (self.content, self.too_large) = (None, false);
                self.bytes.clear();
            }
            if self.outgrown(self.bytes.len()) {
                // Of its line so much is left that the rest of it is not taken for another.
                self.bytes = b" ".to_vec();
            }
            self.searched = self.bytes.len();
            return false;
        };
        self.searched = 0;
        self.outgrown(end);
        let line: Vec<u8> = self.bytes.drain(..=end).collect();
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches('\n');
        if line == END {
            let content = self.content.take().filter(|_| !self.too_large);
            self.too_large = false;
            words.push(content.map_or(Word::TooLarge, |(mime, place, mut body)| {
                body.pop();
                Word::Content { mime, place, body }
            }));
        } else if line == PANIC || line == COMPLETE {
            (self.content, self.too_large) = (None, false);
            words.push(if line == PANIC { Word::Panicked } else { Word::Complete });
        } else if let Some((_, _, body)) = self.content.as_mut().filter(|_| !self.too_large) {
            body.push_str(line);
            body.push('\n');
        }
        true
    }

    /// Whether a value is too large with so many bytes more; then it is not kept.
    fn outgrown(&mut self, more: usize) -> bool {
        let Some((_, _, body)) = &mut self.content else { return false };
        self.too_large |= body.len() + more > LARGEST_VALUE;
        if self.too_large {
            *body = String::new();
        }
        self.too_large
    }
}

fn begun(what: &str) -> (String, Place, String) {
    let mut words = what.split(' ');
    let mime = words.next().unwrap_or_default().to_owned();
    let place = words.find_map(|word| match word.split_once('=')? {
        ("display_id", id) => Some(Place::New(id.to_owned())),
        ("update_display_id", id) => Some(Place::Update(id.to_owned())),
        _ => None,
    });
    (mime, place.unwrap_or_default(), String::new())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// How many bytes at the end may be the beginning of more.
fn unfinished(bytes: &[u8]) -> usize {
    let word = (1..b"EVCXR_".len()).rev().find(|length| bytes.ends_with(&b"EVCXR_"[..*length]));
    if let Some(length) = word {
        return length;
    }
    let tail = &bytes[bytes.len().saturating_sub(4)..];
    match str::from_utf8(tail) {
        Err(error) if error.error_len().is_none() => tail.len() - error.valid_up_to(),
        // The cut itself may have split a letter.
        Err(_) if bytes.len() > 4 => {
            let cut = tail.iter().rposition(|byte| *byte >= 0xc0).unwrap_or(tail.len());
            match str::from_utf8(&tail[cut..]) {
                Err(error) if error.error_len().is_none() => tail.len() - cut,
                _ => 0,
            }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Word {
        Word::Text(text.to_owned())
    }

    fn content(mime: &str, place: Place, body: &str) -> Word {
        Word::Content { mime: mime.to_owned(), place, body: body.to_owned() }
    }

    #[test]
    fn words_are_found_however_the_bytes_are_cut() {
        let all = "two \u{1f373} and EVCXRx\nno endEVCXR_BEGIN_CONTENT text/html display_id=a\n<b>\n\
            </b>\nEVCXR_END_CONTENT\nEVCXR_BEGIN_CONTENT text/plain\nb\nEVCXR_END_CONTENT\n\
            EVCXR_BEGIN_CONTENT text/plain update_display_id=a\n\nEVCXR_END_CONTENT\n\
            EVCXR_VARIABLE_CHANGED_TYPE:x\nEVCXR_OTHER\nEVCXR_PANIC_NOTIFICATION\nEVCXR_\n\
            EVCXR_ERROR_OCCURRED\nEVCXR_EXECUTION_COMPLETE\nlast";
        let expected = [
            text("two \u{1f373} and EVCXRx\nno end"),
            content("text/html", Place::New("a".to_owned()), "<b>\n</b>"),
            content("text/plain", Place::Plain, "b"),
            content("text/plain", Place::Update("a".to_owned()), ""),
            Word::Changed("EVCXR_VARIABLE_CHANGED_TYPE:x".to_owned()),
            text("EVCXR_OTHER\n"),
            Word::Panicked,
            text("EVCXR_\n"),
            Word::Failed,
            Word::Complete,
            text("last"),
        ];
        for size in [1, 2, 3, 7, 64, all.len()] {
            let mut reader = Reader::default();
            let mut words: Vec<Word> = Vec::new();
            for chunk in all.as_bytes().chunks(size) {
                words.extend(reader.read(chunk));
            }
            words.extend(reader.rest());
            let mut joined: Vec<Word> = Vec::new();
            for word in words {
                match (joined.last_mut(), word) {
                    (Some(Word::Text(text)), Word::Text(more)) => {
                        text.push_str(&more);
                    }
                    (_, word) => joined.push(word),
                }
            }
            assert_eq!(joined, expected, "chunks of {size}");
        }
    }

    #[test]
    fn a_partial_line_comes_at_once() {
        let mut reader = Reader::default();
        assert_eq!(reader.read(b"1 "), [text("1 ")]);
        assert_eq!(reader.read(b"2 EVC"), [text("2 ")]);
        assert_eq!(reader.rest(), [text("EVC")]);
    }

    #[test]
    fn a_value_that_is_never_whole_hides_nothing_that_follows() {
        let mut reader = Reader::default();
        assert_eq!(
            reader.read(b"EVCXR_BEGIN_CONTENT a/b\nhalf\nEVCXR_PANIC_NOTIFICATION\nx\n"),
            [Word::Panicked, text("x\n"),]
        );
        assert_eq!(reader.read(b"EVCXR_BEGIN_CONTENT a/b\nhalf"), []);
        assert_eq!(reader.rest(), []);
        assert_eq!(reader.read(b"y\n"), [text("y\n")]);
    }

    #[test]
    fn a_value_without_bound_is_left_out_and_what_follows_is_not() {
        for line in [&b"x"[..], b"some words\n"] {
            let mut reader = Reader::default();
            assert_eq!(reader.read(b"EVCXR_BEGIN_CONTENT text/html\n"), []);
            let chunk = line.repeat(64 * 1024 / line.len());
            for _ in 0..2 * LARGEST_VALUE / chunk.len() {
                assert_eq!(reader.read(&chunk), []);
                let kept = reader.content.as_ref().map_or(0, |(_, _, body)| body.len());
                assert!(kept + reader.bytes.len() <= LARGEST_VALUE + chunk.len());
            }
            let end = b"EVCXR_END_CONTENT\nEVCXR_END_CONTENT\nEVCXR_BEGIN_CONTENT a/b\n1\n\
                EVCXR_END_CONTENT\n";
            let words = reader.read(end);
            let [Word::TooLarge, .., last] = &words[..] else { panic!("{words:?}") };
            assert_eq!(*last, content("a/b", Place::Plain, "1"));
        }
    }
}
