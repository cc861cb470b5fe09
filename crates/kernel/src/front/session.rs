//! One notebook's conversation with its kernel: what is asked, in which order it is answered,
//! and what becomes of a cell.

mod answers;
mod newcomers;
mod outputs;
mod requests;
#[cfg(test)]
mod schedules;
mod verdict;

use std::collections::{BTreeSet, VecDeque};
use std::os::unix::net::{UnixListener, UnixStream as Socket};
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use anyhow::Context;
use jupyter_protocol::JupyterMessage;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, sleep_until};

use super::cells::{Cells, Event};
use super::children;
use super::evcxr::{Evcxr, Said};
use super::output::Output;
use super::sockets::{Jupyter, Request};
use super::words::Reader;
use super::{Client, Doing, Kernel, Loaded};
use verdict::{Problem, Seen};

/// How long evcxr's last outputs are waited for, once it has replied.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long after its begin a cell may have been sent after an interrupt.
const ARGUABLE: Duration = Duration::from_secs(1);

/// How often the compilers of an interrupted cell are ended, until it is done.
const AGAIN: Duration = Duration::from_millis(50);

/// How long nothing was asked before evcxr is given something to do.
const REST: Duration = Duration::from_millis(500);

/// What connects a new process of cells. evcxr runs it itself at the end of its prelude, which
/// spares a build.
pub const ATTACH: &str = "kernel_inside::attach()?;";

/// The cells that each new process begins with: the second is what it does at each turn. evcxr
/// shows warnings as errors where a cell fails, those of earlier cells' functions, too.
const HIDDEN: [&str; 2] = [ATTACH, "#![allow(warnings)]\nkernel_inside::turn();"];

/// How many processes are tried, one after the other, where they end before they have begun.
const MOST_TRIES: u32 = 3;

/// The state of a kernel.
pub struct Session {
    jupyter: Jupyter,
    requests: UnboundedReceiver<Request>,
    kernel: State,
    /// What others see of it.
    doing: watch::Sender<Doing>,
    /// What each process of cells is told before its first cell.
    told: String,
    queue: VecDeque<JupyterMessage>,
    running: Option<Running>,
    /// The last cell: what a thread of it prints later belongs to it.
    last: Option<JupyterMessage>,
    count: usize,
    output: Output,
    cells: Option<Cells>,
    reader: Reader,
    /// How many of the hidden cells were run in the process that runs now. The first one has run
    /// [one](ATTACH) when evcxr is ready.
    hidden: usize,
    /// How many processes could not be attached since the last one that was.
    tries: u32,
    /// The names of all variables that cells of this process have had.
    defined: BTreeSet<String>,
    /// The file that says which cell runs, once evcxr is there.
    current_cell: PathBuf,
    /// What evcxr has loaded, until a cell clears it.
    loaded: Option<Loaded>,
    /// What is still to be run while nothing is asked.
    idle: Option<String>,
    /// Since when nothing was asked.
    resting_since: Instant,
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
    /// What is run while nothing is asked.
    Idle,
}

impl Session {
    /// One that has not begun.
    pub fn new(
        jupyter: Jupyter,
        requests: UnboundedReceiver<Request>,
        doing: watch::Sender<Doing>,
    ) -> Self {
        Self {
            jupyter,
            requests,
            kernel: State::Starting(None),
            doing,
            told: String::new(),
            queue: VecDeque::new(),
            running: None,
            last: None,
            count: 0,
            output: Output::default(),
            cells: None,
            reader: Reader::default(),
            hidden: 1,
            tries: 0,
            defined: BTreeSet::new(),
            current_cell: PathBuf::new(),
            loaded: None,
            idle: None,
            resting_since: Instant::now(),
            awaited: false,
        }
    }

    /// Answers until the end is asked for.
    pub async fn run(
        mut self,
        kernel: JoinHandle<anyhow::Result<Kernel>>,
        client: impl Future<Output = anyhow::Result<Client>>,
    ) -> anyhow::Result<()> {
        self.jupyter.status(None, "starting");
        tokio::pin!(client);
        let mut gone = None;
        let (_nobody, mut said) = unbounded_channel();
        let (_no_process, mut newcomers) = unbounded_channel();
        let mut kernel = Some(kernel);
        loop {
            let due = self.due();
            let now = self.doing();
            self.doing.send_if_modified(|doing| std::mem::replace(doing, now) != now);
            tokio::select! {
                prepared = async { kernel.as_mut().expect("asked once").await }, if kernel.is_some() => {
                    kernel = None;
                    match prepared.context("the preparation panicked").and_then(|kernel| kernel).and_then(start_evcxr) {
                        Ok(Begun { evcxr, answers, sockets, current_cell, loaded, idle }) => {
                            self.kernel = State::Starting(Some(evcxr));
                            (said, newcomers) = (answers, newcomers::of(sockets));
                            self.current_cell = current_cell;
                            self.loaded = Some(loaded);
                            self.idle = Some(idle).filter(|code| !code.is_empty());
                        }
                        Err(reason) => self.fail(format!("{reason:#}")),
                    }
                }
                client = &mut client, if gone.is_none() => match client {
                    Ok(client) => {
                        self.tell_cells(client.told);
                        gone = Some(client.gone);
                    }
                    Err(reason) => {
                        self.end().await;
                        return Err(reason);
                    }
                },
                () = async { gone.as_mut().expect("asked with a client").await }, if gone.is_some() => {
                    self.end().await;
                    return Ok(());
                }
                Some(request) = self.requests.recv() => match request {
                    Request::Shell(message) => self.asked(message),
                    Request::Control(message) => {
                        if self.asked_at_once(&message) {
                            self.end().await;
                            return Ok(());
                        }
                    }
                },
                Some(word) = said.recv() => {
                    if let Said::Ended(status, words) = word {
                        if matches!(self.kernel, State::Starting(_)) {
                            self.fail(ended_while_starting(status, &words));
                            continue;
                        }
                        self.evcxr_has_ended();
                        self.end().await;
                        return Ok(());
                    }
                    self.heard(word);
                }
                Some(socket) = newcomers.recv() => self.met(socket),
                event = next_of(&mut self.cells) => self.happened(event),
                () = sleep_until(due.into()) => {
                    let messages = self.output.flush();
                    self.publish(messages);
                    if self.is_ending() {
                        self.end_interrupted();
                    }
                    self.finish_if_done();
                    self.use_the_rest();
                }
            }
        }
    }

    /// A process of cells has connected itself.
    fn met(&mut self, socket: Socket) {
        let socket = match &mut self.cells {
            Some(cells) => cells.listen(socket),
            None => Err(socket),
        };
        let Err(socket) = socket else { return };
        // A program that a cell has started may know the socket too. It is not evcxr's.
        let known = self.cells.as_ref().is_some_and(|cells| cells.is_above(&socket));
        if known {
            return;
        }
        match Cells::take_over(&socket) {
            Ok(mut cells) => {
                cells.tell(&self.told);
                (self.cells, self.reader) = (Some(cells), Reader::default());
            }
            Err(reason) => eprintln!("A cell's process could not be attached: {reason:#}"),
        }
    }

    /// Has these words told to the process of the cells, and to those that come after it.
    fn tell_cells(&mut self, words: String) {
        if let Some(cells) = &mut self.cells {
            cells.tell(&words);
        }
        self.told = words;
    }

    fn doing(&self) -> Doing {
        match self.kernel {
            State::Starting(_) => Doing::Starting,
            State::Failed(_) => Doing::Failed,
            State::Ready(_) if self.running.is_none() && self.queue.is_empty() => Doing::Resting,
            State::Ready(_) => Doing::Working,
        }
    }

    /// When something is to be done, if nothing happens before.
    fn due(&self) -> Instant {
        let replied = self.running.as_ref().and_then(|running| running.reply.as_ref());
        let patience = replied.map(|(_, at)| *at + PATIENCE);
        let far = Instant::now() + Duration::from_secs(3600);
        let again = self.is_ending().then(|| Instant::now() + AGAIN);
        let rested = self.idle.as_ref().filter(|_| self.doing() == Doing::Resting);
        let rested = rested.map(|_| self.resting_since + REST);
        self.output
            .due()
            .into_iter()
            .chain(patience)
            .chain(rested)
            .chain(again)
            .min()
            .unwrap_or(far)
    }

    /// Whether a cell was interrupted that is still compiled.
    fn is_ending(&self) -> bool {
        let running = self.running.as_ref();
        let compiled = running.filter(|running| !running.seen.begun && running.reply.is_none());
        self.cells.is_some() && compiled.is_some_and(|running| running.seen.interrupted)
    }

    /// Ends all that was started.
    async fn end(&mut self) {
        // The last messages are on their way.
        sleep(Duration::from_millis(100)).await;
        let own = rustix::process::getpid().as_raw_pid();
        // The process that removes the folder is a child too, in a group of its own.
        if let State::Starting(Some(evcxr)) | State::Ready(evcxr) = &self.kernel {
            children::end(evcxr.process, &[own]);
        }
        // Where evcxr is gone already, it is nobody's child that could be found above.
        if let Some(cells) = &self.cells {
            children::end(cells.process, &[own]);
        }
    }

    fn fail(&mut self, reason: String) {
        eprintln!("This kernel cannot start: {reason}");
        self.kernel = State::Failed(reason);
        self.running = None;
        self.jupyter.status(None, "idle");
        self.next();
    }

    fn evcxr_has_ended(&mut self) {
        if let Some(Running { work: Work::Cell(request), seen, .. }) = self.running.take() {
            self.refuse(&request, &Problem::kernel_has_ended(&seen));
        }
    }
}

impl Running {
    fn new(work: Work, id: String) -> Self {
        Self { work, id, begun: Instant::now(), reply: None, idle: false, seen: Seen::begin() }
    }
}

/// evcxr has begun to start.
struct Begun {
    evcxr: Evcxr,
    answers: UnboundedReceiver<Said>,
    /// Where the process of the cells comes in.
    sockets: tokio::net::UnixListener,
    current_cell: PathBuf,
    loaded: Loaded,
    idle: String,
}

/// Starts evcxr, and listens for the process of the cells.
fn start_evcxr(kernel: Kernel) -> anyhow::Result<Begun> {
    let sockets = UnixListener::bind(&kernel.socket).context("no socket in the kernel's folder")?;
    sockets.set_nonblocking(true)?;
    let sockets = tokio::net::UnixListener::from_std(sockets)?;
    let (evcxr, answers) = Evcxr::start(kernel.command, kernel.connection, &kernel.folder)?;
    let Kernel { current_cell, loaded, idle, .. } = kernel;
    Ok(Begun { evcxr, answers, sockets, current_cell, loaded, idle })
}

fn ended_while_starting(status: Option<ExitStatus>, words: &str) -> String {
    let how = status.map(|status| format!(" ({status})")).unwrap_or_default();
    format!("evcxr has ended{how} before it was ready: restart the kernel\n{words}")
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
