//! How long bytes take to a worker and back. The worker is there already.
//!
//! To another process every byte is written into a pipe and read out of it,
//! twice. To a thread or a task of the same process the bytes stay where they
//! are: what moves through the channel is the `Vec`, which is an address, a
//! length and a capacity.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::{Samples, on_one_thread};
use crate::error::Error;
use crate::pool::Pool;
use crate::record::Silent;
use crate::system::spawn;
use crate::work::Job;

/// 1 B, 16 B, 256 B, 4 KiB, 64 KiB, 1 MiB, 16 MiB.
const SIZES: [usize; 7] = [1, 1 << 4, 1 << 8, 1 << 12, 1 << 16, 1 << 20, 1 << 24];
const BUDGET: Duration = Duration::from_millis(100);
/// So many round trips make one sample inside a process.
const ROUNDS: u32 = 100;
const HUNG_UP: &str = "the echo lives as long as its channel";

/// Through the pipes of a worker process.
pub(super) fn process() -> Result<Vec<(usize, Samples)>, Error> {
    let mut pool = Pool::start(1)?;
    let mut measure = |size| {
        let jobs = [Job::Echo(vec![7; size])];
        let mut send = || {
            let run = pool.run(&jobs, &Silent)?;
            run.outputs()?;
            Ok(run.transfer)
        };
        send()?;
        Ok((size, Samples::within(50, BUDGET, send)?))
    };
    SIZES.into_iter().map(&mut measure).collect()
}

/// Through channels to a thread.
pub(super) fn thread() -> Result<Vec<(usize, Samples)>, Error> {
    let (to_echo, inbox) = mpsc::channel::<Vec<u8>>();
    let (answer, from_echo) = mpsc::channel();
    let echo = move || inbox.into_iter().try_for_each(|bytes| answer.send(bytes));
    let echo = spawn("echo-0", echo)?;
    let measure = |size| {
        let mut bytes = vec![7; size];
        let taken = Samples::within(20, BUDGET, || {
            let began = Instant::now();
            for _ in 0..ROUNDS {
                to_echo.send(std::mem::take(&mut bytes)).expect(HUNG_UP);
                bytes = from_echo.recv().expect(HUNG_UP);
            }
            Ok(began.elapsed() / ROUNDS)
        })?;
        assert_eq!(bytes.len(), size, "what comes back is what was sent");
        Ok((size, taken))
    };
    let measured = SIZES.into_iter().map(measure).collect();
    drop(to_echo);
    echo.join().expect("the echo cannot panic").expect(HUNG_UP);
    measured
}

/// Through channels to a task on the same thread.
pub(super) fn task() -> Result<Vec<(usize, Samples)>, Error> {
    use tokio::sync::mpsc::unbounded_channel;
    on_one_thread(async || {
        let (to_echo, mut inbox) = unbounded_channel::<Vec<u8>>();
        let (answer, mut from_echo) = unbounded_channel();
        tokio::spawn(async move {
            while let Some(bytes) = inbox.recv().await {
                answer.send(bytes).expect(HUNG_UP);
            }
        });
        let mut measured = Vec::new();
        for size in SIZES {
            let (mut bytes, mut taken) = (vec![7; size], Vec::new());
            for _ in 0..20 {
                let began = Instant::now();
                for _ in 0..ROUNDS {
                    to_echo.send(bytes).expect(HUNG_UP);
                    bytes = from_echo.recv().await.expect(HUNG_UP);
                }
                taken.push(began.elapsed() / ROUNDS);
            }
            assert_eq!(bytes.len(), size, "what comes back is what was sent");
            measured.push((size, Samples::from_iter(taken)));
        }
        measured
    })
}
