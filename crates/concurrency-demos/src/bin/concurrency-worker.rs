//! The worker process of the process pool; with the argument `crash`, the program of a scene of
//! the crash lab.

fn main() -> std::process::ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("crash") => concurrency_demos::crash_main(),
        _ => concurrency_demos::worker_main(),
    }
}
