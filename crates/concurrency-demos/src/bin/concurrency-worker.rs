//! The worker process of the process pool.
fn main() {}
