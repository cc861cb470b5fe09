//! What this program and those it starts say to each other: a length of eight bytes, then the
//! message as postcard writes it.

use std::io::{self, Read, Write};
use std::time::Duration;

use concurrency_demos::beyond::{Seat, Timing};
use concurrency_demos::{Job, Output};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The id of what this program was built from.
pub(crate) const BUILD_ID: &str = env!("BEYOND_BUILD_ID");

/// No message is longer: a length above it is refused before memory is taken for it.
const LONGEST: usize = 256 << 20;

/// What a farm is asked to do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub jobs: Vec<Job>,
    /// How many bare messages go to the first rank and back before the jobs, for comparison.
    pub rounds: usize,
}

/// What it says about it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Report {
    /// All workers are there, since this time.
    Ready {
        seats: Vec<Seat>,
        at: Duration,
    },
    Bare(RoundTrip),
    /// Jobs were handed to a worker in one message, at this time.
    Began {
        jobs: Vec<usize>,
        worker: usize,
        at: Duration,
    },
    /// They have ended, and their results were there at this time.
    Ended {
        jobs: Vec<Done>,
        worker: usize,
        at: Duration,
    },
    /// All have.
    Over,
}

/// How long a bare message of MPI took to the first rank and back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundTrip {
    /// In the median: without what disturbed some of them.
    pub median: Duration,
    /// In the mean, as a rate of jobs has it.
    pub mean: Duration,
}

/// A job that was done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    pub index: usize,
    pub timing: Timing,
    /// The output, or what its panic said.
    pub result: Result<Output, String>,
}

/// A message as bytes, without its length.
pub(crate) fn bytes(message: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(message).expect("memory has room for it")
}

/// The message of these bytes.
pub(crate) fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    postcard::from_bytes(bytes).map_err(|error| garbled(error.to_string()))
}

/// Puts one message at the end of what is to be written.
pub(crate) fn append(to: &mut Vec<u8>, message: &impl Serialize) {
    let body = bytes(message);
    to.extend((body.len() as u64).to_le_bytes());
    to.extend(body);
}

/// Writes one message.
pub(crate) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut frame = Vec::new();
    append(&mut frame, message);
    to.write_all(&frame)
}

/// Waits for one message.
pub(crate) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    let mut header = [0; 8];
    from.read_exact(&mut header)?;
    let length = usize::try_from(u64::from_le_bytes(header)).unwrap_or(usize::MAX);
    if length > LONGEST {
        return Err(garbled(format!("a message of {length} bytes is above {LONGEST}")));
    }
    // A claim alone costs no memory.
    let mut body = Vec::new();
    from.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    parsed(&body)
}

fn garbled(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_received_and_a_length_without_bound_is_refused() {
        let mut wire = Vec::new();
        send(&mut wire, &Orders { jobs: vec![Job::Echo(vec![7; 9])], rounds: 3 }).unwrap();
        let orders: Orders = receive(&mut wire.as_slice()).unwrap();
        assert_eq!((orders.jobs, orders.rounds), (vec![Job::Echo(vec![7; 9])], 3));
        let error = receive::<Orders>(&mut [0xff; 16].as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
