//! The memory of its own that a process holds in bytes, where Linux tells it.
//!
//! `smaps_rollup` counts pages; the line in `status` lags behind by up to 64 pages for each
//! thread, and stands in where the kernel has no rollup.

use std::fs;
use std::path::Path;

/// The heap and stacks of this process: its resident memory without the pages of files.
/// Code that runs for the first time would else count as growth.
pub(crate) fn own() -> Option<u64> {
    own_of(std::process::id())
}

/// The same of another process.
pub(crate) fn own_of(process: u32) -> Option<u64> {
    linux::read(i32::try_from(process).ok()?, "Anonymous", |status| status.rssanon)
}

/// The memory that programs can have now, of the machine and of the control groups of this
/// process; `None` where no file tells it.
pub(crate) fn available() -> Option<u64> {
    available_in(Path::new("/"))
}

pub(super) fn available_in(root: &Path) -> Option<u64> {
    let text = fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let machine = line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024;
    Some(left_in_groups(root).fold(machine, u64::min))
}

/// What is left of each limit: version 2 of the groups has one tree, version 1 one for memory.
fn left_in_groups(root: &Path) -> impl Iterator<Item = u64> {
    let text = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let second = ("sys/fs/cgroup", ["memory.max", "memory.current", "inactive_file "]);
    let first = (
        "sys/fs/cgroup/memory",
        ["memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "],
    );
    let mut left = Vec::new();
    for line in text.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(of), Some(group)) = (parts.next(), parts.next()) else { continue };
        let (top, names) = match of {
            "" => second,
            _ if of.split(',').any(|one| one == "memory") => first,
            _ => continue,
        };
        let groups = Path::new(group.trim_start_matches('/')).ancestors();
        left.extend(groups.filter_map(|group| left_in(&root.join(top).join(group), names)));
    }
    left.into_iter()
}

/// Files in memory make room.
fn left_in(group: &Path, [limit, used, files]: [&str; 3]) -> Option<u64> {
    let number = |name| fs::read_to_string(group.join(name)).ok()?.trim().parse::<u64>().ok();
    let stat = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
    let files = stat.lines().find_map(|line| line.strip_prefix(files)?.trim().parse().ok());
    Some(number(limit)?.saturating_sub(number(used)?.saturating_sub(files.unwrap_or(0))))
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
    fn what_a_group_has_left_is_all_there_is() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
            available_in(root.path())
        };
        assert_eq!(write("proc/meminfo", "MemAvailable:    4 kB\n"), Some(4096));
        write("proc/self/cgroup", "4:memory:/a/b\n1:cpu:/\n0::/c\n");
        write("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "2000\n");
        let huge = "9223372036854771712\n";
        assert_eq!(write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", huge), Some(4096));
        assert_eq!(write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "3000\n"), Some(1000));
        let stat = "inactive_file 900\ntotal_inactive_file 500\n";
        assert_eq!(write("sys/fs/cgroup/memory/a/memory.stat", stat), Some(1500));
        write("sys/fs/cgroup/c/memory.current", "900\n");
        assert_eq!(write("sys/fs/cgroup/c/memory.max", "max\n"), Some(1500));
        assert_eq!(write("sys/fs/cgroup/c/memory.max", "1000\n"), Some(100));
    }

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
