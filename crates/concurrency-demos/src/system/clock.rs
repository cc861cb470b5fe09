//! The clocks of a record. Monotonic time is the same in every process of the
//! machine, so the spans of a worker process need no translation.

#[cfg(target_os = "linux")]
use std::cell::OnceCell;
use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Time since the machine's monotonic clock began: the same in every process and every namespace
/// of one machine; hosts that are machines have a clock each.
#[must_use]
pub fn now() -> Duration {
    read(ClockId::Monotonic)
}

/// Time that the calling thread has spent on a CPU.
pub(crate) fn thread_cpu() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// The least CPU time of so many calls: what disturbs a call only makes it longer.
pub(crate) fn least_cpu<T>(calls: usize, call: impl Fn() -> T) -> Duration {
    let took = |_| {
        let began = thread_cpu();
        black_box(call());
        thread_cpu() - began
    };
    (0..calls).map(took).min().unwrap_or_default()
}

fn read(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    Duration::try_from(time).expect("these clocks never run below zero")
}

/// The operating system's id of the calling thread, asked for once a thread.
#[cfg(target_os = "linux")]
pub(crate) fn thread_id() -> u64 {
    let ask = || u64::from(rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs());
    thread_local!(static ID: OnceCell<u64> = const { OnceCell::new() });
    ID.with(|id| *id.get_or_init(ask))
}

/// A number for the calling thread, unique in this process: elsewhere than on
/// Linux the operating system's own id has no safe interface.
#[cfg(not(target_os = "linux"))]
pub(crate) fn thread_id() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local!(static ID: u64 = NEXT.fetch_add(1, Ordering::Relaxed));
    ID.with(|id| *id)
}
