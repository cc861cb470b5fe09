//! What each side of a pool's wire makes of any bytes at all: a message or an error, without a
//! panic, and without memory for what has not come. The tests below give it random and mutated
//! frames; `crates/fuzz` looks for others by what code they reach.

use std::io::{self, Read};
use std::net::SocketAddr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::climb::Climbed;
use super::protocol::{
    Answer, GROWTH, Hello, LARGEST_FRAME, LARGEST_HELLO, Request, STEP, receive_within, send,
};
use crate::service::Visited;
use crate::work::Job;

/// The parent hears these bytes from a worker, in whichever state it is.
pub fn parent_hears(bytes: &[u8]) {
    is_heard::<Hello>(LARGEST_HELLO, bytes);
    is_heard::<(u64, Answer)>(LARGEST_FRAME, bytes);
    is_heard::<(u64, Climbed)>(LARGEST_FRAME, bytes);
    is_heard::<(u64, Option<u64>)>(LARGEST_FRAME, bytes);
    is_heard::<(u64, Result<SocketAddr, String>)>(LARGEST_FRAME, bytes);
    is_heard::<(u64, Result<Visited, String>)>(LARGEST_FRAME, bytes);
}

/// A worker hears these bytes from its parent.
pub fn worker_hears(bytes: &[u8]) {
    if let Some((_, Request::Do(job))) = is_heard::<(u64, Request<Job>)>(LARGEST_FRAME, bytes) {
        let _ = (job.check(), job.to_string());
    }
}

/// Hears one message, if it is one: then what is sent of it is heard as the same.
fn is_heard<T: Serialize + DeserializeOwned>(largest: usize, bytes: &[u8]) -> Option<T> {
    let heard: T = receive_within(largest, &mut Slowly { bytes, came: 0 }).ok()?;
    let sent = |message: &T| {
        let mut wire = Vec::new();
        send(&mut wire, message).expect("it has come through the same wire");
        wire
    };
    let wire = sent(&heard);
    let again: T = receive_within(LARGEST_FRAME, &mut wire.as_slice()).expect("a message");
    assert_eq!(sent(&again), wire);
    Some(heard)
}

/// Bytes that come in pieces, to a reader who may set aside no more than the promise says.
struct Slowly<'a> {
    bytes: &'a [u8],
    came: usize,
}

impl Read for Slowly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = STEP.max(GROWTH * self.came);
        assert!(buffer.len() <= most, "{} bytes for {} that came", buffer.len(), self.came);
        let piece = buffer.len().min(1 + self.came);
        let read = self.bytes.read(&mut buffer[..piece])?;
        self.came += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::pool::growth::Waiting;
    use crate::pool::{Climb, End};
    use crate::record::Timing;
    use crate::service::{Kitchen, Serving, Visit};
    use crate::work::{Dish, Fault, Output};

    fn frame(message: &impl Serialize) -> Vec<u8> {
        let mut wire = Vec::new();
        send(&mut wire, message).unwrap();
        wire
    }

    /// A frame of each kind, as either side sends it.
    fn frames() -> Vec<Vec<u8>> {
        let second = Duration::from_secs(1);
        let timing = Timing { thread: 7, started: second, finished: 2 * second, cpu: second };
        let answer = |result| frame(&(3_u64, Answer { timing, result }));
        let request = |request: Request<Job>| frame(&(300_u64, request));
        let address = ([127, 0, 0, 1], 8080).into();
        let climb = Climb { most: 9, leave: 1 << 40, address_space: Some(1) };
        let end = Some(End::Refused("no more".into()));
        vec![
            frame(&Hello { protocol: 4, build_id: "0123456789abcdef".into(), process: 99 }),
            answer(Ok(Output::Number(u64::MAX))),
            answer(Ok(Output::Ready(Dish::Toast))),
            answer(Ok(Output::Bytes(vec![7; 40]))),
            answer(Err("this job panics".into())),
            frame(&(
                1_u64,
                Climbed { steps: vec![(10, second, Some(1)), (99, second, None)], end },
            )),
            frame(&(1_u64, Some(1_u64 << 40))),
            frame(&(1_u64, Ok::<SocketAddr, String>(address))),
            frame(&(1_u64, Ok::<_, String>(Visited { waits: vec![second; 5], wall: second }))),
            request(Request::Do(Job::Fib(40))),
            request(Request::Do(Job::Cook { dish: Dish::Salad, time: second })),
            request(Request::Do(Job::Echo(vec![1; 30]))),
            request(Request::Do(Job::Mix(vec![2; 3]))),
            request(Request::Do(Job::Fault(Fault::Print("a text".into())))),
            request(Request::Hold(Waiting::Tasks(5))),
            request(Request::Serve(Kitchen { serving: Serving::TaskEach, time: second })),
            request(Request::Visit(Visit { address, guests: 5, orders: 6, stay: true })),
            request(Request::Climb(climb)),
        ]
    }

    /// What can become of a frame on its way.
    #[derive(Clone, Debug)]
    enum Change {
        Set(Index, u8),
        Flip(Index, u8),
        Remove(Index),
        Insert(Index, u8),
        Cut(Index),
        Twice,
        /// The length that it claims.
        Claim(u32),
        /// The right length for what it is by now.
        Fit,
    }

    impl Change {
        fn applied(&self, bytes: &mut Vec<u8>) {
            if bytes.is_empty() {
                return;
            }
            let length = bytes.len();
            let claim = |bytes: &mut [u8], length: u32| {
                bytes.iter_mut().zip(length.to_le_bytes()).for_each(|(byte, new)| *byte = new);
            };
            match self {
                Change::Set(at, byte) => bytes[at.index(length)] = *byte,
                Change::Flip(at, bit) => bytes[at.index(length)] ^= 1 << (bit % 8),
                Change::Remove(at) => drop(bytes.remove(at.index(length))),
                Change::Insert(at, byte) => bytes.insert(at.index(length), *byte),
                Change::Cut(at) => bytes.truncate(at.index(length)),
                Change::Twice => bytes.extend_from_within(..),
                Change::Claim(length) => claim(bytes, *length),
                Change::Fit => claim(bytes, length.saturating_sub(4) as u32),
            }
        }
    }

    fn changed() -> impl Strategy<Value = Vec<u8>> {
        let change = prop_oneof![
            3 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
            3 => (any::<Index>(), any::<u8>()).prop_map(|(at, bit)| Change::Flip(at, bit)),
            1 => any::<Index>().prop_map(Change::Remove),
            1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
            1 => any::<Index>().prop_map(Change::Cut),
            1 => Just(Change::Twice),
            1 => any::<u32>().prop_map(Change::Claim),
        ];
        let fit = prop_oneof![1 => Just(None), 2 => Just(Some(Change::Fit))];
        (proptest::sample::select(frames()), vec(change, 0..6), fit).prop_map(
            |(mut bytes, changes, fit)| {
                changes.iter().chain(&fit).for_each(|change| change.applied(&mut bytes));
                bytes
            },
        )
    }

    #[test]
    fn any_bytes_are_a_message_or_an_error() {
        let cases = if std::env::var_os("LONG_TESTS").is_some() { 1_000_000 } else { 50_000 };
        let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
        let inputs = prop_oneof![1 => vec(any::<u8>(), 0..80), 3 => changed()];
        let mut runner = proptest::test_runner::TestRunner::new(config);
        let heard = std::cell::Cell::new(0_u32);
        let result = runner.run(&inputs, |bytes| {
            parent_hears(&bytes);
            worker_hears(&bytes);
            let whole = is_heard::<(u64, Answer)>(LARGEST_FRAME, &bytes).is_some()
                || is_heard::<(u64, Request<Job>)>(LARGEST_FRAME, &bytes).is_some();
            heard.set(heard.get() + u32::from(whole));
            Ok(())
        });
        let heard = heard.get();
        result.unwrap_or_else(|error| panic!("{error}"));
        println!("the pool's wire: {cases} inputs, {heard} of them an answer or a request");
        assert!(heard > cases / 100 && heard < cases, "{heard} of {cases}");
    }

    #[test]
    fn frames_are_heard_as_they_are_sent() {
        for bytes in frames() {
            let heard = is_heard::<Hello>(LARGEST_HELLO, &bytes).is_some()
                || is_heard::<(u64, Answer)>(LARGEST_FRAME, &bytes).is_some()
                || is_heard::<(u64, Request<Job>)>(LARGEST_FRAME, &bytes).is_some()
                || is_heard::<(u64, Climbed)>(LARGEST_FRAME, &bytes).is_some()
                || is_heard::<(u64, Option<u64>)>(LARGEST_FRAME, &bytes).is_some()
                || is_heard::<(u64, Result<SocketAddr, String>)>(LARGEST_FRAME, &bytes).is_some()
                || is_heard::<(u64, Result<Visited, String>)>(LARGEST_FRAME, &bytes).is_some();
            assert!(heard, "{bytes:?}");
        }
    }

    /// `Slowly` would see more set aside than has come, of these or of any less.
    #[test]
    fn a_claim_costs_no_memory_and_a_large_frame_comes_whole() {
        let mut claim = frame(&(1_u64, Request::Do(Job::Echo(vec![7; 5 << 20]))));
        assert!(is_heard::<(u64, Request<Job>)>(LARGEST_FRAME, &claim).is_some());
        claim[..4].copy_from_slice(&(LARGEST_FRAME as u32).to_le_bytes());
        assert!(is_heard::<(u64, Request<Job>)>(LARGEST_FRAME, &claim).is_none());
        claim[..4].copy_from_slice(&(LARGEST_FRAME as u32 + 1).to_le_bytes());
        let error = receive_within::<Hello>(LARGEST_FRAME, &mut claim.as_slice()).err().unwrap();
        assert!(error.to_string().contains("268435457 bytes"), "{error}");
    }

    #[test]
    fn bytes_behind_a_message_are_too_many() {
        let mut bytes = frame(&(1_u64, Some(2_u64)));
        bytes.push(0);
        bytes[0] += 1;
        let error = receive_within::<(u64, Option<u64>)>(LARGEST_FRAME, &mut bytes.as_slice());
        assert!(error.unwrap_err().to_string().contains("1 bytes too many"));
    }
}
