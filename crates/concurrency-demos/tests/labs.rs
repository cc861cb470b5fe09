//! The labs measure what they say, with real processes, threads and tasks.

mod common;

use common::{alone, children};
use concurrency_demos::labs::Costs;
use concurrency_demos::{Silent, figure};

#[test]
fn a_process_costs_more_than_a_thread_and_a_thread_more_than_a_task() {
    alone("a_process_costs_more_than_a_thread_and_a_thread_more_than_a_task", &[], || {
        let costs = Costs::measure(&Silent).unwrap();
        let Costs { process, thread, task } = &costs;
        assert!(process.start() > 2 * thread.start(), "{process:?} {thread:?}");
        assert!(thread.start() > 2 * task.start(), "{thread:?} {task:?}");
        if cfg!(target_os = "linux") {
            let memory = [process, thread, task].map(|cost| cost.memory.unwrap());
            assert!(memory[0] > 500_000 && memory[0] < 100_000_000, "{memory:?}");
            assert!(memory[1] > 4_000 && memory[1] < 200_000, "{memory:?}");
            assert!(memory[2] > 100 && memory[2] < 4_000, "{memory:?}");
            assert_eq!(children(), [0_u32; 0], "a worker process is left");
        }
        let much = 16 << 20;
        let copied = process.transfer_of(much).unwrap();
        assert!(copied > 20 * process.transfer_of(1).unwrap(), "{:?}", process.transfer);
        assert!(copied > 20 * thread.transfer_of(much).unwrap(), "{:?}", thread.transfer);
        assert!(thread.transfer_of(2).is_none());
        assert!(figure::costs(&costs).alt().contains("16 MiB in"));
    });
}
