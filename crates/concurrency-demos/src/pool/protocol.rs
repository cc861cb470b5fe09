//! What travels between the parent and a worker: frames of a 4-byte
//! little-endian length and a postcard body.
//!
//! Neither side trusts what it reads. A frame that claims more than [`LARGEST_FRAME`] is
//! refused, and memory is set aside for a smaller one as its bytes come: [`STEP`] before the
//! first, and then never more than [`GROWTH`] times what is there. A body that is no message, or more than
//! one, is an error. Each request has a number, which its reply repeats, so that what was said
//! too early or twice is no reply to the next request. `wire_checks.rs` holds it for any bytes,
//! `tests/nonsense_worker.rs` with a process that speaks them.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::climb::Climb;
use super::growth::Waiting;
use crate::record::Timing;
use crate::service::{Kitchen, Visit};
use crate::work::Output;

/// Changes when the messages change their meaning.
pub(crate) const PROTOCOL: u32 = 4;

/// The sources from which this program was built: parent and worker must agree.
pub(crate) const BUILD_ID: &str = env!("CONCURRENCY_DEMOS_BUILD_ID");

/// A longer frame is refused before memory is set aside for it.
pub(crate) const LARGEST_FRAME: usize = 256 << 20;

/// So many bytes are set aside for a frame before any of them has come.
pub(super) const STEP: usize = 1 << 20;

/// Then so many times what has come. (To grow by little would copy it, or zero the rest, more
/// often than large payloads can bear.)
pub(super) const GROWTH: usize = 4;

/// No first message is longer.
pub(super) const LARGEST_HELLO: usize = 1024;

/// The bytes that fit a frame beside the rest of a job or an answer.
pub(crate) const LARGEST_PAYLOAD: usize = LARGEST_FRAME - 1024;

/// The first message of a worker.
#[derive(Serialize, Deserialize)]
pub(crate) struct Hello {
    pub protocol: u32,
    pub build_id: String,
    pub process: u32,
}

/// What a worker is asked for, behind a number that its reply begins with. The parent sends a
/// `&Job`, the worker receives a `Job`.
#[derive(Serialize, Deserialize)]
pub(crate) enum Request<J> {
    /// To do a job; the reply is an [`Answer`].
    Do(J),
    /// To let so many wait; the reply is by how many bytes it grew, if that is known.
    Hold(Waiting),
    /// To serve guests from now on; the reply is the address, or why it cannot.
    Serve(Kitchen),
    /// To visit a server; the reply is what the guests have seen, or why they could not. They
    /// stay until the process ends.
    Visit(Visit),
    /// To start threads, as far as this says; the reply is how far it went.
    Climb(Climb),
}

/// What a worker says of a job: how it went, and its output or its panic.
#[derive(Serialize, Deserialize)]
pub(crate) struct Answer {
    pub timing: Timing,
    pub result: Result<Output, String>,
}

/// Sends one message.
pub(crate) fn send<T: Serialize>(to: &mut impl Write, message: &T) -> io::Result<()> {
    let header = vec![0; 4];
    let mut frame = postcard::to_extend(message, header).map_err(io::Error::other)?;
    let body = frame.len() - 4;
    if body > LARGEST_FRAME {
        let text = format!("a message of {body} bytes is above the limit of {LARGEST_FRAME}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let length = u32::try_from(body).expect("the limit is below 4 GiB");
    frame[..4].copy_from_slice(&length.to_le_bytes());
    to.write_all(&frame)?;
    to.flush()
}

/// Waits for one message.
pub(crate) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    receive_within(LARGEST_FRAME, from)
}

/// Waits for one message of so many bytes at the most.
pub(super) fn receive_within<T: DeserializeOwned>(
    largest: usize,
    from: &mut impl Read,
) -> io::Result<T> {
    let mut header = [0; 4];
    from.read_exact(&mut header)?;
    let length = u32::from_le_bytes(header) as usize;
    if length > largest {
        let text = format!("a frame of {length} bytes is above the limit of {largest}");
        return Err(garbled(text));
    }
    match postcard::take_from_bytes(&body(from, length)?) {
        Ok((message, [])) => Ok(message),
        Ok((_, rest)) => Err(garbled(format!("{} bytes too many are in a frame", rest.len()))),
        Err(error) => Err(garbled(error.to_string())),
    }
}

/// Reads so many bytes. Whoever claims many has to send them: a claim alone costs no memory.
fn body(from: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let (mut body, mut read) = (vec![0; length.min(STEP)], 0);
    loop {
        from.read_exact(&mut body[read..])?;
        read = body.len();
        if read == length {
            return Ok(body);
        }
        let mut larger = vec![0; length.min(GROWTH * read)];
        larger[..read].copy_from_slice(&body);
        body = larger;
    }
}

fn garbled(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::Job;

    #[test]
    fn what_is_sent_is_received() {
        let job = Job::Echo(vec![7; 100_000]);
        let mut wire = Vec::new();
        send(&mut wire, &Request::Do(&job)).unwrap();
        let Request::Do(received) = receive::<Request<Job>>(&mut wire.as_slice()).unwrap() else {
            panic!("it was a job");
        };
        assert_eq!(received, job);
    }

    #[test]
    fn garbage_is_an_error() {
        let too_long = [0xff; 8];
        let error = receive::<Job>(&mut too_long.as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        let unknown_job = [1, 0, 0, 0, 99];
        let error = receive::<Job>(&mut unknown_job.as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        let cut_off = [9, 0, 0, 0, 1];
        let error = receive::<Job>(&mut cut_off.as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
