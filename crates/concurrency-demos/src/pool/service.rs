//! A server and its guests, each in a process of its own: the memory of the server is its own
//! alone, and each may have as many connections open as the system allows one process.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::find;
use super::process::Process;
use super::protocol::Request;
use crate::error::Error;
use crate::service::{Kitchen, PATIENCE, Serving, Visit, Visited};
use crate::system::memory;
use crate::work::Job;

/// How long a server may take to open.
const OPEN_LIMIT: Duration = Duration::from_secs(10);

/// A server on 127.0.0.1 in a process of its own, which ends when this is dropped. It answers an
/// order of 8 bytes with the same 8 bytes some time later, and then takes the next one.
///
/// ```no_run
/// use std::time::Duration;
/// use concurrency_demos::labs::{Server, Serving, Visits};
///
/// let server = Server::open(Serving::TaskEach, Duration::from_millis(20))?;
/// println!("{}", Visits::make(server.address(), 100, 4)?);
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
pub struct Server {
    process: Process,
    serving: Serving,
    address: SocketAddr,
    /// Its memory before the first guest came.
    before: Option<u64>,
}

/// Guests who have been answered; they go when this is dropped.
pub(crate) struct Guests {
    _process: Process,
    pub visited: Visited,
}

impl Server {
    /// Opens a server that serves so and takes so long for each order.
    ///
    /// # Errors
    /// If the worker binary is missing or stale, or if the process cannot open the server.
    pub fn open(serving: Serving, time: Duration) -> Result<Server, Error> {
        let request = Request::Serve(Kitchen { serving, time });
        let (process, address) = asked(&request, OPEN_LIMIT, "opening a server")?;
        let before = memory::own_of(process.id());
        Ok(Server { process, serving, address, before })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets so many guests come from another process, each with so many orders. Unless they are
    /// served one by one, they stay.
    ///
    /// # Errors
    /// If not every order was answered in time.
    pub(crate) fn visit(&self, guests: usize, orders: usize) -> Result<Guests, Error> {
        let stay = self.serving != Serving::OneByOne;
        let visit = Visit { address: self.address, guests, orders, stay };
        // One for each order, and one for coming.
        let limit = PATIENCE * u32::try_from(orders + 1).unwrap_or(u32::MAX);
        let (process, visited) = asked(&Request::Visit(visit), limit, "visiting a server")?;
        Ok(Guests { _process: process, visited })
    }

    /// By how many bytes its heap and stacks have grown since it was opened, in whole pages;
    /// `None` where the system does not tell.
    pub(crate) fn growth(&self) -> Option<u64> {
        Some(memory::own_of(self.process.id())?.saturating_sub(self.before?))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Server { serving, address, .. } = self;
        f.debug_struct("Server").field("serving", serving).field("address", address).finish()
    }
}

/// A new worker process, and its answer to this request.
fn asked<Reply: DeserializeOwned>(
    request: &Request<&Job>,
    limit: Duration,
    what: &str,
) -> Result<(Process, Reply), Error> {
    let binary = find::worker_binary()?;
    let mut process = Process::spawn(&binary)?;
    process.greet(&binary)?;
    let reply: Result<Result<Reply, String>, _> = process.call(request, Some(limit));
    let reply =
        reply.map_err(|cause| Error::caused_by(format!("{what} failed: {cause}"), cause))?;
    let reply = reply.map_err(|why| Error::new(format!("{what} failed: {why}")))?;
    Ok((process, reply))
}
