//! A task for each guest, all on one thread.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

use super::ORDER;

pub(super) fn serve(door: std::net::TcpListener, time: Duration) -> io::Result<()> {
    door.set_nonblocking(true)?;
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let door = TcpListener::from_std(door)?;
        loop {
            let (guest, _) = door.accept().await?;
            tokio::spawn(cook(guest, time));
        }
    })
}

/// Answers the orders of one guest until it goes.
async fn cook(mut guest: TcpStream, time: Duration) -> io::Result<()> {
    let mut order = [0; ORDER];
    loop {
        guest.read_exact(&mut order).await?;
        // A sleep of no time would still wait for the next millisecond.
        if !time.is_zero() {
            tokio::time::sleep(time).await;
        }
        guest.write_all(&order).await?;
    }
}
