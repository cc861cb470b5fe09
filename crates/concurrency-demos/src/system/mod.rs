//! What the operating system gives to all rooms: clocks, threads, a runtime, the memory of
//! a process, its limits and the room that is left, what other programs do, another program, a
//! file. Where it refuses, the error says what to do.

pub(crate) mod clock;
mod file;
mod gate;
mod limits;
pub(crate) mod memory;
mod open_files;
pub(crate) mod others;
mod parent;
mod program;
mod quiet;
pub(crate) mod room;
mod runtime;
mod spawn;
#[cfg(all(test, target_os = "linux"))]
pub(crate) mod test_root;

// Under these names, because `pool/schedules` compiles `gate` with others.
use std::{sync, thread};

pub(crate) use file::write_whole;
pub(crate) use gate::{Gate, spawn_all};
pub use limits::Limit;
pub(crate) use limits::MAPPINGS_OF_A_THREAD;
#[cfg(target_os = "linux")]
pub(crate) use limits::{Groups, Limits};
pub(crate) use open_files::{most_open_files, raise_open_files};
pub(crate) use parent::end_with_parent;
pub(crate) use program::{Ended, Program};
pub(crate) use quiet::Quiet;
pub(crate) use runtime::on_runtime;
pub(crate) use spawn::{panic_message, spawn, spawn_in, try_threads};
