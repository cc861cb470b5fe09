//! What evcxr answers, and what becomes of a cell.

use std::time::Instant;

use jupyter_protocol::{JupyterMessage, JupyterMessageContent as Content};
use serde_json::Value;

use super::super::display::Display;
use super::super::evcxr::Said;
use super::super::output::stream_of;
use super::super::questions::insert_the_match;
use super::verdict::{Problem, Seen};
use super::{HIDDEN, MOST_TRIES, PATIENCE, Running, Session, State, Work, execute};
use crate::cell;

impl Session {
    /// Something came from evcxr.
    pub(super) fn heard(&mut self, said: Said) {
        match said {
            Said::Ready => {
                if let State::Starting(evcxr) = &mut self.kernel
                    && let Some(evcxr) = evcxr.take()
                {
                    self.kernel = State::Ready(evcxr);
                }
                self.next();
                return;
            }
            Said::Line(line) => {
                eprintln!("{line}");
                return;
            }
            Said::Reply(message) => {
                if let Some(running) = self.running_for(&message) {
                    running.reply = Some((content(&message), Instant::now()));
                }
            }
            Said::Output(message) => {
                let kind = message.header.msg_type.clone();
                let content = content(&message);
                let Some(running) = self.running_for(&message) else { return };
                match (kind.as_str(), &running.work) {
                    ("status", _) => running.idle |= content["execution_state"] == "idle",
                    ("error", _) => running.seen.errors.push(Problem::from_evcxr(&content)),
                    // Results of commands, `:help`, and all of a process that is not attached.
                    ("execute_result", Work::Cell(_)) => {
                        if let Some(data) = content["data"].as_object() {
                            for (mime, body) in data.clone() {
                                let body = body.as_str().map_or(body.to_string(), str::to_owned);
                                let messages =
                                    self.output.show(Display::new(Default::default(), mime, body));
                                self.publish(messages);
                            }
                        }
                    }
                    ("stream", Work::Cell(_)) => {
                        let stream = if content["name"] == "stderr" { "stderr" } else { "stdout" };
                        let text = content["text"].as_str().unwrap_or_default().to_owned();
                        self.print(stream, &text);
                    }
                    _ => {}
                }
            }
            Said::Ended(..) => {}
        }
        self.finish_if_done();
    }

    pub(super) fn running_for(&mut self, message: &JupyterMessage) -> Option<&mut Running> {
        let parent = message.parent_header.as_ref()?;
        self.running.as_mut().filter(|running| running.id == parent.msg_id)
    }

    pub(super) fn finish_if_done(&mut self) {
        let done = |running: &mut Running| {
            let late = |(_, at): &(Value, Instant)| running.idle || at.elapsed() >= PATIENCE;
            running.reply.as_ref().is_some_and(late)
        };
        let Some(mut running) = self.running.take_if(done) else { return };
        let Some((reply, _)) = running.reply.take() else { return };
        match running.work {
            Work::Hidden => self.attached(&running.seen.errors),
            Work::Idle => {
                for problem in &running.seen.errors {
                    eprintln!("What is run while nothing is asked has failed: {}", problem.evalue);
                }
            }
            Work::Question(request) => {
                let mut reply = reply;
                insert_the_match(&mut reply);
                self.jupyter.reply(&request, reply);
                self.jupyter.status(Some(&request), "idle");
            }
            Work::Cell(request) => match self.ask_again(&request, &mut running.seen) {
                Some(id) => {
                    self.running = Some(Running {
                        seen: running.seen,
                        ..Running::new(Work::Cell(request), id)
                    });
                }
                None => self.finish_cell(&request, running.seen, &reply),
            },
        }
        self.resting_since = Instant::now();
        self.next();
    }

    /// A hidden cell is done, with these errors.
    fn attached(&mut self, errors: &[Problem]) {
        if let Some(problem) = errors.first() {
            self.tries += 1;
            if self.cells.is_none() && self.tries < MOST_TRIES {
                // evcxr learns by a cell that a process has died. Now it has started another one.
                self.hidden = 0;
                return;
            }
            eprintln!("A cell's process could not be attached: {}", problem.evalue);
            // Cells run all the same, with evcxr's own outputs.
            self.hidden = HIDDEN.len();
        }
        if self.hidden == HIDDEN.len() {
            self.tries = 0;
            self.jupyter.status(None, "idle");
        }
    }

    /// evcxr's report is poorer where a cell has letters beyond ASCII in its texts. Without them,
    /// and so that it never runs, the cell is compiled again for a better one.
    pub(super) fn ask_again(&self, request: &JupyterMessage, seen: &mut Seen) -> Option<String> {
        let Content::ExecuteRequest(asked) = &request.content else { return None };
        let State::Ready(evcxr) = &self.kernel else { return None };
        let again =
            (seen.may_be_better() && !seen.interrupted).then(|| cell::placeholders(&asked.code));
        let again = again.flatten()?;
        let id = evcxr.ask("execute_request", execute(&again));
        seen.asked_again(again);
        Some(id)
    }

    pub(super) fn finish_cell(&mut self, request: &JupyterMessage, seen: Seen, reply: &Value) {
        let Content::ExecuteRequest(asked) = &request.content else { return };
        let messages = self.output.end(self.count);
        self.publish(messages);
        let was_defined = |name: &str| self.defined.contains(name);
        let verdict = seen.verdict(&asked.code, reply["status"] == "ok", &was_defined);
        for stray in verdict.caught {
            self.publish(vec![stream_of("stderr", &stray)]);
        }
        for problem in &verdict.problems {
            self.jupyter.publish(Some(request), "error", problem.content());
        }
        if verdict.problems.is_empty() {
            self.defined.extend(cell::defined_names(&asked.code));
            self.awaited |= asked.code.contains(".await");
        }
        self.reply_to_cell(request, verdict.problems.first());
    }
}

fn content(message: &JupyterMessage) -> Value {
    serde_json::to_value(&message.content).unwrap_or_default()
}
