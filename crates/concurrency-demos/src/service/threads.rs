//! A thread for each guest, which ends when the guest goes.

use std::io;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use super::serial::cook;

pub(super) fn serve(door: TcpListener, time: Duration) -> io::Result<()> {
    for guest in door.incoming() {
        let guest = guest?;
        // Not `thread::spawn`, which panics where the system refuses: this guest alone is sent
        // away.
        let _ = thread::Builder::new().spawn(move || cook(guest, time));
    }
    Ok(())
}
