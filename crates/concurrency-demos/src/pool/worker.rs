//! The worker's side: what runs inside `concurrency-worker`.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;

use rustix::stdio::{dup2_stdin, dup2_stdout, stderr, stdin, stdout};

use super::protocol::{self, Answer, BUILD_ID, Hello, PROTOCOL};
use crate::Job;
use crate::record::perform;

/// Serves jobs until standard input ends.
///
/// A thread of its own reads standard input: when the parent goes away, even
/// by SIGKILL in the middle of a job, the input ends and that thread ends the
/// process. (PDEATHSIG would do it too, but it fires when the *thread* that
/// spawned the worker ends.)
pub fn worker_main() -> ExitCode {
    if io::stdin().is_terminal() {
        eprintln!("concurrency-worker is started by the process pool and speaks its protocol;");
        eprintln!("it has nothing to say in a terminal.");
        return ExitCode::from(2);
    }
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("concurrency-worker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let (mut input, mut output) = private_channel()?;
    // A panic travels as an answer; on standard error it would be said twice.
    std::panic::set_hook(Box::new(|_| {}));
    let process = std::process::id();
    let build_id = BUILD_ID.to_owned();
    protocol::send(&mut output, &Hello { protocol: PROTOCOL, build_id, process })?;
    let (jobs, received) = mpsc::channel();
    thread::Builder::new().name("input".into()).spawn(move || {
        loop {
            match protocol::receive::<Job>(&mut input) {
                Ok(job) => jobs.send(job).expect("the main thread outlives this one"),
                Err(error) => end(&error),
            }
        }
    })?;
    for job in received {
        let (timing, result) = perform(&job);
        protocol::send(&mut output, &Answer { timing, result })?;
    }
    Ok(())
}

/// The parent is gone, or what it sends makes no sense: either way this
/// process has no purpose any more.
fn end(error: &io::Error) -> ! {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        std::process::exit(0);
    }
    eprintln!("concurrency-worker: {error}");
    std::process::exit(1);
}

/// Moves the protocol away from standard input and output, so that a job that
/// prints cannot corrupt it: what it prints goes to standard error.
fn private_channel() -> io::Result<(File, File)> {
    let input = File::from(rustix::io::fcntl_dupfd_cloexec(stdin(), 3)?);
    let output = File::from(rustix::io::fcntl_dupfd_cloexec(stdout(), 3)?);
    dup2_stdin(File::open("/dev/null")?)?;
    dup2_stdout(stderr())?;
    Ok((input, output))
}
