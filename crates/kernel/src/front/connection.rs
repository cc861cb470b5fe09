//! Connection files: the one that Jupyter wrote, and the one for evcxr.

use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use jupyter_protocol::connection_info::Transport;
use jupyter_zmq_client::ConnectionInfo;

/// Reads the file that Jupyter wrote.
pub fn read(path: &Path) -> anyhow::Result<ConnectionInfo> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the connection file {}", path.display()))?;
    let connection: ConnectionInfo = serde_json::from_str(&text)
        .with_context(|| format!("{} is no connection file", path.display()))?;
    let tcp = matches!(connection.transport, Transport::TCP);
    ensure!(tcp, "the kernel needs Jupyter's transport `tcp`");
    Ok(connection)
}

/// Writes one for evcxr into `folder`: ports on an address of its own, and a key of its own.
pub fn write_private(folder: &Path) -> anyhow::Result<(ConnectionInfo, PathBuf)> {
    let address = own_address();
    let listeners = (0..5).map(|_| TcpListener::bind((address, 0)));
    let listeners = listeners.collect::<Result<Vec<_>, _>>().context("no port is free")?;
    let port = |number: usize| anyhow::Ok(listeners[number].local_addr()?.port());
    let connection = ConnectionInfo {
        transport: Transport::TCP,
        ip: address.to_string(),
        shell_port: port(0)?,
        iopub_port: port(1)?,
        stdin_port: port(2)?,
        control_port: port(3)?,
        hb_port: port(4)?,
        key: random()?,
        signature_scheme: "hmac-sha256".to_owned(),
        kernel_name: None,
    };
    let path = folder.join("connection.json");
    let file = fs::File::options().write(true).create_new(true).mode(0o600).open(&path)?;
    serde_json::to_writer(file, &connection)?;
    Ok((connection, path))
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

/// 128 bits that nobody guesses, as text.
fn random() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evcxrs_key_is_long_and_never_the_same() {
        let folders = [0, 1].map(|_| tempfile::tempdir().expect("a temp folder"));
        let [one, other] = folders.each_ref().map(|folder| {
            let (connection, path) = write_private(folder.path()).expect("written");
            assert_eq!(read(&path).expect("read").key, connection.key);
            connection
        });
        assert_eq!(one.key.len(), 32);
        assert_ne!(one.key, other.key);
        let ports = [one.shell_port, one.iopub_port, one.stdin_port, one.control_port, one.hb_port];
        assert!(ports.iter().all(|port| *port > 0), "{ports:?}");
    }
}
