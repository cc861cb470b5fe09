//! One notebook's conversation with its kernel: what is asked, in which order it is answered,
//! and what becomes of a cell.

mod answers;
mod outputs;
mod requests;
mod verdict;

use std::collections::{BTreeSet, VecDeque};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use anyhow::Context;
use jupyter_protocol::JupyterMessage;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use super::Kernel;
use super::cells::{Cells, Event};
use super::children;
use super::evcxr::{Evcxr, Said};
use super::output::Output;
use super::sockets::{Jupyter, Request};
use super::words::Reader;
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
    /// evcxr does not answer yet, or is not even there.
    Starting(Option<Evcxr>),
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
            kernel: State::Starting(None),
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
                    match prepared.context("the preparation panicked").and_then(|kernel| kernel).and_then(start_evcxr) {
                        Ok((evcxr, answers, sockets)) => {
                            self.kernel = State::Starting(Some(evcxr));
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
                        if matches!(self.kernel, State::Starting(_)) {
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
        if let State::Starting(Some(evcxr)) | State::Ready(evcxr) = &self.kernel {
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
fn start_evcxr(kernel: Kernel) -> anyhow::Result<Begun> {
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

fn execute(code: &str) -> Value {
    json!({"code": code, "silent": false, "store_history": true, "user_expressions": {},
        "allow_stdin": false, "stop_on_error": true})
}
