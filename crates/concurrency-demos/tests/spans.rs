//! The record tells the truth: who did what, where and when.

mod common;

use common::{MODELS, cook};
use concurrency_demos::{Dish, Job, Model, Run, Silent};

fn four_toasts(model: Model) -> Run {
    model.run(&vec![cook(Dish::Toast, 50); 4], &Silent).unwrap()
}

#[test]
fn the_times_of_a_span_are_in_order() {
    let jobs = [Job::Fib(20), cook(Dish::Toast, 5), Job::Echo(vec![7; 1000]), Job::Fib(21)];
    for model in MODELS {
        let run = model.run(&jobs, &Silent).unwrap();
        assert!(run.start <= run.wall, "{model}");
        for span in &run.spans {
            let times = [span.queued, span.started, span.finished, run.wall];
            assert!(times.is_sorted(), "{model}: {} {times:?}", span.job);
            assert!(span.cpu <= span.duration(), "{model}: {span:?}");
        }
        let dish = run.spans[1];
        assert!(dish.duration() >= jobs[1].waiting(), "{model}: {dish:?}");
    }
}

#[test]
fn serial_does_one_job_after_the_other() {
    let run = four_toasts(Model::Serial);
    assert_eq!(run.in_progress(), 1);
    assert!(run.wall >= run.work());
    assert!(run.spans.windows(2).all(|pair| pair[0].finished <= pair[1].started));
}

#[test]
fn a_pool_of_two_has_two_jobs_in_progress() {
    let pools = [Model::Processes(2), Model::Threads(2), Model::Rayon(2), Model::AsyncBlocking(2)];
    for model in pools {
        assert_eq!(four_toasts(model).in_progress(), 2, "{model}");
    }
}

#[test]
fn tasks_and_threads_per_job_have_all_in_progress() {
    for model in [Model::ThreadPerJob, Model::Async, Model::AsyncThreads(2)] {
        let run = four_toasts(model);
        assert_eq!(run.in_progress(), 4, "{model}");
        assert!(run.wall < run.work(), "{model}");
    }
}

#[test]
fn each_worker_process_has_an_id_of_its_own() {
    let run = four_toasts(Model::Processes(2));
    assert_eq!(run.processes().len(), 2);
    assert!(!run.processes().contains(&std::process::id()));
    for span in &run.spans {
        let of_worker = run.spans.iter().filter(|other| other.worker == span.worker);
        assert!(of_worker.clone().all(|other| other.process == span.process), "{:?}", run.spans);
        assert!(span.worker < 2);
    }
}

#[test]
fn every_other_model_stays_in_this_process() {
    for model in common::models_in_process() {
        assert_eq!(four_toasts(model).processes(), [std::process::id()], "{model}");
    }
}

#[test]
fn the_number_of_threads_is_that_of_the_model() {
    let threads = |model| four_toasts(model).threads().len();
    assert_eq!(threads(Model::Serial), 1);
    assert_eq!(threads(Model::ThreadPerJob), 4);
    assert_eq!(threads(Model::Threads(2)), 2);
    assert_eq!(threads(Model::Async), 1);
    assert_eq!(threads(Model::AsyncBlocking(2)), 2);
    assert!(threads(Model::AsyncThreads(2)) <= 2);
}

#[test]
fn computing_uses_the_cpu_and_waiting_does_not() {
    for model in MODELS {
        let run = model.run(&[Job::Fib(30), cook(Dish::Toast, 100)], &Silent).unwrap();
        let [fib, toast] = [run.spans[0], run.spans[1]];
        assert!(!fib.cpu.is_zero(), "{model}: {fib:?}");
        assert!(toast.cpu_share() < 0.5, "{model}: {toast:?}");
    }
}

#[test]
fn no_job_begins_before_the_workers_are_there() {
    let with_start = [Model::Processes(4), Model::ThreadPerJob, Model::Threads(4), Model::Rayon(4)];
    for model in with_start {
        let run = model.run(&vec![Job::Fib(15); 40], &Silent).unwrap();
        let first = run.spans.iter().map(|span| span.started).min().unwrap();
        assert!(first >= run.start, "{model}: {first:?}, started after {:?}", run.start);
    }
}
