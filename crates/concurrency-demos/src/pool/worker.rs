//! The worker's side: what runs inside `concurrency-worker`.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::thread;

use rustix::stdio::{dup2_stdin, dup2_stdout, stderr, stdin, stdout};

use super::climb::climb;
use super::growth::growth;
use super::protocol::{self, Answer, BUILD_ID, Hello, PROTOCOL, Request};
use crate::record::perform;
use crate::service::visit;
use crate::system::end_with_parent;
use crate::system::raise_open_files;
use crate::work::Job;

/// Serves jobs until standard input ends.
///
/// A thread of its own watches standard input and ends the process with its parent, also in
/// the middle of a job. (A thread that reads the jobs and hands them on would do it too, but
/// each job would then wait for one more thread to wake.)
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
    let watched = input.try_clone()?;
    thread::Builder::new().name("watch".into()).spawn(move || end_with_parent(&watched))?;
    let mut staying = Vec::new();
    loop {
        let (number, request): (u64, Request<Job>) = match protocol::receive(&mut input) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            request => request?,
        };
        match request {
            Request::Do(job) => {
                let (timing, result) = perform(&job);
                protocol::send(&mut output, &(number, Answer { timing, result }))?;
            }
            Request::Climb(how) => protocol::send(&mut output, &(number, climb(how)))?,
            Request::Hold(waiting) => protocol::send(&mut output, &(number, growth(waiting)))?,
            Request::Serve(kitchen) => {
                raise_open_files();
                let opened = kitchen.open().map_err(|error| error.to_string());
                protocol::send(&mut output, &(number, opened))?;
            }
            Request::Visit(guests) => {
                raise_open_files();
                let made = visit(guests).map_err(|error| error.to_string());
                let (visited, open) =
                    made.map_or_else(|why| (Err(why), vec![]), |made| (Ok(made.0), made.1));
                staying.extend(open);
                protocol::send(&mut output, &(number, visited))?;
            }
        }
    }
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
