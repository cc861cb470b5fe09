//! A task for the job and for each neighbour, and one for the caller, all on one thread.

use tokio::runtime::Builder;
use tokio::time::{sleep, timeout};

use super::strike::strike;
use super::{BEFORE, CALLER_LIMIT, NEIGHBOURS, WORK, What, note};
use crate::error::Error;
use crate::format::seconds;
use crate::labs::crash::Crash;
use crate::system::{on_runtime, spawn};

/// Runs the caller on a thread of its own: the stack of the main thread may be without end.
pub(super) fn run(caller: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
    let run = move || on_runtime(Builder::new_current_thread(), |it| it.block_on(caller));
    let runtime = spawn("runtime", run)?;
    runtime.join().unwrap_or_else(|_| Err(Error::new("the caller panicked")))
}

pub(super) async fn program(crash: Crash) {
    let neighbours = (0..NEIGHBOURS).map(|_| tokio::spawn(neighbour()));
    let neighbours: Vec<_> = neighbours.collect();
    if let Some(seen) = seen_of(crash).await {
        note(What::Noticed(seen));
        replace().await;
    }
    for neighbour in neighbours {
        let _ = neighbour.await;
    }
}

async fn neighbour() {
    sleep(WORK).await;
    note(What::Finished);
}

/// Another job in the place of the lost one.
pub(super) async fn replace() {
    if tokio::spawn(async {}).await.is_ok() {
        note(What::Replaced);
    }
}

/// Waits for the job: what the caller sees of its loss, if it is lost.
async fn seen_of(crash: Crash) -> Option<String> {
    let job = tokio::spawn(async move {
        sleep(BEFORE).await;
        strike(crash);
    });
    match timeout(CALLER_LIMIT, job).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(format!("the JoinHandle gave an error, {error}")),
        Err(_) => Some(format!("no answer within {}", seconds(CALLER_LIMIT))),
    }
}
