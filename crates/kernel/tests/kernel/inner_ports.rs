//! The ports on which evcxr listens, inside.

use std::net::TcpStream;
use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

use crate::jupyter_client::Jupyter;
use crate::processes::evcxr_and_cells;
use crate::strangers::listening;

#[test]
fn evcxr_lets_nobody_in_but_its_kernel() {
    let (mut jupyter, kernel) = Jupyter::lent();
    let front = jupyter.process_id(kernel).try_into().expect("an id");
    let evcxr = evcxr_and_cells(front)[0].expect("it runs");
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
