//! A run saved for a trace viewer, read back.

use std::collections::BTreeMap;
use std::fs;

use concurrency_demos::{Fault, Job, Model, Pool, Run, Silent, breakfast};
use serde_json::Value;

/// Every event of the saved run.
fn saved(run: &Run) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    run.save(&path).unwrap();
    let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    file["traceEvents"].as_array().expect("a list of events").clone()
}

/// The events of a phase and a category.
fn of<'a>(events: &'a [Value], phase: &str, category: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["ph"] == phase && event["cat"] == category).collect()
}

fn number(event: &Value, field: &str) -> f64 {
    event[field].as_f64().unwrap_or_else(|| panic!("{field} of {event}"))
}

/// The events by a field that is different in all of them.
fn by<'a>(events: Vec<&'a Value>, field: &str) -> BTreeMap<u64, &'a Value> {
    let count = events.len();
    let map: BTreeMap<_, _> =
        events.into_iter().map(|event| (event[field].as_u64().expect("an id"), event)).collect();
    assert_eq!(map.len(), count, "no {field} twice");
    map
}

/// Whether an event lies in another one of its thread.
fn lies_in(outer: &Value, event: &Value) -> bool {
    let (from, at) = (number(outer, "ts"), number(event, "ts"));
    (&outer["pid"], &outer["tid"]) == (&event["pid"], &event["tid"])
        && (from..=from + number(outer, "dur")).contains(&at)
}

#[test]
fn a_job_is_an_event_with_its_cpu_share_and_a_flow_from_the_queue() {
    let jobs = vec![Job::Fib(22); 6];
    for model in [Model::Serial, Model::Threads(2), Model::Rayon(2)] {
        let run = model.run(&jobs, &Silent).unwrap();
        let events = saved(&run);
        let spans = of(&events, "X", "job");
        assert_eq!(spans.len(), 6, "{model}");
        for (event, span) in spans.iter().zip(&run.spans) {
            assert_eq!(
                (event["pid"].as_u64(), event["tid"].as_u64()),
                (Some(span.process.into()), Some(span.thread))
            );
            assert!((number(event, "ts") - span.started.as_secs_f64() * 1e6).abs() < 0.01);
            assert!((number(event, "dur") - span.duration().as_secs_f64() * 1e6).abs() < 0.01);
            assert_eq!(
                (&event["name"], &event["args"]["result"]),
                (&"fib(22)".into(), &"17711".into())
            );
            assert!((number(&event["args"], "cpu_share") - span.cpu_share()).abs() < 1e-9);
        }
        let (from, to) = (by(of(&events, "s", "queue"), "id"), by(of(&events, "f", "queue"), "id"));
        assert!(from.keys().eq(to.keys()) && from.len() == 6, "each flow has two ends");
        let queued = of(&events, "X", "queue");
        for (id, end) in to {
            assert!(spans.iter().any(|span| lies_in(span, end)), "{end} ends in its job");
            assert!(queued.iter().any(|lane| lies_in(lane, from[&id])), "{id} begins in the queue");
            assert!(number(from[&id], "ts") <= number(end, "ts") && end["bp"] == "e");
        }
    }
}

#[test]
fn tasks_that_wait_on_one_thread_have_an_id_each_and_nest() {
    let dishes = breakfast::order(2, 0.001).unwrap();
    let events = saved(&Model::Async.run(&dishes, &Silent).unwrap());
    assert!(of(&events, "X", "job").is_empty() && of(&events, "s", "queue").is_empty());
    let mut open: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    let mut ended = 0;
    for event in events.iter().filter(|event| event["cat"] == "task") {
        let stack = open.entry(event["id"].as_u64().unwrap()).or_default();
        match (event["ph"].as_str().unwrap(), stack.last()) {
            ("b", _) => stack.push(event),
            ("e", Some(begun)) => {
                assert!(
                    begun["name"] == event["name"] && number(begun, "ts") <= number(event, "ts")
                );
                stack.pop();
                ended += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(open.len() == 8 && open.values().all(Vec::is_empty), "{open:?}");
    assert_eq!(ended, 16, "each dish was queued and cooked");
}

#[test]
fn processes_and_threads_have_names_and_a_lost_job_says_why() {
    let jobs = [Job::Fib(20), Job::Fault(Fault::Abort), Job::Fib(21)];
    let run = Pool::start(2).unwrap().run(&jobs, &Silent).unwrap();
    let events = saved(&run);
    let names = |what: &str| -> Vec<String> {
        let named = events.iter().filter(|event| event["ph"] == "M" && event["name"] == what);
        named.map(|event| event["args"]["name"].as_str().unwrap().to_owned()).collect()
    };
    let processes = names("process_name");
    for process in run.processes() {
        assert!(processes.contains(&format!("worker {process}")), "{processes:?}");
    }
    assert!(processes[0].starts_with("caller "));
    for name in ["the run", "the queue", "lost"] {
        assert!(names("thread_name").contains(&name.to_owned()), "{:?}", names("thread_name"));
    }
    let jobs = of(&events, "X", "job");
    let lost = jobs.iter().find(|job| job["name"] == "abort").unwrap();
    assert!(lost["args"]["result"].as_str().unwrap().contains("signal 6"), "{lost}");
    let run = of(&events, "X", "run");
    assert!(run[0]["name"] == "2 processes" && run[0]["args"]["jobs"] == 3);
}

#[test]
fn what_cannot_be_saved_says_what_to_do() {
    let run = Model::Serial.run(&[Job::Fib(1)], &Silent).unwrap();
    let missing = run.save("no/such/folder/run.json").unwrap_err().to_string();
    assert!(missing.contains("no/such/folder/run.json") && missing.contains("make its folder"));
    let mut huge = run;
    huge.spans = vec![huge.spans[0]; 50_001];
    huge.results = vec![huge.results[0].clone(); 50_001];
    let error = huge.save("run.json").unwrap_err().to_string();
    assert!(error.contains("50,001 jobs") && error.contains("50,000"), "{error}");
}
