//! Every model works where a Tokio runtime already drives the thread, as in a
//! notebook cell that uses `.await`.

mod common;

use common::{MODELS, cook};
use concurrency_demos::{Dish, Job, Output, Silent};

fn all_models() {
    for model in MODELS {
        let run = model.run(&[Job::Fib(12), cook(Dish::Toast, 2)], &Silent).unwrap();
        let expected = [Output::Number(144), Output::Ready(Dish::Toast)];
        assert_eq!(run.outputs().unwrap(), expected, "{model}");
    }
}

#[test]
fn outside() {
    all_models();
}

#[tokio::test]
async fn inside_a_runtime_with_one_thread() {
    all_models();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inside_a_task_of_a_runtime_with_threads() {
    tokio::spawn(async { all_models() }).await.unwrap();
}

#[test]
fn inside_a_rayon_pool() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(all_models);
}
