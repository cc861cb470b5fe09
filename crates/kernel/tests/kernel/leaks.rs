//! Many kernels, and one with many processes of cells: nothing is left of those that are gone.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::is_long;
use crate::jupyter_client::{Jupyter, checkout, dep, eventually};
use crate::processes::{children, evcxr_and_cells, files_and_threads, of, runs};

#[test]
fn kernels_made_and_dropped_leave_nothing() {
    let mut jupyter = Jupyter::new();
    let driver = jupyter.driver();
    let many = if is_long() { 100 } else { 5 };
    let mut before = None;
    for number in 0..many {
        let kernel = jupyter.start(&checkout());
        match number % 5 {
            // It may go before it is ready.
            4 => jupyter.stop(kernel),
            // A cell is being compiled, or linked.
            3 => {
                jupyter.wait(kernel);
                jupyter.send(kernel, "6 * 7");
                sleep(Duration::from_millis(u64::try_from(37 * number % 400).expect("small")));
                jupyter.stop(kernel);
            }
            // A cell is running, and workers.
            2 => {
                jupyter.wait(kernel);
                let endless = "\nnotebook::Pool::start(2)?.run(&[notebook::Job::Fib(93)], \
                    &notebook::Silent)?;";
                jupyter.send(kernel, &(dep() + endless));
                jupyter.stop(kernel);
            }
            // An interrupt has ended the first process of its cells.
            1 => {
                jupyter.wait(kernel);
                let answer = jupyter.run_interrupted(kernel, "loop {}", 0.5);
                assert_eq!(answer.name.as_deref(), Some("Interrupted"));
                jupyter.stop(kernel);
            }
            _ => {
                jupyter.wait(kernel);
                assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
                // As evcxr leaves it where it is killed while it loads a crate.
                let front = i32::try_from(jupyter.process_id(kernel)).expect("an id");
                let evcxr = evcxr_and_cells(front)[0].expect("it runs");
                let left = jupyter.temp().join(format!("rust-analyzer{evcxr:x}-0"));
                fs::create_dir(left).expect("it is ours");
                jupyter.stop(kernel);
            }
        }
        if number + 1 == many / 2 {
            jupyter.ask_kernel(kernel, "forget", ("", json!(null)));
            before = Some(files_and_threads(driver));
        }
    }
    jupyter.ask_kernel(0, "forget", ("", json!(null)));
    eventually("their processes are gone", || of(jupyter.temp()) == [driver]);
    eventually("their folders are gone", || jupyter.folders().is_empty());
    let zombies: Vec<_> = children(driver).into_iter().filter(|child| !runs(*child)).collect();
    assert_eq!(zombies, [0; 0], "processes that nobody has waited for");
    let left = fs::read_dir(jupyter.temp()).expect("it is ours").flatten();
    let left: Vec<_> =
        left.map(|entry| entry.file_name()).filter(|name| name != "runtime").collect();
    assert!(left.is_empty(), "{left:?}");
    let after = files_and_threads(driver);
    println!(
        "{many} kernels: no process, zombie, folder or file of theirs; files and threads of \
        what started them: {before:?} after half, {after:?} at the end"
    );
    assert!(before.is_some_and(|before| after.0 <= before.0 + 3 && after.1 <= before.1 + 1));
}

#[test]
fn a_kernel_whose_cells_end_again_and_again_holds_nothing_of_them() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let front = i32::try_from(jupyter.process_id(kernel)).expect("an id");
    let held = |evcxr: i32| [files_and_threads(front), files_and_threads(evcxr)];
    let many = if is_long() { 100 } else { 5 };
    let mut before = None;
    for number in 0..many {
        let answer = match number % 2 {
            0 => jupyter.run_interrupted(kernel, "loop {}", 0.3),
            _ => jupyter.run(kernel, "std::process::abort()"),
        };
        assert_eq!(answer.status, "error");
        assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
        let [evcxr, _] = evcxr_and_cells(front);
        let evcxr = evcxr.expect("it runs");
        let zombies: Vec<_> = children(evcxr).into_iter().filter(|one| !runs(*one)).collect();
        assert_eq!(zombies, [0; 0], "after {number} processes of cells");
        if number < 2 {
            before = Some(held(evcxr));
        }
    }
    let evcxr = evcxr_and_cells(front)[0].expect("it runs");
    let (before, after) = (before.expect("two at least"), held(evcxr));
    println!(
        "{many} processes of cells: files and threads of the front and of evcxr {before:?}, \
        {after:?} at the end"
    );
    for (before, after) in before.into_iter().zip(after) {
        assert!(after.0 <= before.0 + 3 && after.1 <= before.1 + 3, "{before:?}, {after:?}");
    }
}
