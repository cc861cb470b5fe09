//! The ports that Jupyter knows, relayed to those that evcxr listens on.
//!
//! evcxr 0.22 does not survive clients that come and go: when one disconnects while
//! another connects, its ZeroMQ library waits for itself for ever and the notebook hangs;
//! and a reply to a client that has just left ends its control channel. JupyterLab opens
//! and closes such connections while a kernel starts and when a page is loaded again. So
//! a client's end is not passed on: to evcxr every client stays, silent.

use std::fs;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;

const PORTS: [&str; 5] = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"];

/// Where evcxr itself listens.
const HERE: &str = "127.0.0.1";

/// How long a port may still be held by the kernel before, and evcxr may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Enough for a thread that only copies.
const STACK: usize = 128 * 1024;

/// Writes a connection file with ports for evcxr alone into a kernel's folder.
pub fn prepare(public: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let mut connection = read(public)?;
    let free = PORTS.map(|_| TcpListener::bind((HERE, 0)));
    for (name, listener) in PORTS.iter().zip(free) {
        connection[*name] = listener?.local_addr()?.port().into();
    }
    connection["ip"] = HERE.into();
    let path = private(folder);
    let file = fs::File::options().write(true).create_new(true).mode(0o600).open(&path)?;
    serde_json::to_writer(file, &connection)?;
    Ok(path)
}

/// Serves the ports of `public`, on threads of their own, for the kernel of `folder`.
pub fn serve(public: &Path, folder: &Path) -> anyhow::Result<()> {
    let (outside, inside) = (read(public)?, read(&private(folder))?);
    for name in PORTS {
        let (listener, kernel) = (listen(&outside, name)?, port(&inside, name)?);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let builder = thread::Builder::new().stack_size(STACK);
                // Without a thread the client is dropped; it will try again.
                let _ = builder.spawn(move || connect(client, kernel));
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

fn port(connection: &Value, name: &str) -> anyhow::Result<u16> {
    let port = connection[name].as_u64().and_then(|port| port.try_into().ok());
    port.with_context(|| format!("the connection file has no {name}"))
}

fn listen(connection: &Value, name: &str) -> anyhow::Result<TcpListener> {
    let ip = connection["ip"].as_str().context("the connection file has no ip")?;
    let address = (if ip == "*" { "0.0.0.0" } else { ip }, port(connection, name)?);
    patiently(|| TcpListener::bind(address))
        .with_context(|| format!("cannot listen on {}:{}", address.0, address.1))
}

/// Copies in both directions until the kernel ends.
fn connect(client: TcpStream, port: u16) -> io::Result<()> {
    let kernel = patiently(|| TcpStream::connect((HERE, port)))?;
    // Small messages wait for nothing.
    client.set_nodelay(true)?;
    kernel.set_nodelay(true)?;
    let (mut from_client, mut to_kernel) = (client.try_clone()?, kernel.try_clone()?);
    thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || io::copy(&mut from_client, &mut to_kernel))?;
    let (mut client, mut kernel) = (client, kernel);
    if io::copy(&mut kernel, &mut client).is_err() {
        // The client is gone. What the kernel still has to say to it is read all the same.
        io::copy(&mut kernel, &mut io::sink())?;
    }
    client.shutdown(Shutdown::Both)
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
