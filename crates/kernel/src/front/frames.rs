//! How long the messages of a client are going to be, seen before the socket inside reads them.
//!
//! That socket sets aside whatever length a frame claims, and where there is no such memory this
//! program would end. So who claims more than [`LARGEST_MESSAGE`] is let go at the door. In
//! [ZMTP](https://rfc.zeromq.org/spec/23/) a frame is a byte of flags, its length in one byte or
//! in eight, and that many bytes; a greeting comes before the first.

use std::io;

/// The bytes before the first frame.
const GREETING: u64 = 64;

/// A message may be so long, all its frames together.
pub const LARGEST_MESSAGE: u64 = 64 << 20;

/// What a frame costs beside its bytes, roughly: a message of empty ones has an end too.
const OVERHEAD: u64 = 64;

/// A further frame of the same message follows.
const MORE: u8 = 1;
/// The length has eight bytes.
const LONG: u8 = 2;

/// What a client sends, as it comes.
pub struct Frames {
    next: Next,
    /// The flags of the frame that is read.
    flags: u8,
    /// The bytes of its message by now.
    message: u64,
}

/// What the next byte is.
enum Next {
    Flags,
    /// One of so many bytes of a length, of which this is known.
    Length(u8, u64),
    /// One of so many that need no look.
    Body(u64),
}

impl Default for Frames {
    fn default() -> Self {
        Frames { next: Next::Body(GREETING), flags: 0, message: 0 }
    }
}

impl Frames {
    /// Looks at what has come.
    ///
    /// # Errors
    /// If a message is going to be too long.
    pub fn read(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while let [first, rest @ ..] = bytes {
            (self.next, bytes) = match self.next {
                Next::Flags => {
                    self.flags = *first;
                    let digits = if first & LONG == 0 { 1 } else { 8 };
                    (Next::Length(digits, 0), rest)
                }
                Next::Length(digits, known) => {
                    let length = (known << 8) | u64::from(*first);
                    match digits - 1 {
                        0 => (self.body(length)?, rest),
                        left => (Next::Length(left, length), rest),
                    }
                }
                Next::Body(left) => {
                    let here = left.min(bytes.len() as u64);
                    let next = if here == left { Next::Flags } else { Next::Body(left - here) };
                    (next, &bytes[here as usize..])
                }
            };
        }
        Ok(())
    }

    fn body(&mut self, length: u64) -> io::Result<Next> {
        self.message = self.message.saturating_add(length).saturating_add(OVERHEAD);
        if self.message > LARGEST_MESSAGE {
            let text = format!("a message is longer than {LARGEST_MESSAGE} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        if self.flags & MORE == 0 {
            self.message = 0;
        }
        Ok(if length == 0 { Next::Flags } else { Next::Body(length) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_greeting(bytes: &[u8]) -> io::Result<()> {
        let mut frames = Frames::default();
        frames.read(&[0xff; GREETING as usize])?;
        frames.read(bytes)
    }

    fn long(flags: u8, length: u64) -> Vec<u8> {
        [&[flags | LONG][..], &length.to_be_bytes()].concat()
    }

    #[test]
    fn a_claim_above_the_limit_is_refused_at_its_last_byte() {
        let most = LARGEST_MESSAGE - OVERHEAD;
        assert!(after_greeting(&long(0, most)).is_ok());
        for length in [most + 1, 1 << 46, u64::MAX] {
            assert!(after_greeting(&long(0, length)).is_err(), "{length}");
            assert!(after_greeting(&long(0, length)[..8]).is_ok(), "{length}");
        }
    }

    #[test]
    fn frames_of_one_message_count_together_and_those_of_others_do_not() {
        let half = LARGEST_MESSAGE / 2 + 1;
        let body = vec![0; half as usize];
        let two = |flags| [long(flags, half), body.clone(), long(0, half)].concat();
        assert!(after_greeting(&two(MORE)).is_err());
        assert!(after_greeting(&two(0)).is_ok());
        let empty = [MORE, 0].repeat(LARGEST_MESSAGE as usize / OVERHEAD as usize + 1);
        assert!(after_greeting(&empty).is_err());
    }

    #[test]
    fn what_is_read_byte_by_byte_is_the_same() {
        let bytes = [vec![0; 64], vec![4, 3, 1, 2, 3], long(MORE, 2), vec![9, 9, 0, 0]].concat();
        let mut frames = Frames::default();
        bytes.iter().for_each(|byte| frames.read(&[*byte]).expect("small"));
        assert!(matches!(frames.next, Next::Flags));
        assert_eq!(frames.message, 0);
    }
}
