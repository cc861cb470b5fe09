//! The guests of a server: so many connections, each of which orders again when it has its
//! answer.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::time::timeout;

use super::ORDER;
use crate::system::on_runtime;

/// A guest that has no answer for so long makes the visit fail.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// So many guests visit a server, and each makes so many orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visit {
    pub address: SocketAddr,
    pub guests: usize,
    pub orders: usize,
    /// Whether they stay when they have their last answer: who is served one by one must go.
    pub stay: bool,
}

/// What the guests have seen.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Visited {
    /// From each order to its answer.
    pub waits: Vec<Duration>,
    /// From the first order to the last answer, when all had been let in or stood before the
    /// door.
    pub wall: Duration,
}

/// Makes the visit, all guests as tasks on one thread, and gives what they have seen and the
/// connections of those who stay.
///
/// # Errors
/// If a guest cannot come, is sent away, gets an answer to another order, or none in time.
pub(crate) fn visit(visit: Visit) -> Result<(Visited, Vec<std::net::TcpStream>)> {
    let mut builder = Builder::new_current_thread();
    builder.enable_io();
    on_runtime(builder, |runtime| runtime.block_on(visit.make())).map_err(Error::other)?
}

impl Visit {
    async fn make(self) -> Result<(Visited, Vec<std::net::TcpStream>)> {
        let mut guests = Vec::with_capacity(self.guests);
        for _ in 0..self.guests {
            guests.push(TcpStream::connect(self.address).await?);
        }
        let start = Instant::now();
        let order = |guest| tokio::spawn(order(guest, self.orders, self.stay));
        let guests: Vec<_> = guests.into_iter().map(order).collect();
        let (mut waits, mut open) = (Vec::with_capacity(self.guests * self.orders), Vec::new());
        for guest in guests {
            let (guest, waited) = guest.await.map_err(Error::other)??;
            waits.extend(waited);
            open.extend(guest.map(TcpStream::into_std).transpose()?);
        }
        Ok((Visited { waits, wall: start.elapsed() }, open))
    }
}

/// One guest: the connection if it stays, and how long each order waited for its answer.
async fn order(
    mut guest: TcpStream,
    orders: usize,
    stay: bool,
) -> Result<(Option<TcpStream>, Vec<Duration>)> {
    let mut waits = Vec::with_capacity(orders);
    for number in 0..orders as u64 {
        let (order, mut answer, sent) = (number.to_le_bytes(), [0; ORDER], Instant::now());
        guest.write_all(&order).await?;
        timeout(PATIENCE, guest.read_exact(&mut answer)).await??;
        waits.push(sent.elapsed());
        if answer != order {
            return Err(Error::new(ErrorKind::InvalidData, "it was an answer to another order"));
        }
    }
    Ok((stay.then_some(guest), waits))
}
