//! How much memory is free.

use std::fs;
use std::path::Path;

use procfs::{Current, Meminfo};

/// The bytes that programs may still take before something is swapped or ended: of the machine,
/// or of the group of processes that this one is in.
pub fn available() -> u64 {
    let machine = Meminfo::current().ok().and_then(|memory| memory.mem_available).unwrap_or(0);
    let group = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let group = group.lines().find_map(|line| line.strip_prefix("0::/")).unwrap_or_default();
    let group = Path::new("/sys/fs/cgroup").join(group);
    // A limit of a group holds for those inside it too.
    let groups = group.ancestors().take_while(|folder| folder.starts_with("/sys/fs/cgroup"));
    groups.filter_map(left_in).fold(machine, u64::min)
}

/// What is left of a group's limit, if it has one.
fn left_in(group: &Path) -> Option<u64> {
    let read = |name: &str| fs::read_to_string(group.join(name)).ok();
    let limit: u64 = read("memory.max")?.trim().parse().ok()?;
    let used: u64 = read("memory.current")?.trim().parse().ok()?;
    // Files in memory that make room.
    let stat = read("memory.stat").unwrap_or_default();
    let files = stat.lines().find_map(|line| line.strip_prefix("inactive_file "));
    let files: u64 = files.and_then(|bytes| bytes.trim().parse().ok()).unwrap_or(0);
    Some(limit.saturating_sub(used.saturating_sub(files)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_without_a_limit_has_none_and_files_make_room() {
        let temp = tempfile::tempdir().expect("a temp folder");
        let write = |name: &str, text: &str| {
            fs::write(temp.path().join(name), text).expect("written");
            left_in(temp.path())
        };
        assert_eq!(write("memory.current", "300\n"), None);
        assert_eq!(write("memory.max", "max\n"), None);
        assert_eq!(write("memory.max", "1000\n"), Some(700));
        assert_eq!(write("memory.stat", "anon 1\ninactive_file 100\n"), Some(800));
        assert_eq!(write("memory.max", "100\n"), Some(0));
    }

    #[test]
    fn this_machine_has_some() {
        assert!(available() > 0);
    }
}
