//! A watch hears each job begin and end where it does, and then of the record.

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{MODELS, again, cook, is_alone};
use concurrency_demos::{
    Cause, Dish, Failure, Fault, Job, Listener, Model, Output, Pool, Run, Silent, Span, Watch,
};

#[derive(Clone, Debug)]
enum Word {
    Began(usize, Span),
    Ended(usize, Span, Result<Output, Failure>),
    Over(Box<Run>),
    Dropped,
}

/// Keeps what it hears.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Word>>>);

impl Heard {
    fn hear(&self, word: Word) {
        self.0.lock().unwrap().push(word);
    }

    fn words(&self) -> Vec<Word> {
        self.0.lock().unwrap().clone()
    }
}

struct Watching(Heard);

impl Watch for Watching {
    fn began(&self, index: usize, span: Span) {
        self.0.hear(Word::Began(index, span));
    }

    fn ended(&self, index: usize, span: Span, result: &Result<Output, Failure>) {
        self.0.hear(Word::Ended(index, span, result.clone()));
    }

    fn over(&self, run: &Run) {
        self.0.hear(Word::Over(Box::new(run.clone())));
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.hear(Word::Dropped);
    }
}

impl Listener for Heard {
    fn watch(&self, _: Model, _: &[Job]) -> Option<Arc<dyn Watch>> {
        Some(Arc::new(Watching(self.clone())))
    }
}

#[test]
fn every_job_is_heard_to_begin_and_to_end_where_its_record_says() {
    let jobs = [cook(Dish::Salad, 60), Job::Fib(12), Job::Fault(Fault::Panic), Job::Fib(13)];
    for model in MODELS {
        let heard = Heard::default();
        let run = model.run(&jobs, &heard).unwrap();
        let words = heard.words();
        assert_eq!(words.len(), 2 * jobs.len() + 2, "{model}: {words:?}");
        for (index, span) in run.spans.iter().enumerate() {
            let began = words.iter().position(
                |word| matches!(word, Word::Began(job, began) if *job == index && same(began, span)),
            );
            let ended = words.iter().position(|word| {
                matches!(word, Word::Ended(job, ended, result)
                    if (*job, *ended, result) == (index, *span, &run.results[index]))
            });
            let order = began.zip(ended).map(|(began, ended)| began < ended);
            assert_eq!(order, Some(true), "{model}, job {index} {span:?}: {words:?}");
        }
        let [.., Word::Over(over), Word::Dropped] = &words[..] else {
            panic!("{model}: {words:?}");
        };
        assert_eq!(**over, run, "{model}");
    }
}

/// Whether a job that began like this is the one that left this span.
fn same(began: &Span, span: &Span) -> bool {
    let thread = began.thread == span.thread || began.process != std::process::id();
    let place = (began.job, began.worker, began.process) == (span.job, span.worker, span.process);
    // A job is sent before its process begins it, and the machine may be busy.
    let near = began.started.abs_diff(span.started) < Duration::from_secs(2);
    thread && place && near && began.duration().is_zero() && began.cpu.is_zero()
}

#[test]
fn a_job_is_heard_to_begin_while_others_run() {
    let jobs = [cook(Dish::Toast, 50), cook(Dish::Salad, 100)];
    for model in [Model::Serial, Model::Threads(1), Model::Processes(1)] {
        let heard = Heard::default();
        model.run(&jobs, &heard).unwrap();
        let order: Vec<_> = heard
            .words()
            .into_iter()
            .filter_map(|word| match word {
                Word::Began(index, _) => Some((index, "began")),
                Word::Ended(index, ..) => Some((index, "ended")),
                _ => None,
            })
            .collect();
        assert_eq!(order, [(0, "began"), (0, "ended"), (1, "began"), (1, "ended")], "{model}");
    }
}

#[test]
fn a_run_that_cannot_be_done_lets_its_watch_go() {
    if is_alone() {
        let heard = Heard::default();
        assert!(Model::Processes(1).run(&[Job::Fib(1)], &heard).is_err());
        assert!(matches!(&heard.words()[..], [Word::Dropped]), "{:?}", heard.words());
        return;
    }
    let mut command = again("a_run_that_cannot_be_done_lets_its_watch_go");
    let output = command.env("CONCURRENCY_WORKER", "/no/such/program").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_lost_process_is_heard_to_end_with_its_failure() {
    let heard = Heard::default();
    let mut pool = Pool::start(1).unwrap();
    pool.run(&[Job::Fault(Fault::Abort)], &heard).unwrap();
    let failed = heard.words().into_iter().any(|word| {
        matches!(word, Word::Ended(0, _, Err(Failure { cause: Cause::Killed { .. }, .. })))
    });
    assert!(failed, "{:?}", heard.words());
}

/// Panics whatever it hears.
struct Frightened;

impl Watch for Frightened {
    fn began(&self, index: usize, _: Span) {
        panic!("frightened by the start of job {index}");
    }

    fn ended(&self, index: usize, _: Span, _: &Result<Output, Failure>) {
        panic!("frightened by the end of job {index}");
    }

    fn over(&self, _: &Run) {
        panic!("frightened by silence");
    }
}

struct Fright;

impl Listener for Fright {
    fn watch(&self, _: Model, _: &[Job]) -> Option<Arc<dyn Watch>> {
        Some(Arc::new(Frightened))
    }
}

#[test]
fn one_that_panics_spoils_no_run() {
    for model in MODELS {
        let run = model.run(&vec![Job::Fib(10); 20], &Fright).unwrap();
        assert_eq!(run.numbers().unwrap(), [55; 20], "{model}");
    }
}

#[test]
fn nobody_need_watch() {
    assert!(Silent.watch(Model::Serial, &[]).is_none());
}
