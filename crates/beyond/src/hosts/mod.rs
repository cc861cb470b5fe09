//! Several hosts on one machine: each with a name, an address and a network of its own,
//! all joined by a switch with a delay that can be turned.
//!
//! ```text
//! host1 10.77.0.1 --- eth0 ---+
//! host2 10.77.0.2 --- eth0 ---+--- switch: each frame waits for the delay, then goes on
//! host3 10.77.0.3 --- eth0 ---+
//! ```
//!
//! A host is two namespaces, network and name, which the first process in them holds; the system
//! removes a namespace with its last process. The holders and the switch hang on pipes of this
//! program: whatever ends it, they end all that runs on the hosts, and themselves. Nothing is left.
//!
//! # Why a switch of our own
//!
//! The usual delay, `tc qdisc ... netem`, is a module that many kernels of containers and virtual
//! machines lack. A program that passes frames on between TAP devices works wherever these do.

mod holder;
mod switch;

use std::fmt;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::geteuid;

use crate::error::Error;
use holder::Holder;
pub use holder::host_main;
use switch::Switch;
pub use switch::switch_main;

/// As many as one switch joins.
const MOST: usize = 4;

/// The longest delay: beyond it, engines take a slow network for a broken one.
const LONGEST_DELAY: Duration = Duration::from_secs(1);

/// Hosts that exist as long as a copy of this value does.
#[derive(Clone)]
pub struct Hosts(Arc<Kept>);

enum Kept {
    /// Namespaces, joined by the switch. It goes first: it holds on to their networks.
    Own { switch: Mutex<Switch>, holders: Vec<Holder> },
    /// This machine alone, and why.
    OnlyThis(String),
}

impl Hosts {
    /// So many hosts, 2 to 4, or this machine alone where namespaces are not allowed; what it
    /// shows says which.
    ///
    /// # Errors
    /// If that number cannot be made, or if this crate's program is missing or stale.
    pub fn start(count: usize) -> Result<Self, Error> {
        if !(2..=MOST).contains(&count) {
            return Err(Error::new(format!("2 to {MOST} hosts can be made, not {count}")));
        }
        Ok(Hosts(Arc::new(match Self::try_start(count)? {
            Ok((switch, holders)) => Kept::Own { switch: Mutex::new(switch), holders },
            Err(reason) => Kept::OnlyThis(reason),
        })))
    }

    /// The inner error says why this machine does not allow it.
    fn try_start(count: usize) -> Result<Result<(Switch, Vec<Holder>), String>, Error> {
        if !geteuid().is_root() {
            return Ok(Err("only root can make hosts of their own".to_owned()));
        }
        if !Path::new("/dev/net/tun").exists() {
            return Ok(Err("the system has no /dev/net/tun, which joins hosts".to_owned()));
        }
        let mut holders = Vec::new();
        for index in 0..count {
            match Holder::start(index)? {
                Ok(holder) => holders.push(holder),
                Err(reason) => return Ok(Err(reason)),
            }
        }
        Ok(Switch::start(&holders)?.map(|switch| (switch, holders)))
    }

    /// How many there are; 1 where it is this machine alone.
    #[must_use]
    pub fn count(&self) -> usize {
        self.holders().len().max(1)
    }

    /// How long a message takes from one host to another; a round trip takes it twice. At most a
    /// second. Nothing happens where there is this machine alone.
    ///
    /// # Errors
    /// If the switch has ended.
    pub fn set_delay(&self, delay: Duration) -> Result<(), Error> {
        let delay = delay.min(LONGEST_DELAY);
        self.tell(&format!("delay {}", delay.as_micros()))
    }

    /// Takes the cable off a host, counted from 0: nothing arrives there and nothing from there.
    ///
    /// # Errors
    /// If there is no such host, or the switch has ended.
    pub fn cut(&self, host: usize) -> Result<(), Error> {
        self.check(host)?;
        self.tell(&format!("cut {host}"))
    }

    /// Puts the cable back.
    ///
    /// # Errors
    /// As those of [`Hosts::cut`].
    pub fn mend(&self, host: usize) -> Result<(), Error> {
        self.check(host)?;
        self.tell(&format!("mend {host}"))
    }

    /// Takes the cable off a host in the middle of what runs then.
    pub(crate) fn cut_after(self, host: usize, time: Duration) {
        thread::spawn(move || {
            thread::sleep(time);
            let _ = self.cut(host);
        });
    }

    pub(crate) fn check(&self, host: usize) -> Result<(), Error> {
        if host < self.count() {
            return Ok(());
        }
        Err(Error::new(format!("there are hosts 0 to {}, not {host}", self.count() - 1)))
    }

    fn tell(&self, order: &str) -> Result<(), Error> {
        match &*self.0 {
            Kept::Own { switch, .. } => {
                switch.lock().unwrap_or_else(PoisonError::into_inner).tell(order)
            }
            Kept::OnlyThis(_) => Ok(()),
        }
    }

    fn holders(&self) -> &[Holder] {
        match &*self.0 {
            Kept::Own { holders, .. } => holders,
            Kept::OnlyThis(_) => &[],
        }
    }

    /// Where the first host is reached by the others, if there are others.
    pub(crate) fn first_address(&self) -> Option<Ipv4Addr> {
        self.holders().first().map(Holder::address)
    }

    /// The addresses, and the id of the process that holds each host.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Ipv4Addr, u32)> {
        self.holders().iter().map(|holder| (holder.address(), holder.process()))
    }

    /// This program, started on the host whose turn it is; on this machine if it is alone.
    pub(crate) fn command(&self, turn: usize, program: &Path) -> Command {
        let holders = self.holders();
        match holders.len() {
            0 => Command::new(program),
            count => holders[turn % count].command(program),
        }
    }

    /// Has the calling thread, and what it starts, use the network of the first host.
    pub(crate) fn enter_first(&self) -> Result<(), Error> {
        self.holders().first().map_or(Ok(()), Holder::enter)
    }

    /// Ends what a run has left on the hosts: behind a cut cable nobody else can.
    pub(crate) fn sweep(&self) {
        self.holders().iter().for_each(Holder::sweep);
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kept::Own { holders, .. } => {
                write!(f, "{} hosts:", holders.len())?;
                holders.iter().try_for_each(|it| write!(f, " {} ({})", it.name(), it.address()))
            }
            Kept::OnlyThis(reason) => write!(f, "1 host, this machine: {reason}"),
        }
    }
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
