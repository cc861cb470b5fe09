//! What the files of a Linux system tell.
//!
//! The root folder is an argument, so that tests can bring files of their own.
//!
//! The crate `procfs` reads the CPUs. `meminfo` and `status` it takes whole or not at all: one
//! row that a sandbox leaves out, as gVisor does in `meminfo`, would cost every fact in the file,
//! so the few rows needed are picked here, and those of `limits` in `system`. Its load is an
//! `f32`, in which 1.06 becomes 1.0599999.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use procfs::{CpuInfo, FromRead};

use super::{Limit, Machine};
use crate::system::{Groups, Limits};

/// Reads what the files below `root` tell.
pub(super) fn read(root: &Path) -> Machine {
    let text = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
    let memory = text("proc/meminfo");
    let (limits, groups) = (Limits::read(root), Groups::read(root));
    let total = kibibytes(&memory, "MemTotal:");
    Machine {
        cpus: cpu_list(&text("sys/devices/system/cpu/online")),
        physical_cores: physical_cores(&text("proc/cpuinfo")),
        affinity: value(&text("proc/self/status"), "Cpus_allowed_list:").and_then(cpu_list),
        quota: quota(&groups),
        load: text("proc/loadavg").split(' ').next().and_then(|load| load.parse().ok()),
        memory: total,
        memory_available: kibibytes(&memory, "MemAvailable:"),
        memory_limit: memory_limit(&groups, total),
        threads_max: limits.threads_max,
        pid_max: limits.pid_max,
        group_threads: limits.group_threads,
        user_threads: limits.user_threads,
        mappings: limits.mappings,
        open_files: limits.open_files,
        ..Machine::default()
    }
}

/// The rest of the line that begins with `name`.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

/// How many CPUs are in a list such as `0-3,8`.
fn cpu_list(list: &str) -> Option<usize> {
    let count = |part: &str| -> Option<usize> {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        Some(last.checked_sub(first)? + 1)
    };
    list.trim().split(',').map(count).sum()
}

/// The different pairs of package and core; a pair stands there once for each
/// hardware thread. `None` on CPUs that do not tell.
fn physical_cores(cpuinfo: &str) -> Option<usize> {
    let cpus = CpuInfo::from_read(cpuinfo.as_bytes()).ok()?;
    let of_cpu = |cpu| Some((cpus.physical_id(cpu)?, cpus.get_field(cpu, "core id")?));
    let cores: BTreeSet<_> = (0..cpus.num_cores()).filter_map(of_cpu).collect();
    (!cores.is_empty()).then_some(cores.len())
}

fn kibibytes(meminfo: &str, name: &str) -> Option<u64> {
    let number: u64 = value(meminfo, name)?.strip_suffix("kB")?.trim().parse().ok()?;
    Some(number * 1024)
}

/// Version 1 writes "no limit" as a number larger than any memory.
fn memory_limit(groups: &Groups<'_>, total: Option<u64>) -> Limit {
    match groups.smallest(("memory", "memory.limit_in_bytes"), "memory.max") {
        Limit::Of(bytes) if total.is_some_and(|total| bytes >= total) => Limit::None,
        other => other,
    }
}

/// The smallest quota divided by its period; `None` if there is none.
fn quota(groups: &Groups<'_>) -> Option<f64> {
    let mut pairs = groups.texts("", "cpu.max");
    let quotas = groups.texts("cpu", "cpu.cfs_quota_us");
    let periods = groups.texts("cpu", "cpu.cfs_period_us");
    pairs.extend(quotas.iter().zip(&periods).map(|(quota, period)| format!("{quota} {period}")));
    let share = |pair: &String| {
        let mut numbers = pair.split_whitespace().map(|number| number.parse::<f64>().ok());
        let (quota, period) = (numbers.next()??, numbers.next()??);
        (quota > 0.0 && period > 0.0).then_some(quota / period)
    };
    pairs.iter().filter_map(share).min_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::test_root::root_with;

    #[test]
    fn lists_of_cpus_are_counted() {
        assert_eq!(cpu_list("0-3,8\n"), Some(5));
        assert_eq!(cpu_list("7"), Some(1));
        for nonsense in ["", "3-1", "all"] {
            assert_eq!(cpu_list(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn hardware_threads_of_a_core_count_once() {
        let cpu = |core| format!("processor\t: 9\nphysical id\t: 0\ncore id\t\t: {core}\n\n");
        assert_eq!(physical_cores(&[cpu(0), cpu(0), cpu(1), cpu(1)].concat()), Some(2));
        assert_eq!(physical_cores("processor\t: 0\nBogoMIPS\t: 48.00\n"), None);
    }

    #[test]
    fn the_plain_files_are_read() {
        let limits = "Limit           Soft Limit  Hard Limit  Units\n\
                      Max processes   unlimited   96364       processes\n\
                      Max open files  1024        524288      files\n";
        let root = root_with(&[
            ("proc/meminfo", "MemTotal:        2048 kB\nMemAvailable:    1024 kB\n"),
            ("proc/self/limits", limits),
            ("proc/self/status", "Name:\tx\nCpus_allowed_list:\t0,2-3\n"),
            ("proc/loadavg", "1.06 3.29 3.12 2/186 8595\n"),
            ("proc/sys/kernel/pid_max", "32768\n"),
            ("sys/devices/system/cpu/online", "0-3\n"),
        ]);
        let machine = read(root.path());
        assert_eq!((machine.cpus, machine.affinity), (Some(4), Some(3)));
        assert_eq!((machine.memory, machine.memory_available), (Some(2 << 20), Some(1 << 20)));
        assert_eq!((machine.user_threads, machine.open_files), (Limit::None, Limit::Of(1024)));
        assert_eq!((machine.load, machine.pid_max), (Some(1.06), Limit::Of(32768)));
        assert_eq!(machine.group_threads, Limit::Unknown);
    }

    #[test]
    fn the_tightest_group_of_version_two_counts() {
        let root = root_with(&[
            ("proc/meminfo", "MemTotal: 4096 kB\n"),
            ("proc/self/cgroup", "0::/class/learner\n"),
            ("sys/fs/cgroup/class/cpu.max", "150000 100000\n"),
            ("sys/fs/cgroup/class/pids.max", "500\n"),
            ("sys/fs/cgroup/class/learner/cpu.max", "max 100000\n"),
            ("sys/fs/cgroup/class/learner/pids.max", "max\n"),
            ("sys/fs/cgroup/class/learner/memory.max", "1048576\n"),
        ]);
        let machine = read(root.path());
        assert_eq!(machine.quota, Some(1.5));
        assert_eq!(machine.group_threads, Limit::Of(500));
        assert_eq!(machine.memory_limit, Limit::Of(1 << 20));
    }

    #[test]
    fn version_one_is_read_and_its_huge_number_is_no_limit() {
        let root = root_with(&[
            ("proc/meminfo", "MemTotal: 4096 kB\n"),
            ("proc/self/cgroup", "8:pids:/a\n4:memory:/a\n1:cpu,cpuacct:/a\n0::/\n"),
            ("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "200000\n"),
            ("sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"),
            ("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/pids/a/pids.max", "max\n"),
        ]);
        let machine = read(root.path());
        assert_eq!(machine.quota, Some(2.0));
        assert_eq!((machine.memory_limit, machine.group_threads), (Limit::None, Limit::None));
    }

    #[test]
    fn where_nothing_is_told_nothing_is_known() {
        assert_eq!(read(root_with(&[]).path()), Machine::default());
    }
}
