//! What Jupyter asks, and in which order it is answered.

use std::borrow::Cow;
use std::collections::VecDeque;

use jupyter_protocol::{JupyterMessage, JupyterMessageContent as Content};
use serde_json::{Value, json};

use super::super::children;
use super::super::current;
use super::super::output::{Output, stream_of};
use super::super::questions::ask_for_the_name;
use super::verdict::Problem;
use super::{ARGUABLE, Doing, HIDDEN, REST, Running, Session, State, Work, execute};
use crate::cell;

impl Session {
    /// A request of the shell channel: what evcxr need not hear is answered at once.
    pub(super) fn asked(&mut self, request: JupyterMessage) {
        let answer = match &request.content {
            Content::ExecuteRequest(_)
            | Content::CompleteRequest(_)
            | Content::InspectRequest(_) => {
                self.queue.push_back(request);
                self.next();
                return;
            }
            Content::KernelInfoRequest(_) => kernel_info(),
            Content::IsCompleteRequest(asked) => match cell::completeness(&asked.code) {
                cell::Completeness::Complete => json!({"status": "complete"}),
                cell::Completeness::Incomplete { indent } => {
                    json!({"status": "incomplete", "indent": indent})
                }
                cell::Completeness::Invalid => json!({"status": "invalid"}),
            },
            Content::HistoryRequest(_) => json!({"status": "ok", "history": []}),
            Content::CommInfoRequest(_) => json!({"status": "ok", "comms": {}}),
            Content::CommOpen(comm) => {
                self.jupyter.status(Some(&request), "busy");
                let closed = json!({"comm_id": comm.comm_id, "data": {}});
                self.jupyter.publish(Some(&request), "comm_close", closed);
                self.idle(&request);
                return;
            }
            Content::ShutdownRequest(_) | Content::InterruptRequest(_) => return,
            _ => json!({"status": "error", "ename": "NotImplemented",
                "evalue": "this kernel does not know this request", "traceback": []}),
        };
        self.jupyter.status(Some(&request), "busy");
        self.jupyter.reply(&request, answer);
        self.idle(&request);
    }

    /// Tells that a request is done; the kernel may still do something else.
    pub(super) fn idle(&self, request: &JupyterMessage) {
        self.jupyter.status(Some(request), "idle");
        match &self.running {
            Some(Running { work: Work::Cell(cell), .. }) => self.jupyter.status(Some(cell), "busy"),
            Some(Running { work: Work::Hidden, .. }) => self.jupyter.status(None, "starting"),
            None if matches!(self.kernel, State::Starting(_)) => {
                self.jupyter.status(None, "starting")
            }
            _ => {}
        }
    }

    /// A request of the control channel; true if it asks for the end.
    pub(super) fn asked_at_once(&mut self, request: &JupyterMessage) -> bool {
        self.jupyter.status(Some(request), "busy");
        let mut ends = false;
        let answer = match &request.content {
            Content::KernelInfoRequest(_) => kernel_info(),
            Content::InterruptRequest(_) => {
                self.interrupt(request);
                json!({"status": "ok"})
            }
            Content::ShutdownRequest(asked) => {
                ends = true;
                json!({"status": "ok", "restart": asked.restart})
            }
            _ => json!({"status": "error", "ename": "NotImplemented",
                "evalue": "this kernel does not know this request", "traceback": []}),
        };
        self.jupyter.reply_at_once(request, answer);
        self.idle(request);
        ends
    }

    /// Ends what the running cell does, and the queue behind it. An idle kernel has nothing to
    /// end, and a cell that was sent later is not meant.
    pub(super) fn interrupt(&mut self, asked: &JupyterMessage) {
        let Some(Running { work: Work::Cell(cell), begun, seen, .. }) = &mut self.running else {
            return self.interrupt_queue(asked);
        };
        // Two clocks may differ: what was begun long ago is meant in any case.
        if cell.header.date > asked.header.date && begun.elapsed() < ARGUABLE {
            return;
        }
        seen.interrupted = true;
        self.end_interrupted();
        let waiting: Vec<_> = self.queue.drain(..).collect();
        waiting.iter().for_each(|request| self.abort(request));
    }

    /// The process of cells begins, or a question is answered: the cells behind it have not begun.
    fn interrupt_queue(&mut self, asked: &JupyterMessage) {
        let is_meant = |request: &JupyterMessage| {
            let is_cell = matches!(request.content, Content::ExecuteRequest(_));
            is_cell && request.header.date <= asked.header.date
        };
        let (mut meant, others): (VecDeque<_>, _) = self.queue.drain(..).partition(is_meant);
        if let Some(first) = meant.pop_front() {
            self.jupyter.status(Some(&first), "busy");
            self.refuse(&first, &Problem::interrupted_before());
            meant.iter().for_each(|request| self.abort(request));
        }
        self.queue = others;
    }

    /// Ends what evcxr has started for the interrupted cell. Before the cell has begun, that is to
    /// be done again: another compiler may follow.
    pub(super) fn end_interrupted(&self) {
        let (Some(running), State::Ready(evcxr)) = (&self.running, &self.kernel) else { return };
        match &self.cells {
            Some(cells) if running.seen.begun => children::end(cells.process, &[]),
            // It is being compiled: its variables are not at stake.
            Some(cells) => children::end_below(evcxr.process, &[cells.process]),
            None => children::end_below(evcxr.process, &[]),
        }
    }

    pub(super) fn abort(&self, request: &JupyterMessage) {
        let kind = &request.content;
        let answer = match kind {
            Content::ExecuteRequest(_) => json!({"status": "aborted"}),
            Content::CompleteRequest(asked) => nothing_to_complete(asked.cursor_pos),
            _ => json!({"status": "ok", "found": false, "data": {}, "metadata": {}}),
        };
        self.jupyter.status(Some(request), "busy");
        self.jupyter.reply(request, answer);
        self.jupyter.status(Some(request), "idle");
    }

    /// Begins what is next, if nothing is being done.
    pub(super) fn next(&mut self) {
        while self.running.is_none() {
            match &self.kernel {
                State::Starting(_) => return,
                State::Ready(evcxr) => {
                    if let Some(code) = HIDDEN.get(self.hidden) {
                        self.hidden += 1;
                        let id = evcxr.ask("execute_request", execute(code));
                        self.running = Some(Running::new(Work::Hidden, id));
                        return;
                    }
                    let Some(request) = self.queue.pop_front() else { return };
                    self.begin(request);
                }
                State::Failed(reason) => {
                    let Some(request) = self.queue.pop_front() else { return };
                    let problem = Problem::cannot_start(reason);
                    if matches!(request.content, Content::ExecuteRequest(_)) {
                        self.jupyter.status(Some(&request), "busy");
                        self.refuse(&request, &problem);
                    } else {
                        self.abort(&request);
                    }
                }
            }
        }
    }

    /// Has evcxr do what is to be done while nothing is asked, once that is so for a moment.
    pub(super) fn use_the_rest(&mut self) {
        let rests = self.doing() == Doing::Resting && self.resting_since.elapsed() >= REST;
        if let State::Ready(evcxr) = &self.kernel
            && let Some(code) = self.idle.take_if(|_| rests)
        {
            let id = evcxr.ask("execute_request", execute(&code));
            self.running = Some(Running::new(Work::Idle, id));
        }
    }

    /// Why a cell is not run: of two variables of one name it would take evcxr's.
    fn taken_name(&mut self, code: &str) -> Option<String> {
        let awaits = code.contains(".await");
        let taken = cell::meets_evcxr(code).filter(|_| awaits || self.awaited);
        // Said once: whoever runs the cell again leaves the variable behind.
        let hides =
            || (awaits && !self.awaited && self.defined.remove("mutex")).then(cell::hides_mutex);
        taken.or_else(hides)
    }

    pub(super) fn begin(&mut self, request: JupyterMessage) {
        let State::Ready(evcxr) = &self.kernel else { return };
        self.jupyter.status(Some(&request), "busy");
        let (work, id) = match &request.content {
            Content::ExecuteRequest(asked) => {
                if asked.store_history && !asked.silent {
                    self.count += 1;
                }
                if !asked.silent {
                    let input = json!({"code": asked.code, "execution_count": self.count});
                    self.jupyter.publish(Some(&request), "execute_input", input);
                }
                if let Some(sentence) = cell::unfinished(&asked.code) {
                    self.refuse(&request, &Problem::unfinished(sentence));
                    return;
                }
                if let Some(sentence) = self.taken_name(&asked.code) {
                    self.refuse(&request, &Problem::name_is_taken(sentence));
                    return;
                }
                let State::Ready(evcxr) = &self.kernel else { return };
                let warnings = cell::warnings(&asked.code);
                let code = self.loaded.as_ref().map(|loaded| loaded.not_again(&asked.code));
                let code = code.unwrap_or(Cow::Borrowed(&asked.code));
                if asked.code.lines().any(|line| line.trim_start().starts_with(":clear")) {
                    self.loaded = None;
                }
                let content = execute(&cell::without_foreign_letters(&code));
                current::note(&self.current_cell, self.count, &request);
                let id = evcxr.ask("execute_request", content);
                self.output = Output::default();
                self.last = Some(request.clone());
                for warning in warnings {
                    self.publish(vec![stream_of("stderr", &format!("warning: {warning}\n"))]);
                }
                (Work::Cell(request), id)
            }
            Content::InspectRequest(asked) => {
                let mut content = json!({"code": asked.code, "cursor_pos": asked.cursor_pos,
                    "detail_level": asked.detail_level});
                ask_for_the_name(&mut content);
                let id = evcxr.ask("inspect_request", content);
                (Work::Question(request), id)
            }
            Content::CompleteRequest(asked) => {
                let content = json!({"code": asked.code, "cursor_pos": asked.cursor_pos});
                let id = evcxr.ask("complete_request", content);
                (Work::Question(request), id)
            }
            _ => return,
        };
        self.running = Some(Running::new(work, id));
    }

    /// Answers a cell with an error, and aborts what waits behind it.
    pub(super) fn refuse(&mut self, request: &JupyterMessage, problem: &Problem) {
        self.jupyter.publish(Some(request), "error", problem.content());
        self.reply_to_cell(request, Some(problem));
    }

    pub(super) fn reply_to_cell(&mut self, request: &JupyterMessage, problem: Option<&Problem>) {
        let Content::ExecuteRequest(asked) = &request.content else { return };
        let mut answer = problem.map_or_else(|| json!({"user_expressions": {}}), Problem::content);
        answer["status"] = if problem.is_some() { "error" } else { "ok" }.into();
        answer["execution_count"] = self.count.into();
        answer["payload"] = json!([]);
        self.jupyter.reply(request, answer);
        self.jupyter.status(Some(request), "idle");
        if problem.is_some() && asked.stop_on_error {
            let (cells, others) = self
                .queue
                .drain(..)
                .partition(|request| matches!(request.content, Content::ExecuteRequest(_)));
            self.queue = others;
            let cells: VecDeque<_> = cells;
            cells.iter().for_each(|request| self.abort(request));
        }
    }
}

fn nothing_to_complete(cursor: usize) -> Value {
    json!({"status": "ok", "matches": [], "cursor_start": cursor, "cursor_end": cursor,
        "metadata": {}})
}

/// What a client learns of the kernel. The language is told in evcxr's own words: they stand
/// in notebooks, which another spelling would change.
fn kernel_info() -> Value {
    json!({
        "status": "ok",
        "protocol_version": "5.4",
        "implementation": "warm-kernel",
        "implementation_version": env!("CARGO_PKG_VERSION"),
        "language_info": {
            "name": "Rust",
            "version": "",
            "mimetype": "text/rust",
            "file_extension": ".rs",
            "pygment_lexer": "rust",
            "codemirror_mode": "rust",
        },
        "banner": "Rust, by evcxr",
        "help_links": [{"text": "Rust std docs", "url": "https://doc.rust-lang.org/stable/std/"}],
    })
}
