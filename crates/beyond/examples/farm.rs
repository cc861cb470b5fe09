//! Jobs on two ranks, and the timeline of it: `cargo run --release -p beyond --example farm`.

use beyond::Mpi;
use concurrency_demos::{Job, Silent, timeline};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let record = Mpi::new(2).run(&vec![Job::Fib(32); 6], &Silent)?;
    println!("{:?}\n{:?}", record.run.numbers()?, record.seats);
    let figure = timeline([&record.run]);
    std::fs::write("target/farm.svg", figure.svg())?;
    println!("{}\ntarget/farm.svg", figure.alt());
    Ok(())
}
