//! How much memory one more keeps while it waits.
//!
//! A thread or task is measured among many, by how much a new worker process
//! grows. In a process that has measured before, or done anything else, the
//! allocator gives out again what was freed, and the growth is too small: the
//! second time 40 tasks cost nothing there, 4,000 threads a fifth less.

use std::fs;
use std::sync::{Mutex, mpsc};
use std::thread::{self, Builder};
use std::time::Duration;

use super::on_runtime;
use crate::format::ratio;
use crate::{Error, Job, Output, Pool, Silent, Waiting};

/// So many threads are waiting while the memory is read: the differences of
/// single pages even out, and every machine allows as many.
const THREADS: usize = 256;
const TASKS: usize = 100_000;

/// The resident memory of a worker process that waits for its first job.
pub(super) fn of_a_process() -> Result<Option<u64>, Error> {
    let pool = Pool::start(1)?;
    Ok(pool.processes().first().and_then(|process| resident(&process.to_string())))
}

/// By how much a process grows for each thread that waits.
pub(super) fn of_a_thread() -> Result<Option<u64>, Error> {
    Ok(in_new_process(Waiting::Threads(THREADS))?.map(|grown| grown / THREADS as u64))
}

/// By how much a process grows for each task that sleeps.
pub(super) fn of_a_task() -> Result<Option<u64>, Error> {
    Ok(in_new_process(Waiting::Tasks(TASKS))?.map(|grown| grown / TASKS as u64))
}

/// By how much this process grows while so many threads wait.
///
/// What the kernel keeps for a thread is not in it: no interface tells that of
/// one process.
fn of_threads(count: usize) -> Option<u64> {
    // Not a barrier: if one thread cannot be started, the others must end.
    let gate = Mutex::new(());
    let (up, started) = mpsc::channel();
    let before = own()?;
    let after = thread::scope(|scope| {
        let _closed = gate.lock().expect("nobody panics behind the gate");
        for _ in 0..count {
            let (up, gate) = (up.clone(), &gate);
            let wait = move || {
                let _ = up.send(());
                drop(gate.lock());
            };
            Builder::new().spawn_scoped(scope, wait).ok()?;
        }
        started.iter().take(count).for_each(drop);
        own()
    });
    Some(after?.saturating_sub(before))
}

/// By how much this process grows while so many tasks sleep on one thread.
fn of_tasks(count: usize) -> Result<Option<u64>, Error> {
    on_runtime(|| async {
        let before = own()?;
        let mut tasks = Vec::with_capacity(count);
        tasks.resize_with(count, || tokio::spawn(tokio::time::sleep(Duration::from_secs(3600))));
        // The first turns are in order: after this one, each has set its timer.
        tokio::spawn(async {}).await.expect("a task that does nothing cannot panic");
        Some(own()?.saturating_sub(before))
    })
}

/// By how much this process grows while they wait; `None` where the system does
/// not tell, or does not start as many.
pub(crate) fn held_by(waiting: Waiting) -> Option<u64> {
    match waiting {
        Waiting::Threads(count) => of_threads(count),
        Waiting::Tasks(count) => of_tasks(count).ok().flatten(),
    }
}

/// By how much a new worker process grows while they wait.
pub(super) fn in_new_process(waiting: Waiting) -> Result<Option<u64>, Error> {
    let outputs = Pool::start(1)?.run(&[Job::Wait(waiting)], &Silent)?.outputs()?;
    Ok(outputs.into_iter().find_map(|output| match output {
        Output::Grown(grown) => grown,
        _ => None,
    }))
}

/// The resident memory of this process without the pages of files: heap and
/// stacks. Code that runs for the first time would else count as growth.
fn own() -> Option<u64> {
    read("self", "Anonymous:", "RssAnon:")
}

/// The resident memory of a process in bytes, where Linux tells it.
fn resident(process: &str) -> Option<u64> {
    read(process, "Rss:", "VmRSS:")
}

/// What `smaps_rollup` tells under the first key, or `status` under the second.
///
/// `smaps_rollup` counts pages; the line in `status` lags behind by up to 64
/// pages for each thread, and stands in where the kernel has no rollup.
fn read(process: &str, in_rollup: &str, in_status: &str) -> Option<u64> {
    let read = |file: &str, key: &str| {
        let text = fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
        field(&text, key)
    };
    read("smaps_rollup", in_rollup).or_else(|| read("status", in_status))
}

/// The bytes behind `key` in a file of `/proc` that counts in kB.
fn field(text: &str, key: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(key))?;
    let kib: u64 = value.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kib * 1024)
}

/// Bytes with a unit, whole or with three significant figures: `453 B`,
/// `2.50 MiB`, `16 MiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let fitting = units.iter().find(|(_, shift)| bytes >> shift > 0);
    let Some((unit, shift)) = fitting else { return format!("{bytes} B") };
    let value = bytes as f64 / (1_u64 << shift) as f64;
    if value.fract() == 0.0 {
        return format!("{value} {unit}");
    }
    format!("{} {unit}", ratio(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_read_and_another_is_not() {
        let text = "00-ff ---p [rollup]\nRss:                1636 kB\nPss:  234 kB\n";
        assert_eq!(field(text, "Rss:"), Some(1636 * 1024));
        assert_eq!(field(text, "VmRSS:"), None);
        assert_eq!(field("Rss: much", "Rss:"), None);
    }

    #[test]
    fn bytes_have_three_figures_and_a_unit() {
        let cases = [(0, "0 B"), (453, "453 B"), (1024, "1 KiB"), (1536, "1.50 KiB")];
        for (value, text) in cases.into_iter().chain([(16 << 20, "16 MiB"), (10_000, "9.77 KiB")]) {
            assert_eq!(bytes(value), text);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_that_is_held_is_seen() {
        let before = [resident("self"), own()].map(Option::unwrap);
        let held = vec![1_u8; 64 << 20];
        let after = [resident("self"), own()].map(Option::unwrap);
        for (before, after) in before.into_iter().zip(after) {
            let grown = after.saturating_sub(before);
            assert!(grown >= 60 << 20, "{grown} bytes more for {} held", held.len());
        }
        assert_eq!(resident("0"), None);
    }
}
