//! Jobs on two ranks and by two workers of a broker, and the timeline of it:
//! `cargo run --locked --release -p beyond --example farm`.

use beyond::{Broker, Mpi};
use concurrency_demos::{Job, Silent, timeline};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let jobs = vec![Job::Fib(32); 6];
    let records = [Mpi::new(2).run(&jobs, &Silent)?, Broker::new(2).run(&jobs, &Silent)?];
    for record in &records {
        println!("{:?}\n{:?}", record.run.numbers()?, record.seats);
    }
    let figure = timeline(records.iter().map(|record| &record.run));
    std::fs::write("target/farm.svg", figure.svg())?;
    println!("{}\ntarget/farm.svg", figure.alt());
    Ok(())
}
