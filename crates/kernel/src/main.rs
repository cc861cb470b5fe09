//! The program; all of it is in the library beside it, where `crates/fuzz` reaches it too.

use std::process::ExitCode;

fn main() -> ExitCode {
    kernel::main()
}
