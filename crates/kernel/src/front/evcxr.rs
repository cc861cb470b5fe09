//! evcxr, and the one client that it has.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::{Connection, ConnectionInfo};
use serde_json::{Value, json};
use tokio::io::BufReader;
use tokio::process::Command;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zeromq::{DealerSocket, Socket, SubSocket};

use super::lines;
use super::shut::shut;
use super::sockets::message;
use crate::folder::Folder;

/// How many of its last words are kept.
const LAST_WORDS: usize = 30;
/// How long evcxr may take to end after the connection to it.
const END: Duration = Duration::from_secs(2);

/// What evcxr says.
pub enum Said {
    /// It answers requests from now on.
    Ready,
    /// A reply to a request.
    Reply(JupyterMessage),
    /// Something for all clients.
    Output(JupyterMessage),
    /// A line on its own stderr.
    Line(String),
    /// It has ended.
    Ended(Option<ExitStatus>, String),
}

/// A running evcxr; it ends with this value.
pub struct Evcxr {
    requests: UnboundedSender<JupyterMessage>,
    /// The id of its process.
    pub process: i32,
}

impl Evcxr {
    /// Starts it. It and what it starts hold the folder; what this process starts later does not.
    /// What it says comes from the receiver.
    pub fn start(
        mut command: Command,
        connection: ConnectionInfo,
        folder: &Folder,
    ) -> anyhow::Result<(Self, UnboundedReceiver<Said>)> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        folder.share(true)?;
        let mut child = command.spawn().context("cannot start evcxr_jupyter")?;
        folder.share(false)?;
        let process = child.id().context("evcxr_jupyter has ended")?.try_into()?;
        folder.note_evcxr(process)?;
        // Where memory runs out the system ends one that counts more: not this program, which can
        // say what has happened, and not the Jupyter server. Those that it starts count the same.
        let _ = std::fs::write(format!("/proc/{process}/oom_score_adj"), "300");
        let (sender, said) = unbounded_channel();
        let (requests, receiver) = unbounded_channel();

        let stderr = child.stderr.take().context("the pipe was asked for")?;
        let ended = sender.clone();
        let client = tokio::spawn(async move {
            if let Err(reason) = talk(process, &connection, receiver, sender.clone()).await {
                // Mostly it is ending, and what it said itself tells why; this is then not sent.
                tokio::time::sleep(END).await;
                let _ = sender.send(Said::Ended(None, format!("{reason:#}")));
            }
        });
        tokio::spawn(async move {
            let (mut stderr, mut line) = (BufReader::new(stderr), Vec::new());
            let mut last = std::collections::VecDeque::new();
            while lines::read(&mut stderr, &mut line).await {
                let line = lines::take(&mut line);
                last.push_back(line.clone());
                if last.len() > LAST_WORDS {
                    last.pop_front();
                }
                let _ = ended.send(Said::Line(line));
            }
            let status = child.wait().await.ok();
            client.abort();
            let last = last.into_iter().collect::<Vec<_>>().join("\n");
            let _ = ended.send(Said::Ended(status, last));
        });
        Ok((Self { requests, process }, said))
    }

    /// One that is played: what it is asked for comes from the receiver, and no process is there.
    #[cfg(test)]
    pub fn played() -> (Self, UnboundedReceiver<JupyterMessage>) {
        let (requests, receiver) = unbounded_channel();
        (Self { requests, process: i32::MAX }, receiver)
    }

    /// Asks for something and returns the id of the request.
    pub fn ask(&self, kind: &str, content: Value) -> String {
        let request = message(kind, content, None);
        let id = request.header.msg_id.clone();
        let _ = self.requests.send(request);
        id
    }
}

/// Connects, and carries messages both ways.
async fn talk(
    process: i32,
    connection: &ConnectionInfo,
    mut requests: UnboundedReceiver<JupyterMessage>,
    said: UnboundedSender<Said>,
) -> anyhow::Result<()> {
    let session = uuid::Uuid::new_v4().to_string();
    let mut iopub = SubSocket::new();
    connect(&mut iopub, &connection.iopub_url()).await?;
    iopub.subscribe("").await?;
    let mut shell = DealerSocket::new();
    connect(&mut shell, &connection.shell_url()).await?;
    let mut iopub = Connection::new(iopub, &connection.key, &session);
    let (mut send, mut receive) = Connection::new(shell, &connection.key, &session).split();

    send.send(message("kernel_info_request", json!({}), None)).await?;
    receive.read().await?;
    if let Err(reason) = shut(process, connection) {
        // The key keeps strangers from asking evcxr for anything; its outputs they may read.
        eprintln!("evcxr's ports stay open to other users of this machine: {reason:#}");
    }
    let _ = said.send(Said::Ready);
    let outputs = said.clone();
    tokio::spawn(async move {
        while let Ok(message) = iopub.read().await {
            let _ = outputs.send(Said::Output(message));
        }
    });
    loop {
        tokio::select! {
            request = requests.recv() => match request {
                Some(request) => send.send(request).await?,
                None => return Ok(()),
            },
            reply = receive.read() => {
                let _ = said.send(Said::Reply(reply?));
            }
        }
    }
}

/// evcxr listens a moment after it was started.
async fn connect(socket: &mut impl Socket, url: &str) -> anyhow::Result<()> {
    for _ in 0..1500 {
        if socket.connect(url).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("evcxr does not listen on {url}")
}
