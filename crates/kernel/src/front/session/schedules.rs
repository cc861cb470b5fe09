//! A session in thousands of schedules. It belongs to one task, so nothing in it is shared; what
//! may happen in any order is what that task hears: of clients, of somebody who interrupts, of
//! evcxr, of the process of the cells. Each of them is a thread of shuttle here.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};
use shuttle::rand::Rng;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::sync::mpsc::{Receiver, Sender, channel};
use shuttle::{Config, FailurePersistence, Runner, thread};
use tokio::sync::watch;

use super::super::cells::Event;
use super::super::evcxr::{Evcxr, Said};
use super::super::sockets::{Jupyter, message};
use super::*;

const CELLS: usize = 3;

/// What is wrong with the session, where something is planted.
#[derive(Clone, Copy, PartialEq)]
enum Bug {
    /// An interrupt takes the queue, and answers nobody.
    Forgets,
    /// Whatever evcxr says is said of the cell that runs.
    Mistakes,
}

/// What a session hears.
enum Arrival {
    Shell(JupyterMessage),
    Control(JupyterMessage),
    Said(Said),
    Event(Event),
}

/// A request as a client sends it.
fn request(id: &str, kind: &str, content: Value) -> JupyterMessage {
    let header = json!({"msg_id": id, "username": "", "session": "nb", "msg_type": kind,
        "version": "5.4", "date": "2026-11-26T22:00:00Z"});
    let parts = json!({"header": header, "parent_header": {}, "metadata": {}, "content": content});
    serde_json::from_value(parts).expect("a request")
}

fn text_of(cell: &str) -> String {
    format!("[{cell}]")
}

/// evcxr and the process of the cells: what a cell prints is its name, and a late word of evcxr's
/// is of no cell that runs.
fn evcxr(asked: &Receiver<JupyterMessage>, arrive: &Sender<Arrival>) {
    let say = |said| drop(arrive.send(Arrival::Said(said)));
    say(Said::Ready);
    while let Ok(request) = asked.recv() {
        let content = serde_json::to_value(&request.content).expect("JSON");
        let code = content["code"].as_str().unwrap_or_default();
        if code.starts_with("cell") {
            let printed = text_of(code).into_bytes();
            for event in [Event::Begun, Event::Stdout(printed), Event::Waiting] {
                let _ = arrive.send(Arrival::Event(event));
            }
        }
        let mut rng = shuttle::rand::thread_rng();
        let status = if rng.gen_bool(0.8) { "ok" } else { "error" };
        let reply = message("execute_reply", json!({"status": status}), Some(&request));
        let state = json!({"execution_state": "idle"});
        let idle = Said::Output(message("status", state, Some(&request)));
        let mut both = [Said::Reply(reply), idle];
        if rng.gen_bool(0.5) {
            both.reverse();
        }
        both.into_iter().for_each(say);
        let late = json!({"name": "stdout", "text": format!("late word of {code}")});
        say(Said::Output(message("stream", late, Some(&request))));
    }
}

/// Hears one thing, as the loop of [`Session::run`] does.
fn hear(session: &mut Session, arrival: Arrival, bug: Option<Bug>) {
    match arrival {
        Arrival::Shell(request) => session.asked(request),
        Arrival::Control(request) => {
            if bug == Some(Bug::Forgets) {
                session.queue.clear();
            }
            session.asked_at_once(&request);
        }
        Arrival::Said(Said::Output(mut said)) => {
            if let (Some(Bug::Mistakes), Some(parent), Some(running)) =
                (bug, &mut said.parent_header, &session.running)
            {
                parent.msg_id.clone_from(&running.id);
            }
            session.heard(Said::Output(said));
        }
        Arrival::Said(said) => session.heard(said),
        Arrival::Event(event) => session.happened(event),
    }
}

fn conversation(bug: Option<Bug>) {
    let (jupyter, requests, mut sent) = Jupyter::new();
    let (doing, _looks) = watch::channel(Doing::Starting);
    let mut session = Session::new(jupyter, requests, doing);
    let (played, mut asked) = Evcxr::played();
    session.kernel = State::Starting(Some(played));
    let (arrive, arrivals) = channel();
    let (ask, to_evcxr) = channel();
    let others = [arrive.clone(), arrive.clone(), arrive.clone()];
    let [clients, interrupter, end] = others;
    thread::spawn(move || evcxr(&to_evcxr, &arrive));
    thread::spawn(move || {
        for cell in 0..CELLS {
            let name = format!("cell{cell}");
            let content = json!({"code": name, "silent": false, "store_history": true,
                "user_expressions": {}, "allow_stdin": false, "stop_on_error": true});
            let _ = clients.send(Arrival::Shell(request(&name, "execute_request", content)));
        }
        let info = request("info", "kernel_info_request", json!({}));
        let _ = clients.send(Arrival::Shell(info));
    });
    thread::spawn(move || {
        let interrupt = request("interrupt", "interrupt_request", json!({}));
        let _ = interrupter.send(Arrival::Control(interrupt));
    });
    thread::spawn(move || drop(end.send(Arrival::Event(Event::Gone))));

    let (mut answers, mut published) = (Vec::new(), Vec::new());
    while answers.len() < CELLS + 2 {
        let arrival = arrivals.recv().expect("evcxr is there");
        hear(&mut session, arrival, bug);
        while let Ok(request) = asked.try_recv() {
            let _ = ask.send(request);
        }
        let [more, too] = sent.sent();
        answers.extend(more);
        published.extend(too);
    }
    drop(ask);
    while let Ok(arrival) = arrivals.recv() {
        hear(&mut session, arrival, bug);
    }
    let [more, too] = sent.sent();
    answers.extend(more);
    published.extend(too);
    assert!(session.queue.is_empty() && session.doing() != Doing::Failed);
    is_right(&answers, &published);
}

/// Each request is answered once; each has one end, and nothing comes after it; a text is its own
/// cell's.
fn is_right(answers: &[JupyterMessage], published: &[JupyterMessage]) {
    let of = |message: &JupyterMessage| {
        message.parent_header.as_ref().map(|parent| parent.msg_id.clone()).unwrap_or_default()
    };
    let content = |message: &JupyterMessage| serde_json::to_value(&message.content).expect("JSON");
    let mut answered: Vec<String> = answers.iter().map(of).collect();
    answered.sort();
    assert_eq!(answered, ["cell0", "cell1", "cell2", "info", "interrupt"]);

    let mut idle = BTreeSet::new();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for message in published {
        let (id, content) = (of(message), content(message));
        let state = content["execution_state"].as_str();
        if id.is_empty() {
            continue;
        }
        if content["name"] == "stdout" {
            texts
                .entry(id.clone())
                .or_default()
                .push_str(content["text"].as_str().expect("a text"));
        }
        assert!(!idle.contains(&id), "{id} had ended: {content}");
        if state == Some("idle") {
            idle.insert(id);
        }
    }
    assert_eq!(idle.len(), CELLS + 2, "{idle:?}");
    for (id, text) in &texts {
        assert_eq!(*text, text_of(id), "printed by {id}");
    }
    for answer in answers.iter().filter(|answer| content(answer)["status"] == "ok") {
        let id = of(answer);
        assert!(!id.starts_with("cell") || texts.contains_key(&id), "{id} printed nothing");
    }
}

/// Runs so many conversations, in schedules at random and in such with few changes of thread.
fn explore(bug: Option<Bug>) -> usize {
    let count = if crate::is_long() { 5_000 } else { 500 };
    let run = |scheduler: Box<dyn Scheduler + Send>| {
        let mut config = Config::new();
        config.failure_persistence = FailurePersistence::None;
        config.silence_warnings = true;
        Runner::new(scheduler, config).run(move || conversation(bug))
    };
    run(Box::new(RandomScheduler::new(count))) + run(Box::new(PctScheduler::new(4, count)))
}

#[test]
fn a_session_is_right_whatever_comes_first() {
    println!("a session with {CELLS} cells: right in {} schedules", explore(None));
}

#[test]
fn an_interrupt_that_forgets_the_queue_is_found() {
    let panic = catch_unwind(AssertUnwindSafe(|| explore(Some(Bug::Forgets)))).expect_err("found");
    let said = panic.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(said.contains("deadlock"), "{said}");
}

#[test]
fn a_word_that_is_taken_for_another_cells_is_found() {
    let panic = catch_unwind(AssertUnwindSafe(|| explore(Some(Bug::Mistakes)))).expect_err("found");
    let said = panic.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(said.contains("printed by"), "{said}");
}
