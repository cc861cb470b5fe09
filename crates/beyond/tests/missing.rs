//! What is missing or stale is said in one sentence, with its cure. (A file of its own, and one
//! test: it changes the environment by starting itself again.)

use std::env;
use std::process::Command;

use beyond::{Broker, Mpi};
use concurrency_demos::{Beyond, Job, Model, Silent};

/// No test: says what each engine says.
#[test]
#[ignore = "it is started by the other test, in another environment"]
fn say() {
    let jobs = [Job::Fib(5)];
    println!("mpi: {:?}", Mpi::new(1).run(&jobs, &Silent).unwrap_err());
    let asked = Beyond::new(Model::Mpi(1)).run(&jobs, &Silent);
    println!(
        "a cell: {:?}",
        asked.map(|record| record.is_some()).map_err(|error| error.to_string())
    );
    // A server is found where PATH does not look, too.
    println!("broker: {:?}", Broker::new(1).run(&jobs, &Silent).unwrap_err());
}

fn said(variable: &str, value: &str) -> String {
    let mut program = Command::new(env::current_exe().unwrap());
    program.args(["--ignored", "--exact", "say", "--nocapture"]).env(variable, value);
    String::from_utf8(program.output().unwrap().stdout).unwrap()
}

#[test]
fn what_is_missing_or_no_program_of_this_crate_is_named_with_its_cure() {
    let missing = said("PATH", "/nowhere");
    assert!(missing.contains("mpirun is missing. Install it: apt-get install"), "{missing}");
    let of_cell = "Not run by 1 MPI rank: mpirun is missing";
    assert!(missing.contains(of_cell) && missing.contains("a cell: Ok(false)"), "{missing}");
    let missing = said("BEYOND_WORKER", "/nowhere/worker");
    assert_eq!(missing.matches("/nowhere/worker").count(), 2, "{missing}");
    assert_eq!(missing.matches("./kernel-setup.sh beyond").count(), 3, "{missing}");
    assert!(missing.contains("a cell: Ok(false)"), "{missing}");
    let other = said("BEYOND_WORKER", "/bin/false");
    assert_eq!(other.matches("/bin/false is damaged or no program").count(), 2, "{other}");
}
