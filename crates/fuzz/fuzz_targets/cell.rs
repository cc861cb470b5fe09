//! Any code in a cell, with any report of it: two texts with a byte 0 between them.
#![no_main]

use kernel::wire_checks::cell_holds;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((cursor, texts)) = bytes.split_first() else { return };
    let texts = String::from_utf8_lossy(texts);
    let (code, report) = texts.split_once('\0').unwrap_or((&texts, ""));
    cell_holds(code, report, usize::from(*cursor));
});
