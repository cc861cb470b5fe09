//! How much memory one more keeps while it waits.

use std::fs;
use std::sync::{Mutex, mpsc};
use std::thread::{self, Builder};
use std::time::Duration;

use super::on_runtime;
use crate::format::ratio;
use crate::{Error, Pool};

/// So many threads are waiting while the memory is read: the differences of
/// single pages even out, and every machine allows as many.
const THREADS: u64 = 256;
const TASKS: u64 = 100_000;

/// The resident memory of a worker process that waits for its first job.
pub(super) fn of_a_process() -> Result<Option<u64>, Error> {
    let pool = Pool::start(1)?;
    Ok(pool.processes().first().and_then(|process| resident(&process.to_string())))
}

/// By how much this process grows for each thread that waits.
///
/// What the kernel keeps for a thread is not in it: no interface tells that of
/// one process.
pub(super) fn of_a_thread() -> Option<u64> {
    // Not a barrier: if one thread cannot be started, the others must end.
    let gate = Mutex::new(());
    let (up, started) = mpsc::channel();
    let before = resident("self")?;
    let after = thread::scope(|scope| {
        let _closed = gate.lock().expect("nobody panics behind the gate");
        for _ in 0..THREADS {
            let (up, gate) = (up.clone(), &gate);
            let wait = move || {
                let _ = up.send(());
                drop(gate.lock());
            };
            Builder::new().spawn_scoped(scope, wait).ok()?;
        }
        started.iter().take(THREADS as usize).for_each(drop);
        resident("self")
    });
    Some(after?.saturating_sub(before) / THREADS)
}

/// By how much this process grows for each task that sleeps.
pub(super) fn of_a_task() -> Result<Option<u64>, Error> {
    on_runtime(|| async {
        let before = resident("self")?;
        let mut tasks = Vec::with_capacity(TASKS as usize);
        tasks.resize_with(TASKS as usize, || {
            tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)))
        });
        // By then each task has been polled and has set its timer.
        tokio::time::sleep(Duration::from_millis(1)).await;
        Some(resident("self")?.saturating_sub(before) / TASKS)
    })
}

/// The resident memory of a process in bytes, where Linux tells it.
///
/// `smaps_rollup` counts pages; the line in `status` lags behind by up to 64
/// pages for each thread, and stands in where the kernel has no rollup.
fn resident(process: &str) -> Option<u64> {
    let read = |file: &str, key: &str| {
        let text = fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
        field(&text, key)
    };
    read("smaps_rollup", "Rss:").or_else(|| read("status", "VmRSS:"))
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
        let before = resident("self").unwrap();
        let held = vec![1_u8; 64 << 20];
        let grown = resident("self").unwrap().saturating_sub(before);
        assert!(grown >= 60 << 20, "{grown} bytes more for {} held", held.len());
        assert_eq!(resident("0"), None);
    }
}
