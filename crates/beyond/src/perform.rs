//! A job, done by the process that was handed it.

use std::thread;
use std::time::Duration;

use concurrency_demos::{Cause, Fault, Job, Model, Silent, fib};

use crate::clock;
use crate::error::Error;
use crate::protocol::{Done, Timing};

/// Does the job on this thread; a panic comes back as its message. What ends a process ends
/// this one: it is there for that.
pub(crate) fn perform(index: usize, job: &Job) -> Done {
    match job {
        Job::Fault(Fault::Abort) => std::process::abort(),
        Job::Fault(Fault::Exit(status)) => std::process::exit(*status),
        Job::Fault(Fault::Hang) => loop {
            thread::park();
        },
        _ => done(index, job),
    }
}

fn done(index: usize, job: &Job) -> Done {
    let origin = clock::now();
    let run = Model::Serial.run(std::slice::from_ref(job), &Silent);
    let Ok(run) = run else {
        let error = run.err().map(|error| error.to_string()).unwrap_or_default();
        let timing = Timing { thread: 0, started: origin, finished: origin, cpu: Duration::ZERO };
        return Done { index, timing, result: Err(error) };
    };
    let span = run.spans[0];
    let timing = Timing {
        thread: span.thread,
        started: origin + span.started,
        finished: origin + span.finished,
        cpu: span.cpu,
    };
    let panic = |cause: Cause| match cause {
        Cause::Panicked(message) => message,
        other => other.to_string(),
    };
    let result = run.results.into_iter().next().expect("one job has one result");
    Done { index, timing, result: result.map_err(|failure| panic(failure.cause)) }
}

/// The name of the host that this process is on.
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Whether a job can be done at all, and ends or is given up.
pub(crate) fn check(job: &Job, is_limited: bool) -> Result<(), Error> {
    const DAY: u64 = 86_400;
    match job {
        Job::Fib(n) if *n > fib::LARGEST => Err(Error::new(format!(
            "{job} does not fit 64 bits: n can be {} at the most",
            fib::LARGEST
        ))),
        Job::Cook { dish, time } if time.as_secs() > DAY => {
            Err(Error::new(format!("{dish} would take {time:?}: a dish takes a day at the most")))
        }
        Job::Fault(Fault::Hang) if !is_limited => {
            Err(Error::new(format!("{job} never ends: give the run a limit, with_time_limit(...)")))
        }
        _ => Ok(()),
    }
}
