//! One job, for a person in a terminal; a run, for a program that asks for one; and what engines
//! start: the rank of an MPI farm, the worker of a broker, the guardian that cleans up after a
//! program, a host and the switch between hosts.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["rank", socket] => beyond::rank_main(socket),
        ["consume", access, instructions] => beyond::worker_main(access, instructions),
        ["run"] => beyond::run_main(),
        ["guard"] => beyond::guardian_main(),
        ["host", name, ip] => beyond::host_main(name, ip),
        ["switch", ref processes @ ..] => beyond::switch_main(processes),
        ["job", ref words @ ..] => beyond::job_main(words),
        ["help" | "--help" | "-h"] => beyond::help_main(),
        _ => beyond::misunderstood(),
    }
}
