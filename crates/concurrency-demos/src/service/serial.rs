//! One guest after the other: the next one is let in when the last one has gone.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::ORDER;

pub(super) fn serve(door: TcpListener, time: Duration) -> io::Result<()> {
    for guest in door.incoming() {
        // An error means that the guest has gone.
        let _ = cook(guest?, time);
    }
    Ok(())
}

/// Answers the orders of one guest until it goes.
pub(super) fn cook(mut guest: TcpStream, time: Duration) -> io::Result<()> {
    let mut order = [0; ORDER];
    loop {
        guest.read_exact(&mut order)?;
        thread::sleep(time);
        guest.write_all(&order)?;
    }
}
