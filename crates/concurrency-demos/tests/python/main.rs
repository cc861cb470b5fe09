//! The Python versions give what Rust gives, and a missing or failing Python
//! harms nothing.

#[path = "../common/mod.rs"]
mod common;
mod missing_or_failing;
#[cfg(target_os = "linux")]
mod nothing_is_left;
mod scene;

use std::time::Duration;

use concurrency_demos::{Comparison, Job, Language, Measurement, Model, Run, Silent, breakfast};

const MODELS: [Model; 5] =
    [Model::Serial, Model::Processes(2), Model::ThreadPerJob, Model::Threads(2), Model::Async];

fn compare(jobs: &[Job], models: &[Model]) -> Result<Comparison, concurrency_demos::Error> {
    Comparison::measure(jobs, &[Model::Serial], 1, &Silent)?.with_python(models, &Silent)
}

/// Five numbers and four dishes of 200 to 500 ms.
fn mixed_jobs() -> Vec<Job> {
    let numbers = [0, 1, 2, 20, 23].map(Job::Fib);
    numbers.into_iter().chain(breakfast::order(1, 0.1).unwrap()).collect()
}

fn python_runs(comparison: &Comparison) -> Vec<&Run> {
    let python = |m: &&Measurement| m.language == Language::Python;
    comparison.measurements.iter().filter(python).map(|m| &m.run).collect()
}

/// What holds for every run in Python of [`mixed_jobs`].
fn check(run: &Run, jobs: &[Job], serial: &Run) {
    let model = run.model;
    assert_eq!(run.results, serial.results, "{model}");
    assert!(run.start <= run.wall && run.transfer.is_zero(), "{model}: {run:?}");
    for (span, job) in run.spans.iter().zip(jobs) {
        assert_eq!(span.job, job.name());
        assert!(span.queued <= span.started && span.started <= span.finished, "{model}: {span:?}");
        assert!(span.finished <= run.wall, "{model}: {span:?}");
        assert!(span.duration() >= job.waiting(), "{model}: {span:?}");
        let held = span.duration().saturating_sub(job.waiting());
        assert!(span.cpu <= held + Duration::from_millis(50), "{model}: {span:?}");
        assert_ne!(span.process, std::process::id());
        assert!(model == Model::ThreadPerJob || span.worker < model.workers().unwrap());
    }
}

#[test]
fn every_model_gives_the_results_of_rust_and_a_sane_record() {
    let jobs = mixed_jobs();
    let comparison = compare(&jobs, &MODELS).unwrap();
    let serial = &comparison.rust(Model::Serial).unwrap().run;
    let runs = python_runs(&comparison);
    assert_eq!(runs.iter().map(|run| run.model).collect::<Vec<_>>(), MODELS);
    runs.iter().for_each(|run| check(run, &jobs, serial));
    let [one_by_one, pool, each, threads, tasks] = runs[..] else { panic!("five runs") };
    let ids = |run: &Run| (run.processes().len(), run.threads().len());
    assert_eq!(
        [ids(one_by_one), ids(pool), ids(threads), ids(tasks)],
        [(1, 1), (2, 2), (1, 2), (1, 1)]
    );
    let lanes = each.spans.iter().map(|span| span.worker);
    assert!(lanes.eq(0..jobs.len()), "each job has a thread of its own");
    let in_progress = [one_by_one, pool, each, threads, tasks].map(Run::in_progress);
    assert_eq!((in_progress[0], in_progress[1], in_progress[3]), (1, 2, 2));
    assert!(in_progress[2] >= 4 && in_progress[4] >= 4, "all dishes at once: {in_progress:?}");
    assert!(comparison.notes.iter().any(|note| note.starts_with("Python 3")), "{comparison:?}");
}

#[test]
fn no_jobs_are_an_empty_run() {
    let comparison = compare(&[], &MODELS).unwrap();
    assert!(python_runs(&comparison).iter().all(|run| run.spans.is_empty()));
}

#[test]
fn many_jobs_do_not_block_a_pipe() {
    let jobs = vec![Job::Fib(1); 30_000];
    let comparison = compare(&jobs, &[Model::Serial]).unwrap();
    assert_eq!(comparison.python(Model::Serial).unwrap().run.results.len(), 30_000);
}

#[test]
fn what_python_does_not_have_is_an_error_that_says_so() {
    let error = |jobs: &[Job], model| compare(jobs, &[model]).unwrap_err().to_string();
    let fib = [Job::Fib(5)];
    let other_model = error(&fib, Model::Rayon(2));
    assert!(other_model.contains("no \"2 rayon threads\""), "{other_model}");
    let other_job = error(&[Job::Echo(vec![1])], Model::Serial);
    assert!(other_job.contains("no job \"echo of 1 bytes\""), "{other_job}");
    for model in [Model::Processes(0), Model::Threads(0)] {
        let nobody = error(&fib, model);
        assert!(nobody.contains("at least one worker"), "{nobody}");
    }
}
