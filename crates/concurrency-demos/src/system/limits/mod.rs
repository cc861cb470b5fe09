//! How many processes, threads and open files the system allows, where it tells.

#[cfg(target_os = "linux")]
mod groups;

use std::fmt;

use serde::Serialize;

#[cfg(target_os = "linux")]
pub(crate) use groups::Groups;

/// A limit of the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Limit {
    /// No more than this.
    Of(u64),
    /// The system sets none.
    None,
    /// This system does not tell.
    #[default]
    Unknown,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Of(number) => write!(f, "{number}"),
            Limit::None => f.write_str("no limit"),
            Limit::Unknown => f.write_str("unknown"),
        }
    }
}

/// The limits that hold now, each for what it counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Most threads of the system, of all processes together.
    pub threads_max: Limit,
    /// The ids of processes and threads stay below this number.
    pub pid_max: Limit,
    /// Most processes and threads of the control group.
    pub group_threads: Limit,
    /// Most processes and threads of this user.
    pub user_threads: Limit,
    /// Most memory mappings of a process.
    pub mappings: Limit,
    /// Most open files of this process.
    pub open_files: Limit,
}

/// What a thread of Rust takes of [`Limits::mappings`]: its stack, the stack of its signal
/// handler, a guard for each.
pub(crate) const MAPPINGS_OF_A_THREAD: u64 = 4;

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::Path;

    use super::{Groups, Limit, Limits};

    impl Limits {
        /// Reads what the files below `root` tell.
        pub fn read(root: &Path) -> Limits {
            let text = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
            let limits = text("proc/self/limits");
            Limits {
                threads_max: Limit::read(&text("proc/sys/kernel/threads-max")),
                pid_max: Limit::read(&text("proc/sys/kernel/pid_max")),
                group_threads: Groups::read(root).smallest(("pids", "pids.max"), "pids.max"),
                user_threads: soft(&limits, "Max processes"),
                mappings: Limit::read(&text("proc/sys/vm/max_map_count")),
                open_files: soft(&limits, "Max open files"),
            }
        }
    }

    impl Limit {
        /// A number alone in its file, or `max` for none.
        pub(crate) fn read(text: &str) -> Limit {
            match text.trim() {
                "max" | "unlimited" => Limit::None,
                number => number.parse().map_or(Limit::Unknown, Limit::Of),
            }
        }
    }

    /// The first column of `/proc/self/limits`: what holds now.
    fn soft(limits: &str, name: &str) -> Limit {
        let values = limits.lines().find_map(|line| line.strip_prefix(name));
        let first = values.and_then(|values| values.split_whitespace().next());
        first.map_or(Limit::Unknown, Limit::read)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::system::test_root::root_with;

    #[test]
    fn a_column_and_a_number_alone_are_read_and_silence_is_unknown() {
        let limits = "Limit Soft Hard\nMax processes  unlimited 96364 processes\n";
        let root = root_with(&[]);
        assert_eq!(Limits::read(root.path()), Limits::default());
        let root = root_with(&[
            ("proc/self/limits", limits),
            ("proc/sys/vm/max_map_count", "65530\n"),
            ("proc/self/cgroup", "0::/class\n"),
            ("sys/fs/cgroup/class/pids.max", "max\n"),
        ]);
        let limits = Limits::read(root.path());
        assert_eq!((limits.user_threads, limits.mappings), (Limit::None, Limit::Of(65_530)));
        assert_eq!((limits.group_threads, limits.open_files), (Limit::None, Limit::Unknown));
    }
}
