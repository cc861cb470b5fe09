//! The same jobs give the same results, whoever does them.

mod common;

use common::{MODELS, cook};
use concurrency_demos::{Dish, Fault, Job, Model, Output, Silent};
use proptest::collection::vec;
use proptest::prelude::*;

fn dish() -> impl Strategy<Value = Dish> {
    prop_oneof![Just(Dish::Omelet), Just(Dish::Toast), Just(Dish::Salad)]
}

fn job() -> impl Strategy<Value = Job> {
    prop_oneof![
        (0..20_u32).prop_map(Job::Fib),
        (dish(), 0..5_u64).prop_map(|(dish, millis)| cook(dish, millis)),
        vec(any::<u8>(), 0..10_000).prop_map(Job::Echo),
        vec(any::<u8>(), 0..10_000).prop_map(Job::Mix),
        Just(Job::Fault(Fault::Panic)),
    ]
}

/// What must be equal: outputs, and why there is none. Process ids differ.
fn results(model: Model, jobs: &[Job]) -> Vec<Result<Output, String>> {
    let run = model.run(jobs, &Silent).expect("the run is made");
    assert_eq!(run.model, model);
    let names: Vec<_> = run.spans.iter().map(|span| span.job).collect();
    assert_eq!(names, jobs.iter().map(Job::name).collect::<Vec<_>>(), "spans of {model}");
    let text = |failure: concurrency_demos::Failure| format!("{}: {}", failure.job, failure.cause);
    run.results.into_iter().map(|result| result.map_err(text)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_model_equals_serial(jobs in vec(job(), 0..20)) {
        let serial = results(Model::Serial, &jobs);
        for model in MODELS {
            prop_assert_eq!(&results(model, &jobs), &serial, "{}", model);
        }
    }
}

#[test]
fn serial_gives_what_the_jobs_say() {
    let jobs = [Job::Fib(19), cook(Dish::Toast, 1), Job::Echo(vec![1, 2, 3]), Job::Fib(0)];
    let outputs = Model::Serial.run(&jobs, &Silent).unwrap().outputs().unwrap();
    let bytes = Output::Bytes(vec![1, 2, 3]);
    assert_eq!(
        outputs,
        [Output::Number(4181), Output::Ready(Dish::Toast), bytes, Output::Number(0)]
    );
}

#[test]
fn more_workers_than_jobs_do_no_harm() {
    for model in [Model::Processes(3), Model::Threads(9), Model::Rayon(9), Model::AsyncThreads(9)] {
        let run = model.run(&[Job::Fib(10)], &Silent).unwrap();
        assert_eq!(run.numbers().unwrap(), [55], "{model}");
    }
}
