//! What the operating system gives to all rooms: clocks, threads, a runtime, the memory of
//! a process, another program, a file. Where it refuses, the error says what to do.

pub(crate) mod clock;
mod file;
pub(crate) mod memory;
mod program;
mod runtime;
mod spawn;

pub(crate) use file::write_whole;
pub(crate) use program::Program;
pub(crate) use runtime::on_runtime;
pub(crate) use spawn::{Gate, panic_message, spawn, spawn_all, spawn_in, try_threads};
