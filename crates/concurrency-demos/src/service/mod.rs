//! A small server on 127.0.0.1 in three models, and who visits it.
//!
//! ```text
//! guest                          kitchen
//!   order, 8 bytes ────────────►
//!                                  cooks for some time
//!           ◄──────────── the same 8 bytes
//!   the next order ────────────►
//! ```
//!
//! One file for each model, with the same two verbs, `serve` and `cook`: compare two of them,
//! and what differs is the model.

mod serial;
mod tasks;
mod threads;
mod visit;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::Builder;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::record::Model;
pub(crate) use visit::{PATIENCE, Visit, Visited, visit};

/// The bytes of an order, and of its answer.
const ORDER: usize = 8;

/// So many guests may stand before the door. The standard library lets 128 of them stand, and
/// who comes then knocks again after a second.
const BEFORE_THE_DOOR: i32 = 4096;

/// How a server serves its guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Serving {
    /// One guest after the other, on one thread.
    OneByOne,
    /// A thread for each guest.
    ThreadEach,
    /// A task for each guest, all on one thread.
    TaskEach,
}

impl Serving {
    /// Every way, in the order of the course.
    pub const ALL: [Serving; 3] = [Serving::OneByOne, Serving::ThreadEach, Serving::TaskEach];

    /// Its name in figures and tables.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Serving::OneByOne => "one by one",
            Serving::ThreadEach => "a thread each",
            Serving::TaskEach => "a task each",
        }
    }

    /// The model that it is an example of.
    #[must_use]
    pub fn model(self) -> Model {
        match self {
            Serving::OneByOne => Model::Serial,
            Serving::ThreadEach => Model::ThreadPerJob,
            Serving::TaskEach => Model::Async,
        }
    }
}

/// A server: how it serves, and how long it cooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kitchen {
    pub serving: Serving,
    pub time: Duration,
}

impl Kitchen {
    /// Opens it: a thread serves whoever comes to this address until the process ends.
    pub fn open(self) -> io::Result<SocketAddr> {
        let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        rustix::net::listen(&door, BEFORE_THE_DOOR)?;
        let address = door.local_addr()?;
        let serve = match self.serving {
            Serving::OneByOne => serial::serve,
            Serving::ThreadEach => threads::serve,
            Serving::TaskEach => tasks::serve,
        };
        Builder::new().name("kitchen".into()).spawn(move || serve(door, self.time))?;
        Ok(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_answered_by_each_of_them() {
        for serving in Serving::ALL {
            let time = Duration::from_millis(5);
            let address = Kitchen { serving, time }.open().unwrap();
            let stay = serving != Serving::OneByOne;
            let (visited, open) = visit(Visit { address, guests: 3, orders: 2, stay }).unwrap();
            assert_eq!((visited.waits.len(), open.len()), (6, if stay { 3 } else { 0 }));
            assert!(visited.waits.iter().all(|wait| *wait >= time), "{serving:?}");
            // Six dishes one after the other, or two if three guests are served together.
            let dishes = if serving == Serving::OneByOne { 6 } else { 2 };
            assert!(visited.wall >= dishes * time, "{serving:?} {:?}", visited.wall);
        }
    }
}
