//! How much of the machine other programs took, where Linux tells it: what all its CPUs did,
//! less what this session did. A session is the kernel of one notebook with all that it
//! starts: compiler, cells, worker processes. In a container the CPUs are those of the host.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use super::clock;

/// Shorter than this, a few clock ticks more or less would change the number.
const LONG_ENOUGH: Duration = Duration::from_secs(10);

/// What other programs did in the last seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Others {
    /// How long ago that began.
    pub during: Duration,
    /// How many CPUs they kept busy, on average.
    pub cpus: f64,
}

/// CPU time up to a moment: of the whole machine, and of this session.
#[derive(Clone, Copy, Debug)]
struct Spent {
    at: Duration,
    machine: Duration,
    session: Duration,
}

static MARKS: Mutex<VecDeque<Spent>> = Mutex::new(VecDeque::new());

/// Notes what was spent up to now, for later calls, and tells what others did since the
/// youngest note that is 10 s old, or else the oldest. Nothing is known at the first call.
pub(crate) fn since_then() -> Option<Others> {
    // Locked before it is read: of two threads, the later note is the later moment.
    let mut marks = MARKS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let now = linux::spent()?;
    let others = told(&mut marks, now);
    marks.push_back(now);
    others
}

/// The marks before the one that is used are of no use any more.
fn told(marks: &mut VecDeque<Spent>, now: Spent) -> Option<Others> {
    while marks.get(1).is_some_and(|next| next.at + LONG_ENOUGH <= now.at) {
        marks.pop_front();
    }
    let then = marks.front()?;
    let during = now.at - then.at;
    let machine = now.machine.saturating_sub(then.machine);
    // A session has less than before where one of its processes has ended unseen.
    let others = machine.saturating_sub(now.session.saturating_sub(then.session));
    Some(Others { during, cpus: others.as_secs_f64() / during.as_secs_f64() })
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use procfs::process::{Process, Stat, all_processes};
    use procfs::{CurrentSI, KernelStats};

    use super::{Spent, clock};

    pub fn spent() -> Option<Spent> {
        let cpus = KernelStats::current().ok()?.total;
        let machine = cpus.user
            + cpus.nice
            + cpus.system
            + [cpus.irq, cpus.softirq, cpus.steal].into_iter().flatten().sum::<u64>();
        let session = Process::myself().ok()?.stat().ok()?.session;
        let others = all_processes().ok()?.filter_map(|process| process.ok()?.stat().ok());
        let ticks = others.filter(|stat| stat.session == session).map(|stat| of(&stat)).sum();
        Some(Spent { at: clock::now(), machine: time(machine), session: time(ticks) })
    }

    /// Its own time, and that of its children that have ended and were waited for.
    fn of(stat: &Stat) -> u64 {
        let children = u64::try_from(stat.cutime + stat.cstime).unwrap_or(0);
        stat.utime + stat.stime + children
    }

    fn time(ticks: u64) -> Duration {
        Duration::from_secs_f64(ticks as f64 / procfs::ticks_per_second() as f64)
    }
}

#[cfg(not(target_os = "linux"))]
mod linux {
    /// No such files elsewhere.
    pub fn spent() -> Option<super::Spent> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent([at, machine, session]: [u64; 3]) -> Spent {
        let [at, machine, session] = [at, machine, session].map(Duration::from_secs);
        Spent { at, machine, session }
    }

    #[test]
    fn threads_that_ask_at_once_do_not_overtake_each_other() {
        let ask = || {
            for _ in 0..50 {
                since_then();
            }
        };
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(ask))));
    }

    #[test]
    fn what_the_session_did_is_subtracted() {
        let mut marks = VecDeque::new();
        assert_eq!(told(&mut marks, spent([0, 0, 0])), None);
        marks.extend([[0, 0, 0], [5, 10, 9], [20, 30, 20], [28, 44, 30]].map(spent));
        let others = told(&mut marks, spent([32, 50, 34])).expect("there are marks");
        assert_eq!(others, Others { during: Duration::from_secs(12), cpus: 0.5 });
        assert_eq!(marks.len(), 2, "older marks are gone");
        let young = told(&mut marks, spent([33, 51, 60])).expect("there are marks");
        assert_eq!(young.cpus, 0.0, "never below nothing");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn own_work_is_no_work_of_others() {
        let before = linux::spent().expect("this is Linux");
        let began = clock::now();
        while clock::now() - began < Duration::from_millis(400) {
            std::hint::black_box((0..1000_u32).map(std::hint::black_box).sum::<u32>());
        }
        let after = linux::spent().expect("this is Linux");
        let [machine, session] = [after.machine - before.machine, after.session - before.session];
        assert!(session >= Duration::from_millis(100), "{session:?} of {machine:?}");
    }
}
