//! Any bytes that reach a kernel: from a client, from the process of the cells, from Jupyter.
#![no_main]

use kernel::wire_checks::{cells_print, cells_say, client_sends, jupyter_says};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    match first % 4 {
        0 => client_sends(&[&[0xff; 64], bytes].concat()),
        1 => cells_print(bytes),
        2 => cells_say(bytes),
        _ => jupyter_says(bytes),
    }
});
