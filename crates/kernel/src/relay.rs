//! The ports that Jupyter knows, relayed to those that evcxr listens on.
//!
//! evcxr 0.22 does not survive clients that come and go: when one disconnects while
//! another connects, its ZeroMQ library waits for itself for ever and the notebook hangs;
//! and a reply to a client that has just left ends its control channel. JupyterLab opens
//! and closes such connections while a kernel starts and when a page is loaded again. So
//! a client's end is not passed on: to evcxr every client stays, silent.
//!
//! All bytes pass as they come, but for two kinds of messages: see [`super::edit_messages`].

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::edit_messages::Inspector;
use super::zmtp::Stream;

const PORTS: [&str; 5] = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"];

/// How long a port may still be held by the kernel before, and evcxr may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Enough for a thread that only copies.
const STACK: usize = 128 * 1024;

/// Enough for one that also reads JSON, nested as deeply as the parser allows.
const READER_STACK: usize = 1024 * 1024;

fn stack(inspector: Option<&Inspector>) -> usize {
    if inspector.is_some() { READER_STACK } else { STACK }
}

/// Writes a connection file with ports for evcxr alone into a kernel's folder.
pub fn prepare(public: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let mut connection = read(public)?;
    let address = own_address();
    let free = PORTS.map(|_| TcpListener::bind((address, 0)));
    for (name, listener) in PORTS.iter().zip(free) {
        connection[*name] = listener?.local_addr()?.port().into();
    }
    connection["ip"] = address.to_string().into();
    let path = private(folder);
    let file = fs::File::options().write(true).create_new(true).mode(0o600).open(&path)?;
    serde_json::to_writer(file, &connection)?;
    Ok(path)
}

/// An address of this machine that no other kernel uses, where the system has more than one.
///
/// A free port is found by listening on it for a moment. Until evcxr does so, any program
/// may take it on the one address that all use, be it for a connection that it opens.
fn own_address() -> Ipv4Addr {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    // From 127.64.0.0 on: above what systems use themselves.
    let own = Ipv4Addr::new(127, 64 | high, middle, low);
    if TcpListener::bind((own, 0)).is_ok() { own } else { Ipv4Addr::LOCALHOST }
}

/// Serves the ports of `public`, on threads of their own, for the kernel of `folder`.
pub fn serve(public: &Path, folder: &Path) -> anyhow::Result<()> {
    let (outside, inside) = (read(public)?, read(&private(folder))?);
    for name in PORTS {
        let (listener, kernel) = (listen(&outside, name)?, address(&inside, name)?);
        let inspector = (name == "shell_port").then(|| Inspector::new(&inside));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let builder = thread::Builder::new().stack_size(stack(inspector.as_ref()));
                let inspector = inspector.clone();
                // Without a thread the client is dropped; it will try again.
                let _ = builder.spawn(move || connect(client, kernel, inspector.as_ref()));
            }
        });
    }
    Ok(())
}

fn private(folder: &Path) -> PathBuf {
    folder.join("connection.json")
}

fn read(path: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the connection file {}", path.display()))?;
    let connection: Value = serde_json::from_str(&text)?;
    ensure!(connection["transport"] == "tcp", "the kernel needs Jupyter's transport `tcp`");
    Ok(connection)
}

fn address(connection: &Value, name: &str) -> anyhow::Result<SocketAddr> {
    let ip = connection["ip"].as_str().context("the connection file has no ip")?;
    let ip = if ip == "*" { "0.0.0.0" } else { ip };
    let port = connection[name].as_u64().and_then(|port| port.try_into().ok());
    let port: u16 = port.with_context(|| format!("the connection file has no {name}"))?;
    let found = (ip, port).to_socket_addrs()?.next();
    found.with_context(|| format!("{ip} is no address"))
}

fn listen(connection: &Value, name: &str) -> anyhow::Result<TcpListener> {
    let address = address(connection, name)?;
    patiently(|| TcpListener::bind(address)).with_context(|| format!("cannot listen on {address}"))
}

/// Copies in both directions until the kernel ends.
fn connect(client: TcpStream, kernel: SocketAddr, inspector: Option<&Inspector>) -> io::Result<()> {
    let kernel = patiently(|| TcpStream::connect(kernel))?;
    // Small messages wait for nothing.
    client.set_nodelay(true)?;
    kernel.set_nodelay(true)?;
    let (from_client, to_kernel) = (client.try_clone()?, kernel.try_clone()?);
    let requests = inspector.cloned();
    thread::Builder::new()
        .stack_size(stack(inspector))
        .spawn(move || copy(requests.as_ref(), from_client, to_kernel))?;
    if copy(inspector, &kernel, &client).is_err() {
        // The client is gone. What the kernel still has to say to it is read all the same.
        io::copy(&mut &kernel, &mut io::sink())?;
    }
    client.shutdown(Shutdown::Both)
}

/// Copies to the end. On its way an inspector may change a message.
fn copy(inspector: Option<&Inspector>, mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    let Some(inspector) = inspector else { return io::copy(&mut from, &mut to).map(drop) };
    let mut stream = Stream::new(|frames: &[&[u8]]| inspector.judge(frames));
    let mut buffer = vec![0; 16 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return to.write_all(&stream.rest()),
            Ok(length) => to.write_all(&stream.pass(&buffer[..length]))?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return to.write_all(&stream.rest()).and(Err(error)),
        }
    }
}

fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(_) if begun.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(20)),
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of a connection, with a question of which this is the content.
    fn asking(content: &str) -> Vec<u8> {
        let header = br#"{"msg_type": "inspect_request"}"#;
        let parts = [b"<IDS|MSG>", &b""[..], header, b"{}", b"{}", content.as_bytes()];
        let mut sent = [&b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\x01NULL"[..], &[0; 48]].concat();
        for (number, part) in parts.iter().enumerate() {
            sent.push(if number + 1 < parts.len() { 3 } else { 2 });
            sent.extend((part.len() as u64).to_be_bytes());
            sent.extend_from_slice(part);
        }
        sent
    }

    fn relayed(mut sent: &[u8]) -> Vec<u8> {
        let mut received = Vec::new();
        copy(Some(&Inspector::new(&Value::Null)), &mut sent, &mut received).expect("memory");
        received
    }

    #[test]
    fn a_client_that_leaves_while_it_asks_loses_nothing() {
        let sent = asking(r#"{"code": "fib(1)", "cursor_pos": 5}"#);
        for end in 0..sent.len() {
            assert_eq!(relayed(&sent[..end]), sent[..end]);
        }
        assert_ne!(relayed(&sent), sent);
    }

    #[test]
    fn json_of_any_depth_fits_on_the_stack() {
        for depth in [100, 127, 128, 10_000] {
            let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
            let content =
                format!(r#"{{"deep": {open}{close}, "code": "fib(1)", "cursor_pos": 5}}"#);
            let reader = thread::Builder::new().stack_size(READER_STACK).spawn(move || {
                let sent = asking(&content);
                relayed(&sent) == sent
            });
            let same = reader.expect("a thread").join().expect("no panic");
            assert_eq!(same, depth > 127, "depth {depth}");
        }
    }
}
