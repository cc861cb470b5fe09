//! One notebook's conversation with its kernel: what is asked, in which order it is answered,
//! and what becomes of a cell.

mod verdict;

use std::collections::{BTreeSet, VecDeque};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use anyhow::Context;
use jupyter_protocol::{JupyterMessage, JupyterMessageContent as Content};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use super::Kernel;
use super::cells::{Cells, Event};
use super::children;
use super::display::Display;
use super::evcxr::{Evcxr, Said};
use super::output::{Message, Output};
use super::sockets::{Jupyter, Request};
use super::words::{Reader, Word};
use crate::cell;
use crate::edit_messages::{ask_for_the_name, insert_the_match};
use verdict::{Problem, Seen};

/// How long evcxr's last outputs are waited for, once it has replied.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long after its begin a cell may have been sent after an interrupt.
const ARGUABLE: Duration = Duration::from_secs(1);

/// What connects a new process of cells, and what it does at each turn.
const HIDDEN: [&str; 2] = ["kernel_inside::attach()?;", "kernel_inside::turn();"];

/// The state of a kernel.
pub struct Session {
    jupyter: Jupyter,
    requests: UnboundedReceiver<Request>,
    /// The process that asked for this kernel, whatever its id is used for once it has ended.
    server: Option<OwnedFd>,
    kernel: State,
    queue: VecDeque<JupyterMessage>,
    running: Option<Running>,
    /// The last cell: what a thread of it prints later belongs to it.
    last: Option<JupyterMessage>,
    count: usize,
    output: Output,
    cells: Option<Cells>,
    reader: Reader,
    /// How many of the hidden cells were run in the process that runs now.
    hidden: usize,
    /// The names of all variables that cells of this process have had.
    defined: BTreeSet<String>,
    /// A cell has had an `.await`: evcxr has put all later ones into a runtime of its own.
    awaited: bool,
}

enum State {
    Starting,
    Ready(Evcxr),
    /// It cannot start; this is why.
    Failed(String),
}

/// What evcxr does now.
struct Running {
    work: Work,
    /// The id of its request.
    id: String,
    begun: Instant,
    reply: Option<(Value, Instant)>,
    idle: bool,
    seen: Seen,
}

enum Work {
    Cell(JupyterMessage),
    /// A completion or a documentation.
    Question(JupyterMessage),
    Hidden,
}

impl Session {
    /// One that has not begun.
    pub fn new(
        jupyter: Jupyter,
        requests: UnboundedReceiver<Request>,
        server: Option<i32>,
    ) -> Self {
        Self {
            jupyter,
            requests,
            server: server
                .and_then(Pid::from_raw)
                .and_then(|server| pidfd_open(server, PidfdFlags::empty()).ok()),
            kernel: State::Starting,
            queue: VecDeque::new(),
            running: None,
            last: None,
            count: 0,
            output: Output::default(),
            cells: None,
            reader: Reader::default(),
            hidden: 0,
            defined: BTreeSet::new(),
            awaited: false,
        }
    }

    /// Answers until the end is asked for.
    pub async fn run(mut self, kernel: JoinHandle<anyhow::Result<Kernel>>) -> anyhow::Result<()> {
        self.jupyter.status(None, "starting");
        let (_nobody, mut said) = unbounded_channel();
        let mut listener: Option<tokio::net::UnixListener> = None;
        let mut kernel = Some(kernel);
        let mut second = tokio::time::interval(Duration::from_secs(1));
        loop {
            let due = self.due();
            tokio::select! {
                prepared = async { kernel.as_mut().expect("asked once").await }, if kernel.is_some() => {
                    kernel = None;
                    match prepared.context("the preparation panicked").and_then(|kernel| kernel).and_then(begin) {
                        Ok((evcxr, answers, sockets)) => {
                            self.kernel = State::Ready(evcxr);
                            self.running = Some(Running::new(Work::Hidden, String::new()));
                            (said, listener) = (answers, Some(sockets));
                        }
                        Err(reason) => self.fail(format!("{reason:#}")),
                    }
                }
                Some(request) = self.requests.recv() => match request {
                    Request::Shell(message) => self.asked(message),
                    Request::Control(message) => {
                        if self.asked_at_once(&message) {
                            return self.end().await;
                        }
                    }
                },
                Some(word) = said.recv() => {
                    if let Said::Ended(status, words) = word {
                        if matches!(self.running, Some(Running { ref work, ref id, .. }) if matches!(work, Work::Hidden) && id.is_empty()) {
                            self.fail(format!("evcxr has ended ({status:?}).\n{words}"));
                            continue;
                        }
                        self.evcxr_has_ended();
                        return self.end().await;
                    }
                    self.heard(word);
                }
                accepted = async { listener.as_ref().expect("asked once").accept().await }, if listener.is_some() => {
                    if let Ok(socket) = accepted.and_then(|(socket, _)| socket.into_std()) {
                        self.met(socket);
                    }
                }
                event = next_of(&mut self.cells) => self.happened(event),
                () = sleep_until(due.into()) => {
                    let messages = self.output.flush();
                    self.publish(messages);
                    self.finish_if_done();
                }
                _ = second.tick() => {
                    if self.server.as_ref().is_some_and(has_ended) {
                        return self.end().await;
                    }
                }
            }
        }
    }

    /// A process of cells has connected itself.
    fn met(&mut self, socket: std::os::unix::net::UnixStream) {
        let socket = match &mut self.cells {
            Some(cells) => cells.listen(socket),
            None => Err(socket),
        };
        let Err(socket) = socket else { return };
        match Cells::take_over(&socket) {
            Ok(cells) => (self.cells, self.reader) = (Some(cells), Reader::default()),
            Err(reason) => eprintln!("A cell's process could not be attached: {reason:#}"),
        }
    }

    /// When something is to be done, if nothing happens before.
    fn due(&self) -> Instant {
        let replied = self.running.as_ref().and_then(|running| running.reply.as_ref());
        let patience = replied.map(|(_, at)| *at + PATIENCE);
        let far = Instant::now() + Duration::from_secs(3600);
        self.output.due().into_iter().chain(patience).min().unwrap_or(far)
    }

    /// Ends all that was started.
    async fn end(&mut self) -> anyhow::Result<()> {
        // The last messages are on their way.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let own = rustix::process::getpid().as_raw_pid();
        // The process that removes the folder is a child too, in a group of its own.
        if let State::Ready(evcxr) = &self.kernel {
            children::end(evcxr.process, &[own]);
        }
        Ok(())
    }

    fn fail(&mut self, reason: String) {
        eprintln!("This kernel cannot start: {reason}");
        self.kernel = State::Failed(reason);
        self.running = None;
        self.jupyter.status(None, "idle");
        self.next();
    }

    /// A request of the shell channel: what evcxr need not hear is answered at once.
    fn asked(&mut self, request: JupyterMessage) {
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
    fn idle(&self, request: &JupyterMessage) {
        self.jupyter.status(Some(request), "idle");
        match &self.running {
            Some(Running { work: Work::Cell(cell), .. }) => self.jupyter.status(Some(cell), "busy"),
            Some(Running { work: Work::Hidden, .. }) => self.jupyter.status(None, "starting"),
            None if matches!(self.kernel, State::Starting) => self.jupyter.status(None, "starting"),
            _ => {}
        }
    }

    /// A request of the control channel; true if it asks for the end.
    fn asked_at_once(&mut self, request: &JupyterMessage) -> bool {
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
    fn interrupt(&mut self, asked: &JupyterMessage) {
        let (Some(running), State::Ready(evcxr)) = (&mut self.running, &self.kernel) else {
            return;
        };
        let Work::Cell(cell) = &running.work else { return };
        // Two clocks may differ: what was begun long ago is meant in any case.
        if cell.header.date > asked.header.date && running.begun.elapsed() < ARGUABLE {
            return;
        }
        running.seen.interrupted = true;
        match &self.cells {
            Some(cells) if running.seen.begun => children::end(cells.process, &[]),
            // It is being compiled: its variables are not at stake.
            Some(cells) => children::end_below(evcxr.process, &[cells.process]),
            None => children::end_below(evcxr.process, &[]),
        }
        let waiting: Vec<_> = self.queue.drain(..).collect();
        waiting.iter().for_each(|request| self.abort(request));
    }

    fn abort(&self, request: &JupyterMessage) {
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
    fn next(&mut self) {
        while self.running.is_none() {
            match &self.kernel {
                State::Starting => return,
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

    fn begin(&mut self, request: JupyterMessage) {
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
                let mut warnings = cell::warnings(&asked.code);
                warnings.extend(cell::meets_evcxr(&asked.code).filter(|_| self.awaited));
                let content = execute(&cell::without_foreign_letters(&asked.code));
                let id = evcxr.ask("execute_request", content);
                self.output = Output::default();
                self.last = Some(request.clone());
                for warning in warnings {
                    let text = json!({"name": "stderr", "text": format!("warning: {warning}\n")});
                    self.jupyter.publish(Some(&request), "stream", text);
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
    fn refuse(&mut self, request: &JupyterMessage, problem: &Problem) {
        self.jupyter.publish(Some(request), "error", problem.content());
        self.reply_to_cell(request, Some(problem));
    }

    fn reply_to_cell(&mut self, request: &JupyterMessage, problem: Option<&Problem>) {
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

    /// Something came from evcxr.
    fn heard(&mut self, said: Said) {
        match said {
            Said::Ready => {
                self.running = None;
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

    fn running_for(&mut self, message: &JupyterMessage) -> Option<&mut Running> {
        let parent = message.parent_header.as_ref()?;
        self.running.as_mut().filter(|running| running.id == parent.msg_id)
    }

    /// Something came from the process of the cells.
    fn happened(&mut self, event: Event) {
        match event {
            Event::Stdout(bytes) => {
                let words = self.reader.read(&bytes);
                self.take(words);
            }
            Event::Stderr(bytes) => self.print("stderr", &String::from_utf8_lossy(&bytes)),
            Event::Begun => {
                if let Some(running) = &mut self.running {
                    running.seen.begun = true;
                }
            }
            Event::Panicked(report) => match &mut self.running {
                Some(running) => running.seen.panics.push(report),
                None => self.print("stderr", &report),
            },
            Event::Waiting => {
                self.drain();
                let mut lines = Vec::new();
                if let Some(running) = &mut self.running {
                    running.seen.last_error =
                        running.seen.failed.then(|| self.output.take_last_error()).flatten();
                    lines.append(&mut running.seen.for_evcxr);
                }
                lines.push("EVCXR_EXECUTION_COMPLETE".to_owned());
                if let Some(cells) = &mut self.cells {
                    lines.iter().for_each(|line| cells.tell_evcxr(line));
                }
            }
            Event::Gone => {
                self.drain();
                // evcxr sees the end now, and starts another process.
                self.cells = None;
                self.hidden = 0;
                self.defined.clear();
                if self.running.is_none() {
                    self.next();
                }
            }
        }
    }

    /// Takes all that the process has printed by now.
    fn drain(&mut self) {
        let Some(cells) = &mut self.cells else { return };
        let [stdout, stderr] = cells.drain();
        let mut words = self.reader.read(&stdout);
        words.extend(self.reader.rest());
        self.take(words);
        self.print("stderr", &String::from_utf8_lossy(&stderr));
    }

    fn take(&mut self, words: Vec<Word>) {
        for word in words {
            match word {
                Word::Text(text) => self.print("stdout", &text),
                Word::Content { mime, place, body } => {
                    let messages = self.output.show(Display::new(place, mime, body));
                    self.publish(messages);
                }
                Word::Input => self.print(
                    "stderr",
                    "A cell cannot ask for input here: it reads the end of input at once.\n",
                ),
                Word::Complete => {
                    // With turns, the kernel itself says when all is done.
                    if let Some(cells) = self.cells.as_mut().filter(|cells| !cells.takes_turns()) {
                        cells.tell_evcxr("EVCXR_EXECUTION_COMPLETE");
                    }
                }
                Word::Panicked => {
                    self.note("EVCXR_PANIC_NOTIFICATION", |seen| seen.panicked = true)
                }
                Word::Failed => self.note("EVCXR_ERROR_OCCURRED", |seen| seen.failed = true),
                Word::Changed(line) => self.note(&line, |_| {}),
            }
        }
    }

    /// Keeps what evcxr must hear at the end of the cell.
    fn note(&mut self, line: &str, change: impl FnOnce(&mut Seen)) {
        if let Some(running) = &mut self.running {
            change(&mut running.seen);
            running.seen.for_evcxr.push(line.to_owned());
        }
    }

    fn print(&mut self, stream: &'static str, text: &str) {
        if let Some(running) = self.running.as_mut().filter(|_| stream == "stderr") {
            running.seen.add_to_tail(text);
        }
        let messages = self.output.print(stream, text);
        self.publish(messages);
    }

    fn publish(&self, messages: Vec<Message>) {
        for (kind, content) in messages {
            self.jupyter.publish(self.last.as_ref(), kind, content);
        }
    }

    fn finish_if_done(&mut self) {
        let done = |running: &mut Running| {
            let late = |(_, at): &(Value, Instant)| running.idle || at.elapsed() >= PATIENCE;
            running.reply.as_ref().is_some_and(late)
        };
        let Some(mut running) = self.running.take_if(done) else { return };
        let Some((reply, _)) = running.reply.take() else { return };
        match running.work {
            Work::Hidden => {
                for problem in &running.seen.errors {
                    eprintln!("A cell's process could not be attached: {}", problem.evalue);
                    // Cells run all the same, with evcxr's own outputs.
                    self.hidden = HIDDEN.len();
                }
                if self.hidden == HIDDEN.len() {
                    self.jupyter.status(None, "idle");
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
        self.next();
    }

    /// evcxr's report is poorer where a cell has letters beyond ASCII in its texts. Without them,
    /// and so that it never runs, the cell is compiled again for a better one.
    fn ask_again(&self, request: &JupyterMessage, seen: &mut Seen) -> Option<String> {
        let Content::ExecuteRequest(asked) = &request.content else { return None };
        let State::Ready(evcxr) = &self.kernel else { return None };
        let again =
            (seen.may_be_better() && !seen.interrupted).then(|| cell::placeholders(&asked.code));
        let again = again.flatten()?;
        let id = evcxr.ask("execute_request", execute(&again));
        seen.asked_again(again);
        Some(id)
    }

    fn finish_cell(&mut self, request: &JupyterMessage, seen: Seen, reply: &Value) {
        let Content::ExecuteRequest(asked) = &request.content else { return };
        let messages = self.output.end(self.count);
        self.publish(messages);
        let was_defined = |name: &str| self.defined.contains(name);
        let verdict = seen.verdict(&asked.code, reply["status"] == "ok", &was_defined);
        for stray in verdict.caught {
            let text = json!({"name": "stderr", "text": stray});
            self.jupyter.publish(Some(request), "stream", text);
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

    fn evcxr_has_ended(&mut self) {
        if let Some(Running { work: Work::Cell(request), .. }) = self.running.take() {
            self.refuse(&request, &Problem::kernel_has_ended());
        }
    }
}

impl Running {
    fn new(work: Work, id: String) -> Self {
        Self { work, id, begun: Instant::now(), reply: None, idle: false, seen: Seen::default() }
    }
}

type Begun = (Evcxr, UnboundedReceiver<Said>, tokio::net::UnixListener);

/// Starts evcxr, and listens for the process of the cells.
fn begin(kernel: Kernel) -> anyhow::Result<Begun> {
    let listener =
        UnixListener::bind(&kernel.socket).context("no socket in the kernel's folder")?;
    listener.set_nonblocking(true)?;
    let listener = tokio::net::UnixListener::from_std(listener)?;
    let (evcxr, said) = Evcxr::start(kernel.command, kernel.connection)?;
    Ok((evcxr, said, listener))
}

fn has_ended(process: &OwnedFd) -> bool {
    let mut look = [PollFd::new(process, PollFlags::IN)];
    poll(&mut look, Some(&Timespec::default())).is_ok_and(|ended| ended > 0)
}

async fn next_of(cells: &mut Option<Cells>) -> Event {
    match cells {
        Some(cells) => cells.next().await,
        None => std::future::pending().await,
    }
}

fn content(message: &JupyterMessage) -> Value {
    serde_json::to_value(&message.content).unwrap_or_default()
}

fn execute(code: &str) -> Value {
    json!({"code": code, "silent": false, "store_history": true, "user_expressions": {},
        "allow_stdin": false, "stop_on_error": true})
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
