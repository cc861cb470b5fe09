//! The five sockets of Jupyter's protocol:
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html>.

#[cfg(test)]
mod nonsense;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use jupyter_protocol::{JupyterMessage, JupyterMessageContent, UnknownMessage};
use jupyter_zmq_client::{Connection, ConnectionInfo};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zeromq::{PubSocket, RepSocket, RouterSocket, Socket, SocketRecv, SocketSend};

use super::doors;

/// How long a port may still be held by the kernel before.
const PATIENCE: Duration = Duration::from_secs(30);

/// What Jupyter asks.
pub enum Request {
    /// In its turn.
    Shell(JupyterMessage),
    /// At once.
    Control(JupyterMessage),
}

/// Where answers go.
pub struct Jupyter {
    shell: UnboundedSender<JupyterMessage>,
    control: UnboundedSender<JupyterMessage>,
    iopub: UnboundedSender<JupyterMessage>,
    /// How many bytes were published, apart from what each message has around it.
    published: Arc<AtomicUsize>,
}

/// The sockets, before it is known where they are. What is said meanwhile is kept.
pub struct Closed {
    shell: UnboundedReceiver<JupyterMessage>,
    control: UnboundedReceiver<JupyterMessage>,
    iopub: UnboundedReceiver<JupyterMessage>,
    requests: UnboundedSender<Request>,
    published: Arc<AtomicUsize>,
}

impl Closed {
    /// Takes requests of the shell channel that have come before.
    pub fn take(&self, asked: Vec<JupyterMessage>) {
        asked.into_iter().for_each(|request| drop(self.requests.send(Request::Shell(request))));
    }

    /// Listens where `public` says. Sockets of `folder` stand behind the ports; without one,
    /// whoever knows the key comes in.
    pub async fn open(self, public: &ConnectionInfo, folder: Option<&Path>) -> anyhow::Result<()> {
        let doors = folder.map(|folder| (folder, doors::room()));
        let doors = doors.as_ref();
        let session = uuid::Uuid::new_v4().to_string();
        let mut routers = Vec::new();
        for (name, port) in [
            ("shell", public.shell_port),
            ("control", public.control_port),
            ("stdin", public.stdin_port),
        ] {
            let mut socket = RouterSocket::new();
            bind(&mut socket, public, name, port, doors, &Arc::default()).await?;
            routers.push(Connection::new(socket, &public.key, &session));
        }
        let mut iopub = PubSocket::new();
        bind(&mut iopub, public, "iopub", public.iopub_port, doors, &self.published).await?;
        let mut heartbeat = RepSocket::new();
        bind(&mut heartbeat, public, "hb", public.hb_port, doors, &Arc::default()).await?;

        for (connection, (wrap, answers)) in routers.into_iter().zip([
            (Some(Request::Shell as fn(_) -> _), Some(self.shell)),
            (Some(Request::Control), Some(self.control)),
            (None, None),
        ]) {
            let (send, mut receive) = connection.split();
            let sender = self.requests.clone();
            tokio::spawn(async move {
                loop {
                    // What is not signed by whoever started the kernel, or is not Jupyter's, is
                    // as if it had never come.
                    let message = receive.read().await.ok();
                    if let Some((message, wrap)) = message.zip(wrap) {
                        let _ = sender.send(wrap(message));
                    }
                }
            });
            if let Some(answers) = answers {
                keep_sending(answers, send);
            }
        }
        tokio::spawn(async move {
            loop {
                if let Ok(message) = heartbeat.recv().await {
                    let _ = heartbeat.send(message).await;
                }
            }
        });
        keep_sending(self.iopub, Connection::new(iopub, &public.key, &session));
        Ok(())
    }
}

#[cfg(test)]
impl Closed {
    /// The answers by now, then what was published by now, each in order.
    pub fn sent(&mut self) -> [Vec<JupyterMessage>; 2] {
        let all =
            |from: &mut UnboundedReceiver<_>| std::iter::from_fn(|| from.try_recv().ok()).collect();
        let mut answers: Vec<_> = all(&mut self.shell);
        answers.extend::<Vec<_>>(all(&mut self.control));
        [answers, all(&mut self.iopub)]
    }
}

impl Jupyter {
    /// Where answers go, and where requests come from, once the sockets are opened.
    pub fn new() -> (Self, UnboundedReceiver<Request>, Closed) {
        let (shell, shell_answers) = unbounded_channel();
        let (control, control_answers) = unbounded_channel();
        let (iopub, outputs) = unbounded_channel();
        let (sender, requests) = unbounded_channel();
        let published = Arc::default();
        let closed = Closed {
            shell: shell_answers,
            control: control_answers,
            iopub: outputs,
            requests: sender,
            published: Arc::clone(&published),
        };
        (Self { shell, control, iopub, published }, requests, closed)
    }

    /// Answers a request of the shell channel.
    pub fn reply(&self, request: &JupyterMessage, content: Value) {
        let _ = self.shell.send(reply(request, content));
    }

    /// Answers a request of the control channel.
    pub fn reply_at_once(&self, request: &JupyterMessage, content: Value) {
        let _ = self.control.send(reply(request, content));
    }

    /// Tells all clients.
    pub fn publish(&self, parent: Option<&JupyterMessage>, kind: &str, content: Value) {
        self.published.fetch_add(length(&content), Ordering::Relaxed);
        let mut message = message(kind, content, parent);
        message.zmq_identities = vec![format!("kernel.{kind}").into_bytes().into()];
        let _ = self.iopub.send(message);
    }

    /// Tells all clients that a request is begun, or done.
    pub fn status(&self, parent: Option<&JupyterMessage>, state: &str) {
        self.publish(parent, "status", serde_json::json!({ "execution_state": state }));
    }
}

/// A message, as an answer to another.
pub fn message(kind: &str, content: Value, parent: Option<&JupyterMessage>) -> JupyterMessage {
    let content = UnknownMessage { msg_type: kind.to_owned(), content };
    let mut message = JupyterMessage::new(JupyterMessageContent::UnknownMessage(content), parent);
    "kernel".clone_into(&mut message.header.username);
    "5.4".clone_into(&mut message.header.version);
    message
}

/// The bytes of all texts in a value.
fn length(content: &Value) -> usize {
    match content {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(length).sum(),
        Value::Object(fields) => fields.values().map(length).sum(),
        _ => 0,
    }
}

fn reply(request: &JupyterMessage, content: Value) -> JupyterMessage {
    message(&request.header.msg_type.replace("_request", "_reply"), content, Some(request))
}

/// Sends what comes, in order. Who has left hears nothing.
fn keep_sending<S: SocketSend + Send + 'static>(
    mut messages: UnboundedReceiver<JupyterMessage>,
    mut connection: Connection<S>,
) {
    tokio::spawn(async move {
        while let Some(message) = messages.recv().await {
            let _ = connection.send(message).await;
        }
    });
}

async fn bind(
    socket: &mut impl Socket,
    public: &ConnectionInfo,
    name: &str,
    port: u16,
    doors: Option<&(&Path, Arc<Semaphore>)>,
    published: &Arc<AtomicUsize>,
) -> anyhow::Result<()> {
    let ip = if public.ip == "*" { "0.0.0.0" } else { &public.ip };
    let begun = Instant::now();
    let listener = loop {
        match TcpListener::bind((ip, port)).await {
            Ok(listener) => break listener,
            Err(_) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot listen on {ip}:{port}"));
            }
        }
    };
    if let Some((folder, room)) = doors {
        let inside = folder.join(name);
        socket.bind(&format!("ipc://{}", inside.display())).await?;
        doors::open(listener, inside, Arc::clone(room), Arc::clone(published));
    } else {
        socket.bind_listener(listener.into_std()?).await?;
    }
    Ok(())
}
