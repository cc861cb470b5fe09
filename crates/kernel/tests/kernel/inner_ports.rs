//! The ports on which evcxr listens, inside.

use std::collections::HashSet;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use procfs::net::TcpState;
use procfs::process::{FDTarget, Process};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

use crate::faults::evcxr_of;
use crate::jupyter_client::Jupyter;

#[test]
fn evcxr_lets_nobody_in_but_its_kernel() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let evcxr = i32::try_from(evcxr_of(jupyter.process_id(kernel))).expect("an id");
    let pid = Pid::from_raw(evcxr).expect("an id");
    let evcxr_itself = pidfd_open(pid, PidfdFlags::empty()).expect("it runs");
    if let Err(why) = pidfd_getfd(evcxr_itself, 0, PidfdGetfdFlags::empty()) {
        println!("not tried: this system does not lend a process's files ({why})");
        return;
    }
    let doors = listening(evcxr);
    assert_eq!(doors.len(), 5, "{doors:?}");
    for door in doors {
        let came_in = TcpStream::connect_timeout(&door, Duration::from_millis(300));
        assert!(came_in.is_err(), "{door} is open");
    }
    assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
}

/// Where a process listens.
fn listening(process: i32) -> Vec<SocketAddr> {
    let descriptors = Process::new(process).expect("it runs").fd().expect("it is ours");
    let socket = |target| match target {
        FDTarget::Socket(inode) => Some(inode),
        _ => None,
    };
    let own: HashSet<u64> =
        descriptors.flatten().filter_map(|descriptor| socket(descriptor.target)).collect();
    let entries = procfs::net::tcp().expect("the system tells").into_iter();
    let listening = entries.filter(|entry| entry.state == TcpState::Listen);
    listening.filter(|entry| own.contains(&entry.inode)).map(|entry| entry.local_address).collect()
}
