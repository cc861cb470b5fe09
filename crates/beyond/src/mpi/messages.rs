//! What ranks say to each other, and how they wait for it.

use std::num::NonZeroU64;
use std::thread;
use std::time::{Duration, Instant};

use concurrency_demos::Job;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator as _, Equivalence as _, Source as _};
use rustix::thread::set_current_timer_slack;
use serde::{Deserialize, Serialize};

use crate::protocol::Done;

/// For how long a rank looks for a message again and again before it sleeps between two looks:
/// what waits without end would take the cores from those that work. (MPI itself never sleeps.)
const EAGER: Duration = Duration::from_micros(200);

/// How often it looks before it lets another have the core.
const LOOKS: usize = 64;

/// How long it sleeps then: half a percent of what it has waited, between these two.
const NAPS: [Duration; 2] = [Duration::from_micros(20), Duration::from_millis(1)];

/// What a rank says to rank 0.
#[derive(Serialize, Deserialize)]
pub(super) enum Answer {
    Here { host: String, process: u32 },
    Done(Vec<Done>),
}

/// What rank 0 says to a rank.
#[derive(Serialize, Deserialize)]
pub(super) enum Request {
    /// One job, or a bundle of tiny ones.
    Do(Vec<(usize, Job)>),
    /// Send so many bare messages of so many bytes back.
    Bare {
        rounds: usize,
        bytes: usize,
    },
    GoHome,
}

/// Has this thread wake from its naps when they are over: Linux adds 50 us, to save power.
pub(super) fn nap_exactly() {
    let _ = set_current_timer_slack(NonZeroU64::new(1));
}

/// The next message, and the rank it comes from.
pub(super) fn wait_for(world: &SimpleCommunicator) -> (Vec<u8>, usize) {
    let since = Instant::now();
    let mut heard = look_eagerly(world);
    loop {
        match heard {
            Some(message) => return message,
            None => thread::sleep((since.elapsed() / 200).clamp(NAPS[0], NAPS[1])),
        }
        heard = look(world);
    }
}

/// A message, if one comes within a moment. Now and then it lets others have the core: there may
/// be more ranks than cores.
pub(super) fn look_eagerly(world: &SimpleCommunicator) -> Option<(Vec<u8>, usize)> {
    let since = Instant::now();
    loop {
        let message = (0..LOOKS).find_map(|_| look(world));
        if message.is_some() || since.elapsed() >= EAGER {
            return message;
        }
        thread::yield_now();
    }
}

/// A message, if there is one.
fn look(world: &SimpleCommunicator) -> Option<(Vec<u8>, usize)> {
    let (message, status) = world.any_process().immediate_matched_probe()?;
    let mut buffer = vec![0_u8; status.count(u8::equivalent_datatype()) as usize];
    message.matched_receive_into(&mut buffer[..]);
    Some((buffer, status.source_rank() as usize))
}
