//! What this machine gives to a program: the capacity card of the course.

use std::fmt;
use std::process::Command;
use std::time::Duration;

use serde::Serialize;

use super::python;
pub use crate::system::Limit;
use crate::system::{MAPPINGS_OF_A_THREAD, Program};

#[cfg(target_os = "linux")]
mod linux;

/// How long `rustc` may take to say which it is.
const RUSTC_LIMIT: Duration = Duration::from_secs(10);

/// What this machine gives to a program, as read at one moment. Host, user and
/// folders are left out: a notebook is saved with its outputs and passed on.
///
/// ```
/// let machine = concurrency_demos::Machine::read();
/// assert!(machine.cores >= 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Machine {
    /// CPUs that this program may use, as affinity and quota allow.
    pub cores: usize,
    /// CPUs of the machine; a core with two hardware threads counts as two.
    pub cpus: Option<usize>,
    /// Cores of the machine; a core with two hardware threads counts as one.
    pub physical_cores: Option<usize>,
    /// CPUs on which the scheduler may put this process.
    pub affinity: Option<usize>,
    /// CPU seconds per second that the control group allows, if it limits them.
    pub quota: Option<f64>,
    /// Mean number of threads that ran, wanted a CPU or waited for a disk in the last minute,
    /// as `/proc/loadavg` tells it: of the whole machine, this program's own among them, and
    /// in a container of its host.
    pub load: Option<f64>,
    /// Memory of the machine, in bytes.
    pub memory: Option<u64>,
    /// How much of it programs can have now, in bytes.
    pub memory_available: Option<u64>,
    /// The most memory that the control group allows, in bytes.
    pub memory_limit: Limit,
    /// Most threads of the system, of all processes together.
    pub threads_max: Limit,
    /// The ids of processes and threads stay below this number.
    pub pid_max: Limit,
    /// Most processes and threads of the control group.
    pub group_threads: Limit,
    /// Most processes and threads of this user; the superuser may pass it.
    pub user_threads: Limit,
    /// Most memory mappings of a process; a thread of Rust takes four: its
    /// stack, the stack of its signal handler, a guard for each.
    pub mappings: Limit,
    /// Most open files of this process, pipes and sockets among them.
    pub open_files: Limit,
    /// The compiler that builds the cells, such as `1.95.0`.
    pub rust: Option<String>,
    /// The Python that comparisons use.
    pub python: Option<String>,
}

impl Machine {
    /// Reads the capacities of this machine. What the system does not tell
    /// stays unknown.
    ///
    /// It starts `rustc` and Python to ask for their versions: that takes tenths of a second,
    /// and 10 s at the most for each; one that does not answer stays unknown.
    #[must_use]
    pub fn read() -> Machine {
        Machine {
            rust: rust_version(),
            python: python::find().ok().map(|python| python.version()),
            ..Machine::limits()
        }
    }

    /// The same without the versions of Rust and Python, for which these must be started.
    pub(crate) fn limits() -> Machine {
        Machine { cores: cores(), ..told_by_the_system() }
    }

    /// How many threads one process can have at the most, and which limit says
    /// so. `None` where no limit is known. The limits of the system and of the user count
    /// all threads, not only those of one process, so there may be room for fewer.
    #[must_use]
    pub fn most_threads(&self) -> Option<(u64, &'static str)> {
        let limits = [
            (self.threads_max, 1, "all threads of the system"),
            (self.pid_max, 1, "ids of threads and processes"),
            (self.group_threads, 1, "threads of the control group"),
            (self.user_threads, 1, "threads of the user"),
            (self.mappings, MAPPINGS_OF_A_THREAD, "memory mappings, four for each thread"),
        ];
        let known = limits.into_iter().filter_map(|(limit, share, name)| match limit {
            Limit::Of(number) => Some((number / share, name)),
            Limit::None | Limit::Unknown => None,
        });
        known.min_by_key(|(number, _)| *number)
    }

    /// The card, a fact a row: its name and its value with its unit, or `unknown`.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, String); 14] {
        let known = |number: Option<usize>| or_unknown(number.map(|number| number.to_string()));
        let quota = self.quota.map(|cpus| format!("{cpus:.2} CPUs"));
        let text = |text: &Option<String>| text.clone();
        [
            ("Cores this program may use", self.cores.to_string()),
            ("CPUs of the machine", known(self.cpus)),
            ("Physical cores", known(self.physical_cores)),
            ("CPUs allowed by affinity", known(self.affinity)),
            ("CPU quota of the control group", quota.unwrap_or_else(|| "none found".to_owned())),
            ("Load of the last minute", or_unknown(self.load.map(|load| load.to_string()))),
            ("Memory", self.memory_in_words()),
            ("Threads, whole system", self.threads_max.to_string()),
            ("Ids for threads and processes", self.pid_max.to_string()),
            ("Threads of this control group", self.group_threads.to_string()),
            ("Threads of this user", self.user_threads.to_string()),
            ("Open files of a process", self.open_files.to_string()),
            ("Rust", or_unknown(text(&self.rust))),
            ("Python", text(&self.python).unwrap_or_else(|| "none that can be used".to_owned())),
        ]
    }

    fn memory_in_words(&self) -> String {
        let (total, available) = (self.memory.map(gibibytes), self.memory_available.map(gibibytes));
        let limit = match self.memory_limit {
            Limit::Of(bytes) => format!(", {} for the control group", gibibytes(bytes)),
            Limit::None | Limit::Unknown => String::new(),
        };
        format!("{}, {} available{limit}", or_unknown(total), or_unknown(available))
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.rows().map(|(name, value)| format!("{name:<31} {value}"));
        f.write_str(&lines.join("\n"))
    }
}

/// What the files of the system tell.
#[cfg(target_os = "linux")]
fn told_by_the_system() -> Machine {
    linux::read(std::path::Path::new("/"))
}

/// Other systems have no such files: the facts stay unknown.
#[cfg(not(target_os = "linux"))]
fn told_by_the_system() -> Machine {
    Machine::default()
}

fn or_unknown(text: Option<String>) -> String {
    text.unwrap_or_else(|| "unknown".to_owned())
}

fn gibibytes(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

/// Asked at run time: the crate may have been built by another compiler than the cells.
fn rust_version() -> Option<String> {
    let mut rustc = Command::new("rustc");
    let ended = Program::start(rustc.arg("--version"), &[]).ok()?.end_within(RUSTC_LIMIT).ok()?;
    let line = String::from_utf8(ended.stdout).ok()?;
    line.split_whitespace().nth(1).map(str::to_owned)
}

/// The CPUs that this process may use, as affinity and quota allow; 1 where the system does
/// not tell. It is asked anew at each call.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_limit_is_named() {
        let mut machine = Machine { threads_max: Limit::Of(90_000), ..Machine::default() };
        assert_eq!(machine.most_threads(), Some((90_000, "all threads of the system")));
        machine.mappings = Limit::Of(65_530);
        machine.user_threads = Limit::None;
        assert_eq!(machine.most_threads().unwrap().0, 16_382);
        assert_eq!(Machine::default().most_threads(), None);
    }

    #[test]
    fn what_is_not_known_is_said() {
        let plain = Machine { cores: 3, ..Machine::default() }.to_string();
        assert!(plain.starts_with("Cores this program may use      3\n"), "{plain}");
        assert!(plain.contains("unknown, unknown available"), "{plain}");
    }

    #[test]
    fn this_machine_can_be_read() {
        let machine = Machine::read();
        assert_eq!(machine.cores, cores());
        if cfg!(target_os = "linux") {
            assert!(machine.cpus >= Some(1) && machine.memory >= machine.memory_available);
            assert!(machine.most_threads().is_some());
        }
    }
}
