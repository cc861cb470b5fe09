//! Runs that need a process of their own: this program again.

use std::env;
use std::process::Command;

pub const VARIABLE: &str = "CONCURRENCY_BENCH_CHILD";

/// What the child that does this prints.
pub fn output_of(who: &str, variables: &[(&str, &str)]) -> String {
    let program = env::current_exe().expect("a benchmark knows its program");
    let mut command = Command::new(program);
    command.args(env::args().skip(1)).envs(variables.iter().copied()).env(VARIABLE, who);
    let output = command.output().expect("the child starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// What this process is to do, if it is a child.
pub fn is_to_do() -> Option<String> {
    env::var(VARIABLE).ok()
}
