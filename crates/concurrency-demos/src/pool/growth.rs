//! The other thing that a worker can be asked for: to let many wait, and tell by how much it
//! has grown. In a process that has measured before, or done anything else, the allocator
//! gives out again what was freed, and the growth is too small: the second time 40 tasks cost
//! nothing there, 4,000 threads a fifth less. A worker is new.

use std::fmt;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;

use crate::system::{memory, on_runtime, spawn_in};

/// Who waits, and how many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Waiting {
    /// So many threads of the operating system.
    Threads(usize),
    /// So many tasks, all on one thread.
    Tasks(usize),
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Waiting::Threads(count) => write!(f, "{count} waiting threads"),
            Waiting::Tasks(count) => write!(f, "{count} waiting tasks"),
        }
    }
}

/// By how many bytes this process grows while they wait; `None` where the system does not
/// tell, or does not start as many.
pub(super) fn growth(waiting: Waiting) -> Option<u64> {
    match waiting {
        Waiting::Threads(count) => of_threads(count),
        Waiting::Tasks(count) => {
            on_runtime(Builder::new_current_thread(), |runtime| runtime.block_on(of_tasks(count)))
                .ok()
                .flatten()
        }
    }
}

/// What the kernel keeps for a thread is not in it: no interface tells that of one process.
fn of_threads(count: usize) -> Option<u64> {
    // Not a barrier: if one thread cannot be started, the others must end.
    let gate = Mutex::new(());
    let (up, started) = mpsc::channel();
    let before = memory::own()?;
    let after = thread::scope(|scope| {
        let _closed = gate.lock().expect("nobody panics behind the gate");
        for _ in 0..count {
            let (up, gate) = (up.clone(), &gate);
            let wait = move || {
                let _ = up.send(());
                drop(gate.lock());
            };
            spawn_in(scope, "waiting", wait).ok()?;
        }
        started.iter().take(count).for_each(drop);
        memory::own()
    });
    Some(after?.saturating_sub(before))
}

/// So many tasks sleep on one thread.
async fn of_tasks(count: usize) -> Option<u64> {
    let before = memory::own()?;
    let mut tasks = Vec::with_capacity(count);
    tasks.resize_with(count, || tokio::spawn(tokio::time::sleep(Duration::from_secs(3600))));
    // The first turns are in order: after this one, each has set its timer.
    tokio::spawn(async {}).await.ok()?;
    Some(memory::own()?.saturating_sub(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_wait_are_named_with_their_number() {
        assert_eq!(Waiting::Threads(40).to_string(), "40 waiting threads");
        assert_eq!(Waiting::Tasks(4).to_string(), "4 waiting tasks");
    }
}
