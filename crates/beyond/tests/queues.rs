//! Two programs that start programs, over `beyond-worker job` as it is: GNU parallel, and Slurm
//! where a cluster answers. What is left out is said on stderr, which cargo does not catch.

use std::io::{Write as _, stderr};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use std::{fs, thread};

use tempfile::TempDir;

const WORKER: &str = env!("CARGO_BIN_EXE_beyond-worker");

/// How long an array may wait in the queue of a cluster that others use as well.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder that the nodes of a cluster see if they see the program.
fn folder() -> TempDir {
    TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn left_out(what: &str) {
    stderr().write_all(format!("left out: {what}\n").as_bytes()).unwrap();
}

/// What a program of the system says; none where it is missing or fails.
fn asked(program: &str, words: &[&str]) -> Option<String> {
    let output = Command::new(program).args(words).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(said)
}

/// The second part of each line: the result.
fn results(lines: &str) -> Vec<&str> {
    let mut results: Vec<_> = lines.lines().filter_map(|line| line.split('\t').nth(1)).collect();
    results.sort_unstable();
    results
}

#[test]
fn gnu_parallel_does_all_jobs_and_tells_which_failed() {
    // There is another `parallel`, of moreutils.
    if !asked("parallel", &["--version"]).is_some_and(|said| said.contains("GNU parallel")) {
        return left_out(
            "GNU parallel is missing. Install it: `apt-get install parallel` (or dnf, brew)",
        );
    }
    let folder = folder();
    let log = folder.path().join("log");
    let jobs = |more: &[&str]| -> Output {
        let mut parallel = Command::new("parallel");
        parallel.env("PARALLEL_HOME", folder.path()).args(more);
        parallel.args(["-q", "-j2", "--joblog"]).arg(&log).args([WORKER, "job", "fib", "{}"]);
        parallel.args([":::", "20", "21", "94", "22"]).output().unwrap()
    };
    let output = jobs(&[]);
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(results(&lines), ["10946", "17711", "6765"]);
    assert_eq!(output.status.code(), Some(1), "so many failed");
    let statuses = || -> Vec<String> {
        let log = fs::read_to_string(&log).unwrap();
        let mut lines: Vec<Vec<&str>> =
            log.lines().skip(1).map(|it| it.split('\t').collect()).collect();
        lines.sort_unstable_by_key(|line| line[0].parse::<u32>().unwrap());
        lines.iter().map(|line| line[6].to_owned()).collect()
    };
    assert_eq!(statuses(), ["0", "0", "2", "0"]);
    // What has a line in the log is not done again, but for what failed.
    let again = jobs(&["--resume-failed"]);
    assert!(again.stdout.is_empty() && again.status.code() == Some(1), "{again:?}");
}

#[test]
fn slurm_does_each_element_of_an_array() {
    if asked("sinfo", &["--noheader"]).is_none_or(|nodes| nodes.trim().is_empty()) {
        return left_out(
            "no Slurm answers here. Run this test where `sinfo` lists nodes; on Debian \
             `apt-get install slurm-wlm` makes one of this machine, with it as the node in \
             /etc/slurm/slurm.conf",
        );
    }
    let folder = folder();
    let output = format!("--output={}/%a", folder.path().display());
    let wrap = format!("exec '{WORKER}' job fib $SLURM_ARRAY_TASK_ID");
    let array = asked("sbatch", &["--parsable", "--array=20-22", &output, "--wrap", &wrap]);
    let array = Array(array.expect("it is taken").trim().to_owned());
    if array.has_ended() {
        let read = |n: u32| fs::read_to_string(folder.path().join(n.to_string())).unwrap();
        assert_eq!(results(&(20..=22).map(read).collect::<String>()), ["10946", "17711", "6765"]);
    } else {
        left_out(&format!("Slurm did not begin three jobs in {PATIENCE:?}: its nodes are busy"));
    }
}

/// What waits or runs in the queue; dropped, it is taken out.
struct Array(String);

impl Array {
    fn has_ended(&self) -> bool {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            let open = asked("squeue", &["--noheader", "--jobs", &self.0]);
            if open.is_none_or(|open| open.trim().is_empty()) {
                return true;
            }
            thread::sleep(Duration::from_millis(200));
        }
        false
    }
}

impl Drop for Array {
    fn drop(&mut self) {
        let _ = Command::new("scancel").arg(&self.0).status();
    }
}
