//! How much memory is free, and whether the system has ended a process for lack of it.
//!
//! A control group limits its processes, and a group around it those of both. Version 2 of the
//! groups has one tree; version 1, which older systems have, a tree of its own for memory.

use std::fs;
use std::path::{Path, PathBuf};

use procfs::{Current, Meminfo};

/// What the files of a group are called: its limit, what it uses, files in memory that make room,
/// and where it counts whom the system has ended.
struct Names {
    limit: &'static str,
    used: &'static str,
    files: &'static str,
    ended: &'static str,
}

const SECOND: Names = Names {
    limit: "memory.max",
    used: "memory.current",
    files: "inactive_file ",
    ended: "memory.events",
};
const FIRST: Names = Names {
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    files: "total_inactive_file ",
    ended: "memory.oom_control",
};

/// The bytes that programs may still take before something is swapped or ended: of the machine,
/// or of the group of processes that this one is in.
pub fn available() -> u64 {
    let machine = Meminfo::current().ok().and_then(|memory| memory.mem_available).unwrap_or(0);
    groups(Path::new("/")).iter().filter_map(Group::left).fold(machine, u64::min)
}

/// The most bytes that this process's groups allow, if they allow less than the machine has.
pub fn limit() -> Option<u64> {
    let machine = Meminfo::current().map_or(u64::MAX, |memory| memory.mem_total);
    limit_in(Path::new("/"), machine)
}

/// How many processes the system has ended for lack of memory: of this group, or of the machine
/// where no group counts them.
pub fn ended() -> u64 {
    ended_in(Path::new("/"))
}

/// What a reader is told where the system has ended a process of theirs for lack of memory.
pub fn ran_out() -> String {
    let allowed = match limit() {
        Some(limit) => {
            format!(" of the {:.1} GiB that you may use here", limit as f64 / f64::from(1 << 30))
        }
        None => String::new(),
    };
    format!(
        "The memory ran out{allowed}: shut down the kernels of other notebooks, or keep less in \
         this one."
    )
}

fn limit_in(root: &Path, machine: u64) -> Option<u64> {
    // Without a limit, the first version has a number larger than any memory.
    groups(root).iter().filter_map(Group::limit).min().filter(|limit| *limit < machine)
}

fn ended_in(root: &Path) -> u64 {
    let count = |text: &str| number_after(text, "oom_kill ");
    let group = groups(root).iter().find_map(|group| count(&group.read(group.names.ended)?));
    group.or_else(|| count(&fs::read_to_string(root.join("proc/vmstat")).ok()?)).unwrap_or(0)
}

struct Group {
    folder: PathBuf,
    names: &'static Names,
}

/// The groups of this process, each before those around it.
fn groups(root: &Path) -> Vec<Group> {
    let text = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let trees = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once(':')?;
        let (controllers, group) = rest.split_once(':')?;
        let (top, names) = match controllers {
            "" => ("sys/fs/cgroup", &SECOND),
            all if all.split(',').any(|one| one == "memory") => ("sys/fs/cgroup/memory", &FIRST),
            _ => return None,
        };
        Some((root.join(top), Path::new(group.trim_start_matches('/')), names))
    });
    let all = trees.flat_map(|(top, group, names)| {
        // Not `..`: a group outside of what is mounted here.
        group.ancestors().map(move |group| Group { folder: top.join(group), names })
    });
    all.collect()
}

impl Group {
    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name)).ok()
    }

    fn limit(&self) -> Option<u64> {
        self.read(self.names.limit)?.trim().parse().ok()
    }

    /// What is left of the limit, if there is one.
    fn left(&self) -> Option<u64> {
        let used: u64 = self.read(self.names.used)?.trim().parse().ok()?;
        let stat = self.read("memory.stat").unwrap_or_default();
        let files = number_after(&stat, self.names.files).unwrap_or(0);
        Some(self.limit()?.saturating_sub(used.saturating_sub(files)))
    }
}

fn number_after(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, and what is left in its groups.
    struct System(tempfile::TempDir);

    impl System {
        fn new(groups: &str) -> Self {
            let system = Self(tempfile::tempdir().expect("a temp folder"));
            system.write("proc/self/cgroup", groups);
            system
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }

        fn left(&self) -> Option<u64> {
            groups(self.0.path()).iter().filter_map(Group::left).min()
        }
    }

    #[test]
    fn a_group_of_version_two_and_those_around_it_limit() {
        let system = System::new("0::/class/ann\n");
        let ann = |name: &str, text| system.write(&format!("sys/fs/cgroup/class/ann/{name}"), text);
        ann("memory.current", "300\n");
        assert_eq!(system.left(), None);
        ann("memory.max", "max\n");
        assert_eq!((system.left(), limit_in(system.0.path(), 5000)), (None, None));
        ann("memory.max", "1000\n");
        assert_eq!(system.left(), Some(700));
        ann("memory.stat", "anon 1\ninactive_file 100\n");
        assert_eq!(system.left(), Some(800));
        system.write("sys/fs/cgroup/class/memory.max", "900\n");
        system.write("sys/fs/cgroup/class/memory.current", "400\n");
        assert_eq!((system.left(), limit_in(system.0.path(), 5000)), (Some(500), Some(900)));
        ann("memory.max", "100\n");
        assert_eq!((system.left(), limit_in(system.0.path(), 5000)), (Some(0), Some(100)));
        assert_eq!(limit_in(system.0.path(), 100), None);
    }

    #[test]
    fn a_group_of_version_one_limits_and_its_huge_number_does_not() {
        let system = System::new("5:cpu,cpuacct:/x\n4:memory:/ann\n0::/\n");
        let ann =
            |name: &str, text| system.write(&format!("sys/fs/cgroup/memory/ann/{name}"), text);
        ann("memory.limit_in_bytes", "9223372036854771712\n");
        assert_eq!(limit_in(system.0.path(), 5000), None);
        ann("memory.limit_in_bytes", "1000\n");
        ann("memory.usage_in_bytes", "600\n");
        ann("memory.stat", "inactive_file 1\ntotal_inactive_file 50\n");
        assert_eq!((system.left(), limit_in(system.0.path(), 5000)), (Some(450), Some(1000)));
    }

    #[test]
    fn those_who_were_ended_are_counted_by_the_group_or_by_the_machine() {
        let system = System::new("4:memory:/ann\n0::/ann\n");
        assert_eq!(ended_in(system.0.path()), 0);
        system.write("proc/vmstat", "nr_free_pages 7\noom_kill 3\n");
        assert_eq!(ended_in(system.0.path()), 3);
        let first = "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n";
        system.write("sys/fs/cgroup/memory/ann/memory.oom_control", first);
        assert_eq!(ended_in(system.0.path()), 2);
        let system = System::new("0::/ann\n");
        system.write("sys/fs/cgroup/ann/memory.events", "oom 4\noom_kill 1\noom_group_kill 0\n");
        assert_eq!(ended_in(system.0.path()), 1);
    }

    #[test]
    fn this_machine_has_some() {
        assert!(available() > 0);
    }
}
