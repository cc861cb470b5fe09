//! Any bytes on the wire between a pool and its workers, for both sides.
#![no_main]

use concurrency_demos::wires::{parent_hears, worker_hears};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    parent_hears(bytes);
    worker_hears(bytes);
});
