//! `fib(31)` twice, one after the other, beside Python.

use std::process::Command;
use std::time::Duration;

use concurrency_demos::{Job, Model, Silent};
use criterion::Criterion;

use crate::table::{Row, Unit};

/// Prints the nanoseconds that the two calls took, without Python's own start.
const SOURCE: &str = "
import sys, time
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
started = time.perf_counter_ns()
for _ in range(2):
    fib(int(sys.argv[1]))
print(time.perf_counter_ns() - started)
";

pub const ROW: Row = Row {
    what: "fib(31) twice, serial | Python, serial",
    group: "fib-31-twice",
    subject: "serial",
    baseline: "python",
    unit: Unit::Gain,
    target: ">= 30 x",
    is_met: |measured, baseline| baseline >= 30.0 * measured,
};

pub fn bench(criterion: &mut Criterion) {
    let n = if crate::is_trial() { 10 } else { 31 };
    let mut group = crate::long(criterion, ROW.group);
    group.measurement_time(Duration::from_secs(1));
    let jobs = vec![Job::Fib(n); 2];
    let run = || Model::Serial.run(&jobs, &Silent).expect("the jobs are done");
    group.bench_function(ROW.subject, |bencher| bencher.iter(run));
    if in_python(n).is_none() {
        println!("{}/{}: not measured, no python3 is on PATH", ROW.group, ROW.baseline);
    } else {
        group.bench_function(ROW.baseline, |bencher| {
            bencher.iter_custom(|times| {
                (0..times).map(|_| in_python(n).expect("it was there before")).sum()
            });
        });
    }
    group.finish();
}

fn in_python(n: u32) -> Option<Duration> {
    let output = Command::new("python3").args(["-c", SOURCE, &n.to_string()]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().map(Duration::from_nanos).ok()
}
