//! One job in a terminal: for a person, and for what starts programs and knows nothing of them,
//! such as GNU parallel and Slurm.

use std::io::{Write as _, stdout};
use std::process::{self, ExitCode};
use std::time::Duration;

use concurrency_demos::{Job, breakfast, fib};

use crate::error::Error;
use crate::perform::{check, host, perform};

const USAGE: &str = "\
beyond-worker job fib N           computes a Fibonacci number
beyond-worker job DISH SECONDS    prepares an omelet, a toast or a salad

It does that one job and prints one line, with tabs between its five parts: the job, its result,
the host, the id of the process, the time in seconds. The exit status is 0; 1 if the job went
wrong; 2 if there is no such job.

GNU parallel    parallel beyond-worker job fib {} ::: $(seq 25 32)
Slurm           sbatch --array=25-32 --wrap 'beyond-worker job fib $SLURM_ARRAY_TASK_ID'

Its other words are for the engines of the crate beyond, which start it by themselves.";

/// Says what can be asked for in a terminal, on stdout.
#[must_use]
pub fn help_main() -> ExitCode {
    println!("{USAGE}");
    ExitCode::SUCCESS
}

/// Says it on stderr, to who has asked for something else.
#[must_use]
pub fn misunderstood() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

/// Does one job: what runs inside `beyond-worker job ...`.
#[must_use]
pub fn job_main(words: &[&str]) -> ExitCode {
    let (status, error) = match asked_for(words) {
        Err(error) => (2, error),
        Ok(job) => match tell(&job) {
            Err(error) => (1, error),
            Ok(()) => return ExitCode::SUCCESS,
        },
    };
    eprintln!("beyond-worker: {error}");
    ExitCode::from(status)
}

fn asked_for(words: &[&str]) -> Result<Job, Error> {
    let job = match *words {
        ["fib", n] => Job::Fib(n.parse().map_err(|_| {
            let largest = fib::LARGEST;
            Error::new(format!("fib takes a whole number from 0 to {largest}, not {n:?}"))
        })?),
        [name, seconds] => {
            let dish = breakfast::PLATE.into_iter().find(|dish| dish.to_string() == name);
            let dish = dish.ok_or_else(|| {
                Error::new(format!("there is fib, omelet, toast and salad, and no {name:?}"))
            })?;
            let time = seconds.parse().ok().and_then(|it| Duration::try_from_secs_f64(it).ok());
            let time = time.ok_or_else(|| {
                Error::new(format!("{dish} takes seconds, such as 0.5, and not {seconds:?}"))
            })?;
            Job::Cook { dish, time }
        }
        _ => return Err(Error::new("a job is two words, such as: beyond-worker job fib 32")),
    };
    check(&job, false)?;
    Ok(job)
}

/// Does the job and prints its line.
fn tell(job: &Job) -> Result<(), Error> {
    let done = perform(0, job);
    let output = done.result.map_err(|error| Error::from(&job.to_string(), error))?;
    let seconds = (done.timing.finished - done.timing.started).as_secs_f64();
    let line = format!("{job}\t{output}\t{}\t{}\t{seconds:.6}", host(), process::id());
    writeln!(stdout(), "{line}").map_err(|error| Error::from("printing the result", error))
}
