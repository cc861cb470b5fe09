//! evcxr's ports, shut behind its one client.
//!
//! evcxr listens on TCP, where every user of the machine may connect: it would send them the
//! outputs, and a few bytes of garbage would end it. So once this program is connected, the
//! sockets on which evcxr listens are borrowed from it, and bound to a network interface that no
//! machine has. Connections that are there already are other sockets, and stay.
//!
//! A socket filter that drops all would do the same, but some systems keep these for root.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;

use anyhow::{Context, ensure};
use jupyter_zmq_client::ConnectionInfo;
use procfs::net::{TcpNetEntry, TcpState};
use procfs::process::{FDTarget, Process};
use rustix::process::{
    ForeignRawFd, Pid, PidfdFlags, PidfdGetfdFlags, getuid, pidfd_getfd, pidfd_open,
};
use socket2::SockRef;

/// The number of an interface that is not there: they count from 1, upwards.
const NOWHERE: Option<NonZeroU32> = NonZeroU32::new(u32::MAX / 2);

/// Lets nobody else in at the ports of `connection`, on which this process listens.
///
/// # Errors
/// If the system does not lend the sockets, or let them be bound (Linux does from 5.7 on, and a
/// container may forbid it), or if a stranger was quicker.
pub fn shut(process: i32, connection: &ConnectionInfo) -> anyhow::Result<()> {
    let doors = addresses(connection)?;
    let listening: HashSet<u64> = entries()?
        .filter(|entry| entry.state == TcpState::Listen && doors.contains(&entry.local_address))
        .map(|entry| entry.inode)
        .collect();
    let pid = Pid::from_raw(process).context("no process")?;
    let evcxr = pidfd_open(pid, PidfdFlags::empty())?;
    let mut shut = 0;
    for descriptor in Process::new(process)?.fd()?.flatten() {
        if matches!(descriptor.target, FDTarget::Socket(inode) if listening.contains(&inode)) {
            let socket = descriptor.fd as ForeignRawFd;
            let socket = pidfd_getfd(&evcxr, socket, PidfdGetfdFlags::empty())
                .context("the system does not lend evcxr's sockets")?;
            let bound = SockRef::from(&socket).bind_device_by_index_v4(NOWHERE);
            bound.context("the system does not let sockets be shut")?;
            shut += 1;
        }
    }
    ensure!(shut == doors.len(), "evcxr listens on {shut} of {} ports", doors.len());
    ensure!(!has_stranger(&doors)?, "another user is connected to evcxr");
    Ok(())
}

/// Whether anybody else came in before.
fn has_stranger(doors: &HashSet<SocketAddr>) -> anyhow::Result<bool> {
    let own = getuid().as_raw();
    // Where the other end has closed already, nobody holds it.
    let open = |entry: &TcpNetEntry| entry.state == TcpState::Established && entry.uid != own;
    Ok(entries()?.any(|entry| doors.contains(&entry.remote_address) && open(&entry)))
}

fn entries() -> anyhow::Result<impl Iterator<Item = TcpNetEntry>> {
    Ok(procfs::net::tcp()?.into_iter())
}

fn addresses(connection: &ConnectionInfo) -> anyhow::Result<HashSet<SocketAddr>> {
    let ConnectionInfo { shell_port, iopub_port, stdin_port, control_port, hb_port, .. } =
        connection;
    let ports = [shell_port, iopub_port, stdin_port, control_port, hb_port];
    let ip = connection.ip.parse()?;
    Ok(ports.into_iter().map(|port| SocketAddr::new(ip, *port)).collect())
}
