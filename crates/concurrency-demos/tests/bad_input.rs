//! Bad input is an error that names it, never a hang or a crash.

mod common;

use std::time::Duration;

use common::{MODELS, models_in_process};
use concurrency_demos::{Cause, Dish, Fault, Job, Model, Output, Pool, Silent};

#[test]
fn no_jobs_are_an_empty_run() {
    for model in MODELS {
        let run = model.run(&[], &Silent).expect("nothing to do is no error");
        assert!(run.results.is_empty() && run.spans.is_empty(), "{model}");
        assert_eq!(run.in_progress(), 0, "{model}");
    }
}

#[test]
fn no_workers_are_an_error() {
    let models = [
        Model::Processes(0),
        Model::Threads(0),
        Model::Rayon(0),
        Model::AsyncThreads(0),
        Model::AsyncBlocking(0),
    ];
    for model in models {
        let error = model.run(&[Job::Fib(1)], &Silent).unwrap_err().to_string();
        assert!(error.contains("at least one worker"), "{model}: {error}");
    }
    assert!(Pool::start(0).unwrap_err().to_string().contains("at least one worker"));
}

#[test]
fn n_above_93_is_an_error_for_every_model() {
    for model in MODELS {
        let error = model.run(&[Job::Fib(1), Job::Fib(94)], &Silent).unwrap_err().to_string();
        assert!(error.contains("fib(94)") && error.contains("93"), "{model}: {error}");
    }
    let error = Pool::start(1).unwrap().run(&[Job::Fib(94)], &Silent).unwrap_err();
    assert!(error.to_string().contains("fib(94)"), "{error}");
}

#[test]
fn what_would_end_this_program_is_refused_here() {
    for model in models_in_process() {
        for fault in [Fault::Abort, Fault::Exit(1), Fault::Hang] {
            let error = model.run(&[Job::Fault(fault)], &Silent).unwrap_err().to_string();
            assert!(error.contains("Model::Processes"), "{model}: {error}");
        }
    }
}

#[test]
fn a_panic_is_caught_by_every_model() {
    let jobs = [Job::Fib(10), Job::Fault(Fault::Panic), Job::Fib(11)];
    for model in MODELS {
        let run = model.run(&jobs, &Silent).unwrap();
        assert_eq!(run.results[0], Ok(Output::Number(55)), "{model}");
        assert_eq!(run.results[2], Ok(Output::Number(89)), "{model}");
        let failures = run.failures();
        assert_eq!(failures.len(), 1, "{model}");
        assert_eq!(failures[0].job, jobs[1].name(), "{model}");
        let panicked = Cause::Panicked("this job panics on purpose".into());
        assert_eq!(failures[0].cause, panicked, "{model}");
        assert!(run.outputs().unwrap_err().to_string().contains("panic"), "{model}");
    }
}

#[test]
fn a_payload_above_the_limit_of_a_frame_is_an_error() {
    let error = Model::Processes(1).run(&[Job::Echo(vec![0; 256 << 20])], &Silent).unwrap_err();
    assert!(error.to_string().contains("268435456 bytes"), "{error}");
}

#[test]
fn a_print_above_the_limit_of_a_frame_is_an_error() {
    let much = Job::Fault(Fault::Print("x".repeat(256 << 20)));
    let error = Model::Processes(1).run(&[much], &Silent).unwrap_err();
    assert!(error.to_string().contains("268435456 bytes"), "{error}");
}

#[test]
fn a_job_without_end_needs_a_pool_with_a_time_limit() {
    let jobs = [Job::Fault(Fault::Hang)];
    let pool = Pool::start(1).unwrap().run(&jobs, &Silent).unwrap_err();
    let model = Model::Processes(1).run(&jobs, &Silent).unwrap_err();
    for error in [pool, model].map(|error| error.to_string()) {
        assert!(error.contains("hang never ends") && error.contains("with_time_limit"), "{error}");
    }
}

#[test]
fn a_dish_for_more_than_a_day_is_an_error_for_every_model() {
    for model in MODELS {
        let jobs = [Job::Cook { dish: Dish::Salad, time: Duration::MAX }];
        let error = model.run(&jobs, &Silent).unwrap_err().to_string();
        assert!(error.contains("salad") && error.contains("a day"), "{model}: {error}");
    }
}
