//! The processes below a process.

use procfs::process::all_processes;
use rustix::process::{Pid, Signal, kill_process};

/// Ends `parent` and all processes below it, but for those of `spared`.
pub fn end(parent: i32, spared: &[i32]) {
    end_all(|| below(parent, spared));
}

/// Ends all processes below `parent`, but for those of `spared` and what is below them.
pub fn end_below(parent: i32, spared: &[i32]) {
    end_all(|| {
        let mut found = below(parent, spared);
        found.retain(|process| *process != parent);
        found
    });
}

/// Whether a process is `parent`, or below it.
pub fn is_below(process: i32, parent: i32) -> bool {
    below(parent, &[]).contains(&process)
}

fn end_all(look: impl Fn() -> Vec<i32>) {
    // What is started meanwhile is found by another look.
    for _ in 0..3 {
        let found = look();
        if found.is_empty() {
            return;
        }
        for process in found {
            if let Some(process) = Pid::from_raw(process) {
                let _ = kill_process(process, Signal::KILL);
            }
        }
    }
}

/// `parent` and all below it that still run, but for those of `spared` and what is below them.
fn below(parent: i32, spared: &[i32]) -> Vec<i32> {
    let stats = all_processes().into_iter().flatten().flatten().filter_map(|one| one.stat().ok());
    let pairs: Vec<_> = stats.map(|stat| (stat.pid, stat.ppid, stat.state)).collect();
    let mut found = vec![parent];
    let mut next = 0;
    while let Some(above) = found.get(next).copied() {
        let children = pairs.iter().filter(|(pid, ppid, _)| {
            *ppid == above && !spared.contains(pid) && !found.contains(pid)
        });
        let children: Vec<i32> = children.map(|(pid, _, _)| *pid).collect();
        found.extend(children);
        next += 1;
    }
    let runs = |pid: &i32| pairs.iter().any(|(other, _, state)| other == pid && *state != 'Z');
    found.retain(|pid| !spared.contains(pid) && runs(pid));
    found
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn grandchildren_end_and_those_spared_do_not() {
        let mut shell = Command::new("sh").args(["-c", "sleep 60 & sleep 60"]).spawn().expect("sh");
        let mut other = Command::new("sleep").arg("60").spawn().expect("sleep");
        let process = i32::try_from(shell.id()).expect("an id");
        while below(process, &[]).len() < 3 {
            std::thread::yield_now();
        }
        let all = below(process, &[]);
        let own = rustix::process::getpid().as_raw_pid();
        assert!(is_below(all[2], process) && is_below(process, own) && !is_below(own, process));
        end(process, &[all[1]]);
        // A signal is sent, and heard a moment later.
        let since = Instant::now();
        while !below(process, &[]).is_empty() {
            assert!(since.elapsed() < Duration::from_secs(30), "{:?}", below(process, &[]));
            std::thread::yield_now();
        }
        assert_eq!(below(all[1], &[]), [all[1]]);
        end(all[1], &[]);
        shell.wait().expect("it is ours");
        assert!(other.try_wait().expect("it is ours").is_none());
        other.kill().expect("it is ours");
        other.wait().expect("it is ours");
    }
}
