//! ZMTP 3, the frames of ZeroMQ on a connection: as much as it takes to change a message.
//!
//! ```text
//! greeting (64 bytes), then frames: flags (1), length (1, or 8 if long), body
//! message = frames with the flag "more", and one without; commands may be in between
//! ```
//!
//! A message is held back only until it is judged. What is not understood, such as an
//! encrypted connection, passes as it is, and so does all that follows it. The protocol:
//! <https://rfc.zeromq.org/spec/23/>.

use std::mem::take;
use std::ops::Range;

const GREETING: u64 = 64;

/// More than ever comes.
const EVERYTHING: u64 = u64::MAX;

/// The flags of a frame.
const MORE: u8 = 1;
const LONG: u8 = 2;
const COMMAND: u8 = 4;

/// What is longer than this is not held back.
const LIMIT: usize = 256 * 1024;

/// What becomes of a message.
pub enum Verdict {
    /// That depends on its next frame.
    Wait,
    /// It passes as it is.
    Pass,
    /// The frames with these numbers get other bodies; what follows passes as it is.
    Replace(Vec<(usize, Vec<u8>)>),
}

/// One direction of a connection. `judge` sees the frames of a message so far, after each.
pub struct Stream<Judge> {
    judge: Judge,
    /// What has come of the greeting.
    greeting: Vec<u8>,
    /// So many bytes pass before the next frame comes.
    passing: u64,
    /// What has come and not passed yet.
    held: Vec<u8>,
    /// How much of it has been read.
    read: usize,
    /// The frames in it: where each starts, and its body.
    frames: Vec<(usize, Range<usize>)>,
    /// Whether the rest of the message passes.
    judged: bool,
}

impl<Judge: Fn(&[&[u8]]) -> Verdict> Stream<Judge> {
    /// A connection that begins.
    pub fn new(judge: Judge) -> Self {
        let (greeting, held, frames) = (Vec::new(), Vec::new(), Vec::new());
        Self { judge, greeting, passing: GREETING, held, read: 0, frames, judged: false }
    }

    /// What passes now that `bytes` have come.
    pub fn pass(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        self.held.extend_from_slice(bytes);
        loop {
            let length = usize::try_from(self.passing).unwrap_or(usize::MAX).min(self.held.len());
            out.extend_from_slice(&self.held[..length]);
            self.passing -= length as u64;
            if (self.greeting.len() as u64) < GREETING {
                self.greeting.extend_from_slice(&self.held[..length]);
                if self.passing == 0 && !is_known(&self.greeting) {
                    self.passing = EVERYTHING;
                }
            }
            self.held.drain(..length);
            if self.passing > 0 || !self.frame(&mut out) {
                return out;
            }
        }
    }

    /// What is left when nothing more comes.
    pub fn rest(&mut self) -> Vec<u8> {
        take(&mut self.held)
    }

    /// Reads a frame; false if not all of it is there.
    fn frame(&mut self, out: &mut Vec<u8>) -> bool {
        let Some((flags, head, body)) = head(&self.held[self.read..]) else { return false };
        let (more, command) = (flags & MORE != 0, flags & COMMAND != 0);
        let (start, body_start) = (self.read, self.read + head);
        let end = usize::try_from(body).unwrap_or(usize::MAX).saturating_add(body_start);
        if flags > MORE | LONG | COMMAND {
            self.passing = EVERYTHING;
        } else if self.judged || end > LIMIT {
            let within = self.judged || !self.frames.is_empty();
            (self.read, self.passing) = (body_start, body);
            self.release(Vec::new(), if command { within } else { more }, out);
        } else if end > self.held.len() {
            return false;
        } else if command {
            self.read = end;
            if self.frames.is_empty() {
                self.release(Vec::new(), false, out);
            }
        } else {
            self.read = end;
            self.frames.push((start, body_start..end));
            let bodies = self.frames.iter().map(|(_, body)| &self.held[body.clone()]);
            match (self.judge)(&bodies.collect::<Vec<_>>()) {
                Verdict::Wait if more => {}
                Verdict::Replace(parts) => self.release(parts, more, out),
                _ => self.release(Vec::new(), more, out),
            }
        }
        true
    }

    /// Lets pass what has been read, with other bodies for some of its frames.
    fn release(&mut self, parts: Vec<(usize, Vec<u8>)>, judged: bool, out: &mut Vec<u8>) {
        let mut done = 0;
        for (number, part) in parts {
            let (start, body) = self.frames[number].clone();
            out.extend_from_slice(&self.held[done..start]);
            out.push(self.held[start] | LONG);
            out.extend((part.len() as u64).to_be_bytes());
            out.extend(part);
            done = body.end;
        }
        out.extend_from_slice(&self.held[done..self.read]);
        self.held.drain(..self.read);
        self.frames.clear();
        self.read = 0;
        self.judged = judged;
    }
}

/// Whether frames that can be read follow this greeting.
fn is_known(greeting: &[u8]) -> bool {
    let (version, mechanism) = (greeting[10], &greeting[12..32]);
    (greeting[0], greeting[9], version) == (0xff, 0x7f, 3)
        && mechanism.strip_prefix(b"NULL").is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
}

/// The flags, the length of the head and that of the body of the frame that starts here.
fn head(bytes: &[u8]) -> Option<(u8, usize, u64)> {
    let flags = *bytes.first()?;
    if flags & LONG == 0 {
        return Some((flags, 2, u64::from(*bytes.get(1)?)));
    }
    let length = bytes.get(1..9)?.try_into().expect("eight bytes");
    Some((flags, 9, u64::from_be_bytes(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Judges by the second frame: of "swap" the first and the fourth are replaced.
    fn judge(frames: &[&[u8]]) -> Verdict {
        match frames {
            [_, b"swap", _, _] => Verdict::Replace(vec![(0, vec![b'x'; 300]), (3, b"y".into())]),
            [_] | [_, b"swap", ..] => Verdict::Wait,
            _ => Verdict::Pass,
        }
    }

    fn greeting(mechanism: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1];
        bytes.extend(mechanism);
        bytes.resize(64, 0);
        bytes
    }

    fn frame(flags: u8, body: &[u8]) -> Vec<u8> {
        match u8::try_from(body.len()) {
            Ok(length) if flags & LONG == 0 => [&[flags, length], body].concat(),
            _ => [&[flags | LONG], &(body.len() as u64).to_be_bytes()[..], body].concat(),
        }
    }

    fn message(bodies: &[&[u8]]) -> Vec<u8> {
        let (last, others) = bodies.split_last().expect("a frame");
        others.iter().flat_map(|body| frame(MORE, body)).chain(frame(0, last)).collect()
    }

    /// What becomes of `old`, `swap`, nothing, `old`.
    fn swapped() -> Vec<u8> {
        let begin = [frame(MORE, &[b'x'; 300]), frame(MORE, b"swap")].concat();
        [begin, frame(MORE, b""), frame(LONG, b"y")].concat()
    }

    /// What comes out for what goes in, in these pieces.
    fn through<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
        let mut stream = Stream::new(judge);
        let mut out: Vec<u8> = pieces.into_iter().flat_map(|piece| stream.pass(piece)).collect();
        out.extend(stream.rest());
        out
    }

    /// However it is cut, what goes in must come out as `expected`.
    fn assert_becomes(bytes: &[u8], expected: &[u8]) {
        assert!(through([bytes]) == expected, "in one piece");
        assert!(through(bytes.chunks(1)) == expected, "byte by byte");
        for cut in 0..=bytes.len() {
            let (first, second) = bytes.split_at(cut);
            assert!(through([first, second]) == expected, "cut at {cut}");
        }
    }

    #[test]
    fn one_kind_of_message_is_changed_and_all_others_pass() {
        let long = vec![7; 700];
        let ping = frame(COMMAND, b"\x04PING\0\x01");
        // Pings may come within a message; a body may say that it is long, and be short.
        let before = [
            greeting(b"NULL"),
            frame(COMMAND, b"\x05READY"),
            message(&[b"one", b"keep", &long]),
            message(&[b""]),
            frame(LONG | MORE, b"few"),
            message(&[b"keep"]),
        ]
        .concat();
        let swap = [
            [frame(MORE, b"old"), frame(MORE, b"swap"), ping.clone()].concat(),
            [frame(LONG | MORE, b"third"), message(&[&long, b"rest"])].concat(),
        ]
        .concat();
        let swapped = [
            [frame(MORE, &[b'x'; 300]), frame(MORE, b"swap"), ping.clone()].concat(),
            [frame(LONG | MORE, b"third"), frame(LONG | MORE, b"y"), frame(0, b"rest")].concat(),
        ]
        .concat();
        let after = [message(&[b"a", b"keep"]), ping].concat();
        let sent = [&before[..], &swap, &swap, &after].concat();
        assert_becomes(&sent, &[&before[..], &swapped, &swapped, &after].concat());
    }

    #[test]
    fn the_end_of_a_message_is_seen() {
        let swap = message(&[b"old", b"swap", b"", b"old"]);
        assert_becomes(
            &[greeting(b"NULL"), swap].concat(),
            &[greeting(b"NULL"), swapped()].concat(),
        );
        // One that ends before it can be judged passes, and the next is another.
        let short = [message(&[b"old", b"swap"]), message(&[b"", b"old"])].concat();
        let short = [greeting(b"NULL"), short].concat();
        assert_becomes(&short, &short);
    }

    #[test]
    fn nothing_waits_that_need_not() {
        let mut stream = Stream::new(judge);
        // Each side of a connection waits for parts of the other's greeting.
        for byte in greeting(b"NULL") {
            assert_eq!(stream.pass(&[byte]), [byte]);
        }
        let ready = frame(COMMAND, b"\x05READY");
        assert_eq!(stream.pass(&ready), ready);
        assert_eq!(stream.pass(&frame(MORE, b"one")), b"");
        let judged = [frame(MORE, b"one"), frame(MORE, b"keep")].concat();
        assert_eq!(stream.pass(&frame(MORE, b"keep")), judged);
        // The rest of it streams, but for the heads of frames.
        for body in [&b"body"[..], &[1; 300]] {
            let flags = if body == b"body" { MORE } else { 0 };
            let bytes = frame(flags, body);
            let (head, body) = bytes.split_at(bytes.len() - body.len());
            assert_eq!(stream.pass(head), head);
            for byte in body {
                assert_eq!(stream.pass(&[*byte]), [*byte]);
            }
        }
        assert_eq!(stream.pass(&frame(MORE, b"old")), b"");
    }

    #[test]
    fn what_is_too_long_is_not_held_back() {
        let mut stream = Stream::new(judge);
        stream.pass(&greeting(b"NULL"));
        let first = frame(MORE, b"old");
        assert_eq!(stream.pass(&first), b"");
        let vast = [&[MORE | LONG], &(1_u64 << 62).to_be_bytes()[..], b"begins"].concat();
        assert_eq!(stream.pass(&vast), [first, vast].concat());
        assert_eq!(stream.pass(b"goes on"), b"goes on");

        let swap = message(&[b"old", b"swap", b"", b"old"]);
        let vast = message(&[b"old", b"swap", &vec![0; LIMIT], b"old"]);
        let sent = [greeting(b"NULL"), vast.clone(), swap].concat();
        assert!(through(sent.chunks(1000)) == [greeting(b"NULL"), vast, swapped()].concat());
        // A vast command does not end the message that it is in.
        let vast = [frame(MORE, b"old"), frame(COMMAND, &vec![0; LIMIT])].concat();
        let vast = [greeting(b"NULL"), vast, message(&[b"old", b"swap", b"", b"old"])].concat();
        assert!(through(vast.chunks(1000)) == vast);
        // Very many small ones are not held back either.
        let many = [greeting(b"NULL"), frame(MORE, b"old"), frame(MORE, b"swap")].concat();
        let many = [many, frame(COMMAND, b"ping").repeat(LIMIT / 4)].concat();
        assert!(Stream::new(judge).pass(&many).len() > many.len() - LIMIT);
    }

    #[test]
    fn what_is_not_understood_passes() {
        let swap = message(&[b"old", b"swap", b"", b"old"]);
        let mut old = greeting(b"NULL");
        old[10] = 2;
        for begin in [greeting(b"CURVE"), greeting(b"NULLS"), old, vec![b'G'; 64]] {
            let sent = [begin, swap.clone()].concat();
            assert_becomes(&sent, &sent);
        }
        let mut garbage = [greeting(b"NULL"), swap.clone(), swap.clone()].concat();
        garbage[64] |= 0x80;
        assert_becomes(&garbage, &garbage);
        // A connection that breaks off loses nothing.
        let whole = [greeting(b"NULL"), message(&[b"old", b"swap", b"", &[0; 400]])].concat();
        for end in 0..whole.len() {
            assert!(through([&whole[..end]]) == whole[..end]);
        }
    }
}
