//! The labs measure what they say, with real processes, threads and tasks.

mod common;

use std::sync::Mutex;
use std::time::Duration;

use common::{alone, children};
use concurrency_demos::labs::{Border, Costs, Crowd, Scale};
use concurrency_demos::{Failure, Job, Listener, Output, Progress, Silent, figure};

#[test]
fn a_process_costs_more_than_a_thread_and_a_thread_more_than_a_task() {
    alone("a_process_costs_more_than_a_thread_and_a_thread_more_than_a_task", &[], || {
        let costs = Costs::measure(&Silent).unwrap();
        let Costs { process, thread, task } = &costs;
        // The least, for on a busy machine the median is how long a thread waits for a core.
        let [processes, threads, tasks] = [process, thread, task].map(|cost| cost.starts.range().0);
        assert!(processes > 2 * threads, "{process:?} {thread:?}");
        assert!(threads > 2 * tasks, "{thread:?} {task:?}");
        if cfg!(target_os = "linux") {
            let memory = [process, thread, task].map(|cost| cost.memory.unwrap());
            // Of its own: the shared pages of the program would make it millions.
            assert!(memory[0] > 3 * memory[1] && memory[0] < 1_000_000, "{memory:?}");
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

#[test]
fn a_crowd_waits_together_and_its_memory_is_the_same_the_second_time() {
    alone("a_crowd_waits_together_and_its_memory_is_the_same_the_second_time", &[], || {
        let persons = [1, 250];
        let crowds = [(), ()].map(|()| Crowd::measure(&persons, 0.05, &Silent).unwrap());
        for crowd in &crowds {
            assert_eq!(crowd.end_of_threads, None);
            for waited in crowd.threads.iter().chain(&crowd.tasks) {
                // Not before the salad is ready, and 250 do not wait for one another.
                assert!(waited.wall >= Duration::from_millis(250), "{waited:?}");
                assert!(waited.wall < crowd.sequence(250) / 20, "{waited:?}");
            }
            let numbers = crowd.tasks.iter().map(|waited| waited.persons);
            assert_eq!(numbers.collect::<Vec<_>>(), persons);
        }
        assert_eq!(children(), [0_u32; 0], "a worker process is left");
        if !cfg!(target_os = "linux") {
            return;
        }
        let [first, second] = crowds.each_ref().map(|crowd| {
            let ratio = crowd.threads_over_tasks().unwrap();
            assert!(ratio > 5.0, "{crowd:?}");
            [&crowd.threads, &crowd.tasks].map(|all| all[1].memory.unwrap() as f64)
        });
        // In one process the second would be a tenth less, or nothing for few tasks.
        for (first, second) in first.into_iter().zip(second) {
            assert!((0.95..1.05).contains(&(second / first)), "{first} bytes, then {second}");
        }
    });
}

#[test]
fn the_lines_of_a_crowd_are_heard_from_the_fewest_to_the_most() {
    let heard = Heard::default();
    Crowd::measure(&[2, 1, 2], 0.001, &heard).unwrap();
    let lines = heard.0.into_inner().unwrap();
    let starts =
        ["tasks for 1 person:", "threads for 1 person:", "tasks for 2 persons:", "threads for 2"];
    assert_eq!(lines.len(), starts.len(), "{lines:?}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start) && line.contains(", memory "), "{line}");
    }
}

/// Keeps the steps that it hears.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Listener for Heard {
    fn ended(&self, _: &Job, _: &Result<Output, Failure>) {}

    fn progress(&self, progress: &Progress<'_>) {
        let new = progress.found.filter(|_| progress.is_new);
        self.0.lock().unwrap().extend(new.map(str::to_owned));
    }
}

#[test]
fn a_process_pays_more_at_the_border_than_a_thread() {
    alone("a_process_pays_more_at_the_border_than_a_thread", &[], || {
        let border = Border::measure(&[1, 1 << 20], &Silent).unwrap();
        for job in &border.jobs {
            assert!(job.process.start > job.task.start, "{job:?}");
            assert!(job.process.border_over(&job.task) > 2.0, "{job:?}");
        }
        assert!(border.jobs[1].process.send > border.jobs[0].process.send, "{border:?}");
        assert_eq!(children(), [0_u32; 0], "a worker process is left");
    });
}

#[test]
fn threads_end_with_a_sentence_and_nothing_is_left() {
    alone("threads_end_with_a_sentence_and_nothing_is_left", &[], || {
        let scale = Scale::measure(&Silent).unwrap();
        let last = |all: &[concurrency_demos::labs::Started]| all.last().unwrap().count;
        assert!(last(&scale.tasks) >= 10_000 && last(&scale.processes) >= 20, "{scale:?}");
        let sentence = &scale.end_of_threads;
        assert!(sentence.contains("stopped") || sentence.contains("refused"), "{sentence}");
        if cfg!(target_os = "linux") {
            let (threads, why) = scale.refused.as_ref().expect("4 GiB are soon full");
            assert!((100..2048).contains(threads) && why.contains("os error"), "{threads}: {why}");
            assert!(scale.threads_over_tasks() > Some(5.0), "{scale:?}");
        }
        assert_eq!(children(), [0_u32; 0], "a worker process is left");
    });
}
