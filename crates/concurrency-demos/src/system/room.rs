//! Whether so many threads, worker processes or jobs fit into this machine: asked before the
//! first of them is started, for what was started would have to be ended again.

use std::fmt;

use crate::error::Error;
use crate::format::{bytes, thousands};

/// Up to so many nobody is asked, and the system may refuse: to read its files takes as long as
/// to start some threads.
const FEW: usize = 64;

/// What one of those that are started takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Takes {
    /// What they are called, such as `threads`.
    names: &'static str,
    /// Threads of the system.
    threads: u64,
    /// Of these, the threads in this program.
    own: u64,
    /// Open files of this program.
    files: u64,
    /// Memory of the machine in bytes, at the most.
    memory: u64,
    /// More are not started, whatever the machine allows.
    most: usize,
}

/// A thread of this program.
pub(crate) const THREADS: Takes =
    Takes { names: "threads", threads: 1, own: 1, files: 0, memory: 64 << 10, most: 32_768 };

/// One that takes work from the others. All of them look for it at each other, which takes more
/// time with the square of their number: on two cores 16,000 of Tokio half a minute, and 4,000 of
/// Rayon a whole one.
pub(crate) const TOKIO_THREADS: Takes = Takes { names: "async threads", most: 4_096, ..THREADS };
pub(crate) const RAYON_THREADS: Takes = Takes { names: "Rayon threads", most: 1_024, ..THREADS };

/// A worker process: it does jobs on one thread and watches its parent on another. Here one
/// thread reads what it says on standard error, one sends it jobs; it has three pipes. Two
/// thousand of them keep two cores busy for ten seconds.
pub(crate) const WORKERS: Takes = Takes {
    names: "worker processes",
    threads: 4,
    own: 2,
    files: 3,
    memory: 512 << 10,
    most: 1_024,
};

/// A job, its task, and its place in the record.
pub(crate) const JOBS: Takes =
    Takes { names: "jobs", threads: 0, own: 0, files: 0, memory: 640, most: 10_000_000 };

/// What there is only so much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Threads,
    Mappings,
    AddressSpace,
    Files,
    Memory,
}

/// How much of it is left, to whom, and where that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Left {
    what: What,
    left: u64,
    to: &'static str,
}

/// So many bytes of payload are sent without a look at the memory.
const LIGHT: u64 = 64 << 20;

/// Whether jobs that carry so many bytes in all fit into the memory: their results are as large,
/// and so are the copies on their way.
///
/// # Errors
/// If not: how much memory there is.
pub(crate) fn check_payloads(bytes: u64) -> Result<(), Error> {
    if bytes <= LIGHT { Ok(()) } else { payloads_within(bytes, &read::all_left()) }
}

fn payloads_within(payloads: u64, left: &[Left]) -> Result<(), Error> {
    let needed = payloads.saturating_mul(2);
    let short = left.iter().find(|left| left.what == What::Memory && left.left < needed);
    short.map_or(Ok(()), |left| {
        Err(Error::new(format!(
            "jobs that carry {} are more than this machine can hold now: their results and copies \
             take twice as much, and {left}. Send fewer or smaller ones in a run",
            bytes(payloads)
        )))
    })
}

impl Takes {
    /// Whether so many fit into what the machine has left now.
    ///
    /// # Errors
    /// If not: which limit they would pass, and how many fit.
    pub fn check(&self, count: usize) -> Result<(), Error> {
        if count <= FEW { Ok(()) } else { self.check_within(count, &read::all_left()) }
    }

    fn check_within(&self, count: usize, left: &[Left]) -> Result<(), Error> {
        let (wanted, names) = (thousands(count), self.names);
        if count > self.most {
            let most = thousands(self.most);
            return Err(Error::new(format!(
                "{wanted} {names} are too many: no more than {most} are started here, whatever \
                 the machine allows"
            )));
        }
        match self.tightest(left) {
            Some((most, left)) if most < count as u64 => Err(Error::new(format!(
                "{wanted} {names} are more than this machine can hold now: {}{left}. Use {} at \
                 the most",
                self.each(left.what),
                thousands(most as usize)
            ))),
            _ => Ok(()),
        }
    }

    /// How many fit, and what there is least of for them.
    fn tightest(&self, left: &[Left]) -> Option<(u64, Left)> {
        let fit = |left: &Left| Some((left.left.checked_div(self.of(left.what))?, *left));
        left.iter().filter_map(fit).min_by_key(|(most, _)| *most)
    }

    /// How much of it one takes.
    fn of(&self, what: What) -> u64 {
        match what {
            What::Threads => self.threads,
            What::Mappings => self.own * super::limits::MAPPINGS_OF_A_THREAD,
            What::AddressSpace => self.own * STACK,
            What::Files => self.files,
            What::Memory => self.memory,
        }
    }

    /// The same in words, where it is not simply one.
    fn each(&self, what: What) -> String {
        match self.of(what) {
            1 => String::new(),
            amount => format!("each takes {}, and ", what.told(amount)),
        }
    }
}

/// What the stack of a thread takes of the address space.
const STACK: u64 = 2 << 20;

/// Which limit has ended the start of threads, for an error of the system that does not say it.
pub(crate) fn limit_of_threads() -> String {
    match THREADS.tightest(&read::all_left()) {
        // Some end meanwhile, and the system needs some itself.
        Some((most, left)) if most < 32 => format!("{left}"),
        _ => "no limit that is known here is reached".to_owned(),
    }
}

impl What {
    fn told(self, amount: u64) -> String {
        let number = thousands(usize::try_from(amount).unwrap_or(usize::MAX));
        match self {
            What::Threads => format!("{number} threads"),
            What::Mappings => format!("{number} memory mappings"),
            What::AddressSpace => format!("{} of address space", bytes(amount)),
            What::Files => format!("{number} open files"),
            What::Memory => format!("{} of memory", bytes(amount)),
        }
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} are left {}", self.what.told(self.left), self.to)
    }
}

#[cfg(target_os = "linux")]
mod read {
    use std::fs;
    use std::path::Path;

    use procfs::process::all_processes;
    use rustix::process::{Resource, getrlimit, getuid};

    use super::super::limits::{Groups, Limit, Limits};
    use super::super::memory;
    use super::{Left, What};

    /// What is opened beside the pipes of workers, for a moment or longer.
    const OTHER_FILES: u64 = 16;

    pub fn all_left() -> Vec<Left> {
        let mut left = left(Path::new("/"));
        // The superuser may pass the limit of a user.
        if let (Limit::Of(most), false) =
            (Limits::read(Path::new("/")).user_threads, getuid().is_root())
        {
            let threads = most.saturating_sub(of_user());
            left.push(Left { what: What::Threads, left: threads, to: "to this user (ulimit -u)" });
        }
        if let Some(most) = getrlimit(Resource::As).current {
            let used = procfs::process::Process::myself().and_then(|own| own.statm());
            let used = used.map_or(0, |used| used.size * procfs::page_size());
            let to = "to this program (ulimit -v)";
            left.push(Left { what: What::AddressSpace, left: most.saturating_sub(used), to });
        }
        left
    }

    /// What the files below `root` tell.
    pub fn left(root: &Path) -> Vec<Left> {
        let text = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
        let entries = |path: &str| fs::read_dir(root.join(path)).map_or(0, Iterator::count) as u64;
        let limits = Limits::read(root);
        let threads = of_system(&text("proc/loadavg"));
        let mappings = text("proc/self/maps").lines().count() as u64;
        let files = entries("proc/self/fd") + OTHER_FILES;
        let of = |what, limit, used: u64, to| match limit {
            Limit::Of(most) => Some(Left { what, left: most.saturating_sub(used), to }),
            Limit::None | Limit::Unknown => None,
        };
        let group = Groups::read(root).threads_left();
        let group = group.map(|left| Left {
            what: What::Threads,
            left,
            to: "to this control group (pids.max)",
        });
        // A quarter of it is for others: a machine that swaps is no use to anybody.
        let memory = memory::available_in(root).map(|bytes| Left {
            what: What::Memory,
            left: bytes / 4 * 3,
            to: "to them (three quarters of what is available)",
        });
        [
            of(What::Threads, limits.threads_max, threads, "to the system (kernel.threads-max)"),
            of(What::Threads, limits.pid_max, threads, "to the system (kernel.pid_max)"),
            group,
            of(What::Mappings, limits.mappings, mappings, "to this program (vm.max_map_count)"),
            of(What::Files, limits.open_files, files, "to this program (ulimit -n)"),
            memory,
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The threads of the system, behind the stroke in `0.06 0.29 0.12 2/186 8595`.
    fn of_system(loadavg: &str) -> u64 {
        let all = loadavg.split(' ').nth(3).and_then(|threads| threads.split_once('/'));
        all.and_then(|(_, all)| all.parse().ok()).unwrap_or(0)
    }

    fn of_user() -> u64 {
        let own = getuid().as_raw();
        let processes = all_processes().into_iter().flatten().flatten();
        let threads = processes.filter(|process| process.uid().is_ok_and(|uid| uid == own));
        threads.filter_map(|process| Some(process.stat().ok()?.num_threads.unsigned_abs())).sum()
    }
}

#[cfg(not(target_os = "linux"))]
mod read {
    /// No such files elsewhere.
    pub fn all_left() -> Vec<super::Left> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: Left = Left { what: What::Files, left: 1_000, to: "to this program (ulimit -n)" };
    const IDS: Left =
        Left { what: What::Threads, left: 4_000, to: "to the system (kernel.pid_max)" };
    const MEMORY: Left = Left { what: What::Memory, left: 100 << 20, to: "to them" };

    fn refused(takes: Takes, count: usize, left: &[Left]) -> String {
        takes.check_within(count, left).expect_err("too many").to_string()
    }

    #[test]
    fn the_tightest_limit_is_named_and_how_many_fit() {
        assert_eq!(
            refused(WORKERS, 400, &[IDS, FILES]),
            "400 worker processes are more than this machine can hold now: each takes 3 open \
             files, and 1,000 open files are left to this program (ulimit -n). Use 333 at the most"
        );
        assert_eq!(
            refused(THREADS, 5_000, &[IDS, FILES]),
            "5,000 threads are more than this machine can hold now: 4,000 threads are left to the \
             system (kernel.pid_max). Use 4,000 at the most"
        );
        let memory = refused(WORKERS, 201, &[IDS, FILES, MEMORY]);
        assert!(memory.contains("each takes 512 KiB of memory, and 100 MiB"), "{memory}");
        assert!(WORKERS.check_within(333, &[IDS, FILES]).is_ok());
        assert!(WORKERS.check_within(200, &[IDS, FILES, MEMORY]).is_ok());
    }

    #[test]
    fn payloads_need_twice_their_size() {
        assert!(payloads_within(50 << 20, &[IDS, MEMORY]).is_ok());
        let error = payloads_within(51 << 20, &[IDS, MEMORY]).unwrap_err().to_string();
        assert!(error.contains("jobs that carry 51 MiB") && error.contains("100 MiB"), "{error}");
        assert!(payloads_within(u64::MAX, &[IDS]).is_ok(), "nothing is known");
    }

    #[test]
    fn where_the_system_tells_nothing_there_is_a_limit_too() {
        for takes in [THREADS, TOKIO_THREADS, RAYON_THREADS, WORKERS, JOBS] {
            assert!(takes.check_within(takes.most, &[]).is_ok());
            let error = refused(takes, takes.most + 1, &[]);
            assert!(error.contains("whatever the machine allows"), "{error}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_in_use_is_taken_from_each_limit() {
        use crate::system::test_root::root_with;

        let root = root_with(&[]);
        assert_eq!(read::left(root.path()), []);
        let root = root_with(&[
            ("proc/loadavg", "1.06 3.29 3.12 2/186 8595\n"),
            ("proc/sys/kernel/pid_max", "1000\n"),
            ("proc/sys/vm/max_map_count", "100\n"),
            ("proc/self/maps", "one\ntwo\n"),
            ("proc/self/fd/0", ""),
            ("proc/self/limits", "Max open files 57 60 files\n"),
            ("proc/meminfo", "MemAvailable:    8 kB\n"),
        ]);
        let left = read::left(root.path());
        let left: Vec<_> = left.iter().map(|left| (left.what, left.left)).collect();
        let threads = (What::Threads, 814);
        let (mappings, files) = ((What::Mappings, 98), (What::Files, 40));
        assert_eq!(left, [threads, mappings, files, (What::Memory, 6144)]);
    }
}
