//! The worker process of the process pool.

fn main() -> std::process::ExitCode {
    concurrency_demos::worker_main()
}
