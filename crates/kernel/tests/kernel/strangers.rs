//! Another user of the machine, who knows where everything of a kernel is, and even its key.

use std::collections::HashSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};

use procfs::net::TcpState;
use procfs::process::{FDTarget, Process};
use rustix::process::geteuid;
use serde_json::{Value, json};

use crate::jupyter_client::{Jupyter, dep};
use crate::processes::{evcxr_and_cells, named, of};

/// A user who owns nothing.
const NOBODY: u32 = 65534;

#[test]
fn another_user_runs_no_cell_reads_nothing_and_ends_nothing() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let begin = "\nuse notebook::{Pool, predict};\nlet pool = Pool::start(1)?;\n\
        let guess = predict(\"42 s\")?;";
    jupyter.ok(kernel, &(dep() + begin));
    // They can come as far as to what is the kernel's own.
    fs::set_permissions(jupyter.temp(), Permissions::from_mode(0o755)).expect("it is ours");
    let folder = jupyter.folders().remove(0);
    let front = i32::try_from(jupyter.process_id(kernel)).expect("an id");
    let mut processes = vec![front];
    processes.extend(evcxr_and_cells(front).into_iter().flatten());
    processes.extend(named(jupyter.temp(), "concurrency"));
    assert_eq!(processes.len(), 4, "front, evcxr, cells, worker");
    let entries = || fs::read_dir(&folder).expect("it is ours").flatten();
    let is_socket = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_socket());
    let paths = |sockets| {
        let entries = entries().filter(move |entry| is_socket(entry) == sockets);
        entries.map(|entry| entry.path().display().to_string()).collect::<Vec<_>>()
    };
    let mut secrets = paths(false);
    secrets.push(folder.display().to_string());
    let wanted = json!({"do": "attempts", "kernel": kernel, "secrets": secrets,
        "sockets": paths(true), "processes": processes});
    let mut attempts = |user: u32, patience: u32| -> (u64, Vec<String>) {
        let mut wanted = wanted.clone();
        wanted["patience"] = patience.into();
        wanted["user"] = user.into();
        let mut answer = jupyter.ask(&wanted);
        let possible = answer["possible"].take();
        (answer["attempts"].as_u64().expect("a number"), list(possible))
    };

    // All of it can be done, by whoever the kernel belongs to.
    let (tried, possible) = attempts(geteuid().as_raw(), 60);
    assert_eq!(possible.len() as u64, tried, "{possible:?}");
    if geteuid().is_root() {
        let (tried, possible) = attempts(NOBODY, 5);
        assert_eq!(possible, [""; 0], "another user could do this");
        println!("another user: {tried} attempts, none with success");
    } else {
        println!("not tried as another user: only root can become one");
    }
    assert_eq!(jupyter.ok(kernel, "6 * 7"), "42");
}

#[test]
fn what_is_listened_to_is_this_machine_alone() {
    let (jupyter, _kernel) = Jupyter::lent();
    let listening: Vec<_> = of(jupyter.temp()).into_iter().flat_map(listening).collect();
    println!("{} ports of a kernel", listening.len());
    assert!(listening.len() >= 10, "Jupyter's five and evcxr's: {listening:?}");
    for address in listening {
        assert!(address.ip().is_loopback(), "{address}");
    }
}

/// Where a process listens.
pub fn listening(process: i32) -> Vec<std::net::SocketAddr> {
    let descriptors = Process::new(process).expect("it runs").fd().expect("it is ours");
    let own: HashSet<u64> = descriptors
        .flatten()
        .filter_map(|descriptor| match descriptor.target {
            FDTarget::Socket(inode) => Some(inode),
            _ => None,
        })
        .collect();
    let entries = procfs::net::tcp().into_iter().chain(procfs::net::tcp6()).flatten();
    let listening = entries.filter(|entry| entry.state == TcpState::Listen);
    listening.filter(|entry| own.contains(&entry.inode)).map(|entry| entry.local_address).collect()
}

fn list(texts: Value) -> Vec<String> {
    serde_json::from_value(texts).expect("texts")
}
