//! The third thing that a worker can be asked for: to start threads until it is told to stop,
//! or the system does. In a worker nobody else is harmed when it says no.

use std::hint::black_box;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};

use crate::system::{memory, spawn_in};

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Climb {
    /// So many threads at the most.
    pub most: usize,
    /// So many bytes of the machine's memory are left to others.
    pub leave: u64,
    /// So many bytes of address space at the most, if they are to be limited.
    pub address_space: Option<u64>,
}

/// How far it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Climbed {
    /// At each power of ten, and at the end: how many threads were up, how long that took, and
    /// by how many bytes the process had grown.
    pub steps: Vec<(usize, Duration, Option<u64>)>,
    /// What ended it before it was there.
    pub end: Option<End>,
}

/// What ended it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum End {
    /// The system gave no further thread, with this error.
    Refused(String),
    /// So little of the machine's memory was left, in bytes.
    Memory(u64),
}

/// How often the memory of the machine is looked at: a thread takes some 20 kB of it.
const LOOK: usize = 500;
/// A thread for which the stack is left and not what it needs beside that ends the process. So
/// this much more is allowed until it is gone, and then no more than was asked for: the next
/// stack is refused for certain. The allocator asks the system for what is as large as this.
const ROOM: usize = 33 << 20;

pub(super) fn climb(climb: Climb) -> Climbed {
    if let Some(bytes) = climb.address_space {
        limit_address_space(bytes + ROOM as u64);
    }
    let (gate, began, before) = (Mutex::new(()), Instant::now(), memory::own());
    let (up, started) = mpsc::channel();
    let mut climbed = Climbed { steps: vec![], end: None };
    let mut count = 0;
    thread::scope(|scope| {
        let _closed = gate.lock().expect("nobody panics behind the gate");
        let step = |count: usize, steps: &mut Vec<_>| {
            let took = began.elapsed();
            let grown = before.zip(memory::own()).map(|(before, now)| now.saturating_sub(before));
            steps.push((count, took, grown));
        };
        while count < climb.most && climbed.end.is_none() {
            if let Some(bytes) = climb.address_space.filter(|_| !has_room()) {
                limit_address_space(bytes);
            }
            let (up, gate) = (up.clone(), &gate);
            let wait = move || {
                let _ = up.send(());
                drop(gate.lock());
            };
            match spawn_in(scope, "climb", wait) {
                // Each is up before the next: one that the system lets start, and then refuses the
                // stack of its signal handler, panics and ends the process.
                Ok(_) => count += started.iter().take(1).count(),
                Err(error) => climbed.end = Some(End::Refused(reason(&error))),
            }
            let left = if count % LOOK == 0 { memory::available() } else { None };
            if let Some(left) = left.filter(|left| *left < climb.leave) {
                climbed.end = Some(End::Memory(left));
            }
            if climbed.end.is_none() && count >= 10 && count == 10_usize.pow(count.ilog10()) {
                step(count, &mut climbed.steps);
            }
        }
        if climbed.steps.last().is_none_or(|last| last.0 < count) && count > 0 {
            step(count, &mut climbed.steps);
        }
    });
    climbed
}

/// A limit that cannot be set is none: then `most` ends the climb.
fn limit_address_space(bytes: u64) {
    let limit = Rlimit { current: Some(bytes), ..getrlimit(Resource::As) };
    let _ = setrlimit(Resource::As, limit);
}

fn has_room() -> bool {
    let mut room = Vec::<u8>::new();
    let fits = room.try_reserve_exact(ROOM).is_ok();
    black_box(room); // or the compiler asks nobody for what nobody uses
    fits
}

/// What the system said, without our advice.
fn reason(error: &crate::error::Error) -> String {
    use std::error::Error;
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWENTY: Climb = Climb { most: 20, leave: 0, address_space: None };

    #[test]
    fn powers_of_ten_and_the_end_are_noted() {
        let climbed = climb(TWENTY);
        let counts: Vec<_> = climbed.steps.iter().map(|step| step.0).collect();
        assert_eq!((counts, climbed.end), (vec![10, 20], None));
        assert!(climbed.steps[0].1 <= climbed.steps[1].1);
    }

    #[test]
    fn too_little_memory_ends_it() {
        if memory::available().is_some() {
            let climbed = climb(Climb { most: 2 * LOOK, leave: u64::MAX, ..TWENTY });
            assert!(matches!(climbed.end, Some(End::Memory(_))), "{climbed:?}");
            assert_eq!(climbed.steps.last().map(|step| step.0), Some(LOOK));
        }
    }
}
