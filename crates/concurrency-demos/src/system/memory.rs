//! The memory of its own that a process holds in bytes, where Linux tells it.
//!
//! `smaps_rollup` counts pages; the line in `status` lags behind by up to 64 pages for each
//! thread, and stands in where the kernel has no rollup.

/// The heap and stacks of this process: its resident memory without the pages of files.
/// Code that runs for the first time would else count as growth.
pub(crate) fn own() -> Option<u64> {
    own_of(std::process::id())
}

/// The same of another process.
pub(crate) fn own_of(process: u32) -> Option<u64> {
    linux::read(i32::try_from(process).ok()?, "Anonymous", |status| status.rssanon)
}

/// The memory of the machine that programs can have now; `None` where no file tells it.
pub(crate) fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

#[cfg(target_os = "linux")]
mod linux {
    use procfs::process::{Process, Status};

    /// What the rollup tells under this key, else that line of `status`, which counts in kB.
    pub fn read(id: i32, key: &str, line: fn(&Status) -> Option<u64>) -> Option<u64> {
        let process = Process::new(id).ok()?;
        let rollup = process.smaps_rollup().ok();
        let bytes = rollup.and_then(|rollup| {
            let map = rollup.memory_map_rollup.0.into_iter().next()?;
            map.extension.map.get(key).copied()
        });
        bytes.or_else(|| Some(line(&process.status().ok()?)? * 1024))
    }
}

#[cfg(not(target_os = "linux"))]
mod linux {
    /// No such files elsewhere.
    pub struct Status {
        pub rssanon: Option<u64>,
    }

    pub fn read(_: i32, _: &str, _: fn(&Status) -> Option<u64>) -> Option<u64> {
        None
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_held_is_seen() {
        let read = || [own_of(std::process::id()), own()].map(Option::unwrap);
        let before = read();
        let held = vec![1_u8; 64 << 20];
        for (before, after) in before.into_iter().zip(read()) {
            let grown = after.saturating_sub(before);
            assert!(grown >= 60 << 20, "{grown} bytes more for {} held", held.len());
        }
        assert_eq!(own_of(0), None);
        assert!(available() > Some(1 << 20), "{:?}", available());
    }
}
