//! The ports that Jupyter knows. Who comes in is led to a socket in the kernel's folder.
//!
//! A kernel's outputs are not secret by the protocol: whoever connects may read them. Here
//! only this user and root come in, as far as the system tells who they are: it does so for
//! processes of this machine.
//!
//! The sockets inside keep a hundred thousand messages for a client that does not read, however
//! long each is. Here it is let go before that is much. If it reads again, it comes in again, as
//! Jupyter's sockets do by themselves. So is one that claims to send more than a message may
//! hold: the sockets inside would set memory aside for it.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Resource, getrlimit, getuid};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::WriteHalf;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::frames::Frames;

/// Enough for what is on its way.
const BUFFER: usize = 16 * 1024;

/// How many bytes are kept for a client that reads none of them.
const MOST_UNREAD: usize = 32 << 20;

/// How long a full table of descriptors is waited for, and a client that does not read.
const PAUSE: Duration = Duration::from_millis(50);

/// Descriptors for all else that the kernel does.
const RESERVED: u64 = 128;

/// Room for as many clients at once as there are descriptors for; others wait at the doors.
pub fn room() -> Arc<Semaphore> {
    let most = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    // Each client takes three: its own, and two of a socket inside.
    let clients = (most.saturating_sub(RESERVED) / 3).clamp(16, 10_000);
    Arc::new(Semaphore::new(clients as usize))
}

/// Leads each client of `listener` to the socket `inside` as long as this program runs.
/// `published` counts the bytes that go out to all of them.
pub fn open(
    listener: TcpListener,
    inside: PathBuf,
    room: Arc<Semaphore>,
    published: Arc<AtomicUsize>,
) {
    tokio::spawn(async move {
        while let Ok(place) = Arc::clone(&room).acquire_owned().await {
            match listener.accept().await {
                Ok((client, address)) => {
                    let (inside, published) = (inside.clone(), Arc::clone(&published));
                    tokio::spawn(async move {
                        let led = lead(client, address, inside, &published).await;
                        drop(place);
                        led
                    });
                }
                // No descriptor is free: some client will leave.
                Err(_) => sleep(PAUSE).await,
            }
        }
    });
}

async fn lead(
    mut client: TcpStream,
    address: SocketAddr,
    inside: PathBuf,
    published: &AtomicUsize,
) -> io::Result<()> {
    if !may_enter(&client, address) {
        return Ok(());
    }
    client.set_nodelay(true)?;
    let mut inside = UnixStream::connect(inside).await?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_inside, mut to_inside) = inside.split();
    let requests = async {
        let (mut frames, mut bytes) = (Frames::default(), vec![0; BUFFER]);
        loop {
            let length = from_client.read(&mut bytes).await?;
            if length == 0 {
                return to_inside.shutdown().await;
            }
            frames.read(&bytes[..length])?;
            to_inside.write_all(&bytes[..length]).await?;
        }
    };
    let answers = async {
        let mut bytes = vec![0; BUFFER];
        loop {
            let length = from_inside.read(&mut bytes).await?;
            if length == 0 {
                return to_client.shutdown().await;
            }
            write(&mut to_client, &bytes[..length], published).await?;
        }
    };
    tokio::try_join!(requests, answers)?;
    Ok(())
}

/// Writes some bytes; an error if too much is published before the client takes them.
async fn write(
    client: &mut WriteHalf<'_>,
    bytes: &[u8],
    published: &AtomicUsize,
) -> io::Result<()> {
    let before = published.load(Ordering::Relaxed);
    let mut writing = pin!(client.write_all(bytes));
    loop {
        tokio::select! {
            written = &mut writing => return written,
            () = sleep(PAUSE) => {
                // It may count from zero again.
                let unread = published.load(Ordering::Relaxed).wrapping_sub(before);
                if unread > MOST_UNREAD {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
        }
    }
}

/// Whether the client is this user, or root, or on another machine.
fn may_enter(client: &TcpStream, address: SocketAddr) -> bool {
    let Ok(here) = client.local_addr() else { return false };
    owner(address, here).is_none_or(|user| user == 0 || user == getuid().as_raw())
}

/// The user who holds the other end, if that is on this machine.
fn owner(client: SocketAddr, here: SocketAddr) -> Option<u32> {
    let connections = procfs::net::tcp().into_iter().chain(procfs::net::tcp6()).flatten();
    let plain = |address: SocketAddr| (address.ip().to_canonical(), address.port());
    let mut same = connections.filter(|one| {
        plain(one.local_address) == plain(client) && plain(one.remote_address) == plain(here)
    });
    same.next().map(|one| one.uid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_knows_who_the_client_is() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let here = listener.local_addr().expect("an address");
        let client = std::net::TcpStream::connect(here).expect("connected");
        let address = client.local_addr().expect("an address");
        assert_eq!(owner(address, here), Some(getuid().as_raw()));
        drop(client);
        assert_eq!(owner("192.0.2.1:1".parse().expect("an address"), here), None);
    }
}
