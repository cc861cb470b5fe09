//! A job to a running worker and its answer back, beside the same bytes
//! through `cat`.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use concurrency_demos::{Job, Pool, Silent};
use criterion::{BatchSize, Criterion, Throughput};

use crate::table::{Row, Unit};

const MIB: f64 = 1_048_576.0;

pub const ROWS: [Row; 2] = [
    Row {
        what: "tiny job to a worker and back | cat",
        group: "round-trip",
        subject: "worker",
        baseline: "cat",
        unit: Unit::Time,
        target: "<= 50 us",
        is_met: |measured, _| measured <= 50e3,
    },
    Row {
        what: "16 MiB to a worker and back | cat",
        group: "payload-16-mib",
        subject: "worker",
        baseline: "cat",
        unit: Unit::Speed(16.0 * MIB),
        target: ">= 200 MB/s",
        is_met: |measured, _| 16.0 * MIB / measured >= 0.2,
    },
];

pub fn bench(criterion: &mut Criterion) {
    let payload = if crate::is_trial() { 1 << 10 } else { 16 << 20 };
    let jobs = [(Job::Fib(1), 1), (Job::Echo(vec![7; payload]), payload)];
    for (row, (job, bytes)) in ROWS.iter().zip(jobs) {
        let mut group = crate::short(criterion, row.group);
        group.throughput(Throughput::Bytes(bytes as u64));
        let mut pool = Pool::start(1).expect("the worker starts");
        let jobs = [job];
        group.bench_function(row.subject, |bencher| {
            let run = || pool.run(&jobs, &Silent).expect("the job is done");
            bencher.iter_with_large_drop(run);
        });
        let mut cat = Cat::start();
        group.bench_function(row.baseline, |bencher| {
            let buffer = || vec![0; bytes];
            bencher.iter_batched_ref(buffer, |buffer| cat.echo(buffer), BatchSize::PerIteration);
        });
        group.finish();
    }
}

/// The simplest program that gives back what it is sent.
struct Cat(Child);

impl Cat {
    fn start() -> Cat {
        let mut command = Command::new("cat");
        Cat(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("cat starts"))
    }

    fn echo(&mut self, bytes: &mut [u8]) {
        let (to, from) = (self.0.stdin.as_mut(), self.0.stdout.as_mut());
        let (to, from) = (to.expect("stdin is piped"), from.expect("stdout is piped"));
        if bytes.len() < 4096 {
            to.write_all(bytes).expect("cat reads");
            return from.read_exact(bytes).expect("cat writes");
        }
        // It gives back while it is still being sent more.
        let sent = bytes.to_vec();
        std::thread::scope(|scope| {
            scope.spawn(|| to.write_all(&sent).expect("cat reads"));
            from.read_exact(bytes).expect("cat writes");
        });
    }
}

impl Drop for Cat {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
