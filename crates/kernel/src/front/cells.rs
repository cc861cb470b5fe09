//! The process of the cells: what stands between it and evcxr. Its own part is the crate
//! `kernel-inside`.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as Socket;
use std::time::Duration;

use anyhow::Context;
use kernel_inside::handover;
use rustix::pipe::{PipeFlags, pipe_with};
use tokio::io::BufReader;
use tokio::net::UnixStream;
use tokio::net::unix::pipe::Receiver;

use super::control::{Control, Told};
use super::{children, lines};

/// Enough for what a full pipe holds.
const CHUNK: usize = 64 * 1024;

/// How long a process may take to hand over its pipes once it has begun to.
const PATIENCE: Duration = Duration::from_millis(200);

/// What comes from the process.
#[derive(Debug)]
pub enum Event {
    /// Some of stdout.
    Stdout(Vec<u8>),
    /// Some of stderr.
    Stderr(Vec<u8>),
    /// A command of evcxr was passed on: a cell runs.
    Begun,
    /// The command is done, and all that it printed is in the pipes.
    Waiting,
    /// Its main thread panicked.
    Panicked(String),
    /// The process has ended.
    Gone,
}

/// The pipes of one process.
pub struct Cells {
    /// The id of the process.
    pub process: i32,
    stdout: Option<Receiver>,
    stderr: Option<Receiver>,
    /// Once the process takes turns.
    control: Option<UnixStream>,
    /// What came over it.
    said: Control,
    from_evcxr: Option<BufReader<Receiver>>,
    /// What evcxr has written of a line that is not whole yet.
    command: Vec<u8>,
    to_evcxr: File,
    /// Kept open: its end is the end of evcxr's own reader.
    _evcxr_stderr: OwnedFd,
    commands: Option<File>,
    /// The command that is a turn.
    turn: Option<String>,
    /// What the process is told before its next cell.
    told: String,
}

impl Cells {
    /// Takes over the pipes of the process at the other end.
    pub fn take_over(socket: &Socket) -> anyhow::Result<Self> {
        socket.set_nonblocking(false)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let process = rustix::net::sockopt::socket_peercred(socket)?.pid.as_raw_pid();
        let [from_evcxr, to_evcxr, evcxr_stderr] = handover::receive(socket)?;
        let [commands, stdout, stderr] = [(); 3].map(|()| pipe_with(PipeFlags::CLOEXEC));
        let ((commands, send), (stdout, write), (stderr, write_too)) =
            (commands?, stdout?, stderr?);
        handover::send(socket, [&commands, &write, &write_too])?;
        let receiver = |pipe| Receiver::from_owned_fd(pipe).context("a pipe");
        Ok(Self {
            process,
            stdout: Some(receiver(stdout)?),
            stderr: Some(receiver(stderr)?),
            control: None,
            said: Control::default(),
            from_evcxr: Some(BufReader::new(receiver(from_evcxr)?)),
            command: Vec::new(),
            to_evcxr: File::from(to_evcxr),
            _evcxr_stderr: evcxr_stderr,
            commands: Some(File::from(send)),
            turn: None,
            told: String::new(),
        })
    }

    /// Listens to the process, which begins to take turns; a new process is given back.
    pub fn listen(&mut self, socket: Socket) -> Result<(), Socket> {
        let peer = rustix::net::sockopt::socket_peercred(&socket);
        if self.control.is_some() || !peer.is_ok_and(|peer| peer.pid.as_raw_pid() == self.process) {
            return Err(socket);
        }
        let made = socket.set_nonblocking(true).and_then(|()| UnixStream::from_std(socket));
        self.control = made.ok();
        Ok(())
    }

    /// Whether it is the process at the other end, or one that it has started.
    pub fn is_above(&self, socket: &Socket) -> bool {
        let peer = rustix::net::sockopt::socket_peercred(socket);
        peer.is_ok_and(|peer| children::is_below(peer.pid.as_raw_pid(), self.process))
    }

    /// Whether the process is between two turns: then all that it prints passes here in order.
    pub fn takes_turns(&self) -> bool {
        self.turn.is_some()
    }

    /// Has these words told to the process before its next cell.
    pub fn tell(&mut self, words: &str) {
        self.told.push_str(words);
    }

    /// Tells evcxr what it must hear of the process.
    pub fn tell_evcxr(&mut self, line: &str) {
        // If it is gone, nobody misses it.
        let _ = writeln!(self.to_evcxr, "{line}");
    }

    /// What comes next. Nothing is lost if this is not waited for to the end.
    pub async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.told() {
                return event;
            }
            tokio::select! {
                bytes = some(&mut self.stdout) => return Event::Stdout(bytes),
                bytes = some(&mut self.stderr) => return Event::Stderr(bytes),
                more = line_of(&mut self.from_evcxr, &mut self.command) => {
                    if !more {
                        // evcxr wants the process to end.
                        self.from_evcxr = None;
                        self.commands = None;
                    } else if self.pass_on() {
                        return Event::Begun;
                    }
                }
                said = said_by(&mut self.control) => {
                    if said.is_empty() {
                        return Event::Gone;
                    }
                    self.said.hear(&said);
                }
            }
        }
    }

    /// What was told by now. A process that tells something else has ended for the kernel, and so
    /// it ends: it could not be told from one that waits for ever.
    fn told(&mut self) -> Option<Event> {
        match self.said.told() {
            Ok(told) => told.map(|told| match told {
                Told::Waiting => Event::Waiting,
                Told::Panicked(report) => Event::Panicked(report),
            }),
            Err(reason) => {
                eprintln!("The process of the cells was ended, for it told the kernel {reason:#}");
                children::end(self.process, &[]);
                (self.control, self.said) = (None, Control::default());
                Some(Event::Gone)
            }
        }
    }

    /// What is in the pipes by now: stdout and stderr.
    pub fn drain(&mut self) -> [Vec<u8>; 2] {
        [&self.stdout, &self.stderr].map(|pipe| {
            let mut all = Vec::new();
            let mut chunk = vec![0; CHUNK];
            // Other threads may print on and on.
            while let Some(pipe) = pipe.as_ref().filter(|_| all.len() < 2 * CHUNK) {
                match pipe.try_read(&mut chunk) {
                    Ok(length) if length > 0 => all.extend_from_slice(&chunk[..length]),
                    _ => break,
                }
            }
            all
        })
    }

    /// Hands a command to the process; true if it is a cell.
    fn pass_on(&mut self) -> bool {
        let line = lines::take(&mut self.command);
        let Some(commands) = &mut self.commands else { return false };
        // An answer to a question is none: the cell has read the end of input.
        if !line.starts_with("LOAD_AND_RUN ") {
            return false;
        }
        let text = match &self.turn {
            Some(turn) => format!("{}{turn}\n{line}\n{turn}\n\n", std::mem::take(&mut self.told)),
            None => format!("{line}\n"),
        };
        self.turn.get_or_insert(line);
        // If it is gone, the control socket says so.
        let _ = commands.write_all(text.as_bytes());
        true
    }
}

/// Some bytes of a pipe; waits for ever once it has ended.
async fn some(pipe: &mut Option<Receiver>) -> Vec<u8> {
    let mut chunk = vec![0; CHUNK];
    while let Some(open) = pipe {
        let read = match open.readable().await {
            Ok(()) => open.try_read(&mut chunk),
            Err(error) => Err(error),
        };
        match read {
            Ok(length) if length > 0 => {
                chunk.truncate(length);
                return chunk;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            _ => *pipe = None,
        }
    }
    std::future::pending().await
}

/// Some bytes of the process's own socket; none at its end.
async fn said_by(control: &mut Option<UnixStream>) -> Vec<u8> {
    let Some(control) = control else { return std::future::pending().await };
    let mut chunk = vec![0; 1024];
    while control.readable().await.is_ok() {
        match control.try_read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => {
                chunk.truncate(read.unwrap_or_default());
                return chunk;
            }
        }
    }
    Vec::new()
}

async fn line_of(lines: &mut Option<BufReader<Receiver>>, line: &mut Vec<u8>) -> bool {
    match lines {
        Some(reader) => lines::read(reader, line).await,
        None => std::future::pending().await,
    }
}
