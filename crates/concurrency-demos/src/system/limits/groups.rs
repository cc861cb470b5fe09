//! The control groups of this process. All groups above a group limit it too.

use std::fs;
use std::path::Path;

use procfs::{FromRead, ProcessCGroups};

use super::Limit;

/// The groups, and the root of the files that tell of them.
pub(crate) struct Groups<'a> {
    root: &'a Path,
    /// One for each controller (version 1), and one without controllers (version 2).
    groups: ProcessCGroups,
}

impl<'a> Groups<'a> {
    /// Reads what the files below `root` tell.
    pub fn read(root: &'a Path) -> Groups<'a> {
        let text = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
        let groups = ProcessCGroups::from_read(text.as_bytes());
        Groups { root, groups: groups.unwrap_or(ProcessCGroups(Vec::new())) }
    }

    /// The text of a file in the group of this process and in each above it. Version 2 has
    /// no controller, `""`.
    pub fn texts(&self, controller: &str, file: &str) -> Vec<String> {
        let of = |names: &[String]| match controller {
            "" => names.is_empty(),
            name => names.iter().any(|of| of == name),
        };
        let Some(group) = self.groups.0.iter().find(|group| of(&group.controllers)) else {
            return Vec::new();
        };
        let top = self.root.join("sys/fs/cgroup").join(controller);
        let group = Path::new(group.pathname.trim_start_matches('/'));
        let files = group.ancestors().map(|group| top.join(group).join(file));
        files.filter_map(|file| fs::read_to_string(file).ok()).collect()
    }

    /// The smallest limit in `file` of version 2, else in that of version 1.
    pub fn smallest(&self, (controller, old): (&str, &str), file: &str) -> Limit {
        let texts = [self.texts("", file), self.texts(controller, old)].concat();
        let limits = texts.iter().map(|text| Limit::read(text));
        let rank = |limit: &Limit| match limit {
            Limit::Of(number) => (0, *number),
            Limit::None => (1, 0),
            Limit::Unknown => (2, 0),
        };
        limits.min_by_key(rank).unwrap_or_default()
    }

    /// How many more threads and processes fit into the fullest of them; `None` if none of them
    /// has a limit.
    pub fn threads_left(&self) -> Option<u64> {
        let left = |controller| {
            let (most, now) =
                (self.texts(controller, "pids.max"), self.texts(controller, "pids.current"));
            let pair = |(most, now): (&String, &String)| {
                let Limit::Of(most) = Limit::read(most) else { return None };
                Some(most.saturating_sub(now.trim().parse().ok()?))
            };
            most.iter().zip(&now).filter_map(pair).min()
        };
        ["", "pids"].into_iter().filter_map(left).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::test_root::{add, root_with};

    #[test]
    fn the_fullest_group_says_how_many_threads_are_left() {
        let root = root_with(&[]);
        let left = |files: &[(&str, &str)]| {
            add(root.path(), files);
            Groups::read(root.path()).threads_left()
        };
        assert_eq!(left(&[("proc/self/cgroup", "3:pids:/old\n0::/class/learner\n")]), None);
        let learner = [
            ("sys/fs/cgroup/class/learner/pids.max", "max\n"),
            ("sys/fs/cgroup/class/learner/pids.current", "7\n"),
        ];
        assert_eq!(left(&learner), None);
        let class = [
            ("sys/fs/cgroup/class/pids.max", "500\n"),
            ("sys/fs/cgroup/class/pids.current", "90\n"),
        ];
        assert_eq!(left(&class), Some(410));
        let old = [
            ("sys/fs/cgroup/pids/old/pids.max", "100\n"),
            ("sys/fs/cgroup/pids/old/pids.current", "120\n"),
        ];
        assert_eq!(left(&old), Some(0));
    }
}
