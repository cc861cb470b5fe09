//! A farm on the ranks of an MPI program.
//!
//! ```text
//! this program -- starts --> mpirun -- starts --> rank 0 <-- asks -- ranks 1, 2, ...
//!      |                                            |  -- job ---->
//!      +------- Unix socket: jobs, reports ---------+
//! ```

mod bundles;
mod death;
mod farm;
mod launch;
mod messages;

use std::io::BufReader;
use std::time::Duration;

use concurrency_demos::beyond::Record;
use concurrency_demos::{Job, Listener, Model};

use crate::error::Error;
use crate::hosts::Hosts;
use crate::perform::check;
use crate::protocol::{Orders, Report, RoundTrip, receive, send};
use crate::record::Book;

pub use farm::rank_main;
use launch::Launched;

/// Ranks of an MPI program that do jobs. Rank 0, which hands them out, is one more.
#[derive(Clone, Debug)]
pub struct Mpi {
    ranks: usize,
    limit: Option<Duration>,
    rounds: usize,
    hosts: Option<Hosts>,
}

impl Mpi {
    /// So many ranks that work.
    #[must_use]
    pub fn new(ranks: usize) -> Self {
        Mpi { ranks, limit: None, rounds: 0, hosts: None }
    }

    /// The whole run is ended if nothing is heard of it for so long.
    #[must_use]
    pub fn with_time_limit(self, limit: Duration) -> Self {
        Mpi { limit: Some(limit), ..self }
    }

    /// On these hosts in turn, rank 0 on the first.
    #[must_use]
    pub fn on(self, hosts: &Hosts) -> Self {
        Mpi { hosts: Some(hosts.clone()), ..self }
    }

    /// Runs the jobs, each on the rank that asks first, and returns the record.
    ///
    /// A job that panics is a failed result in the record. A rank that dies takes all others
    /// with it, for so does MPI: the record tells which jobs had ended, which were lost with
    /// their ranks and which had not begun.
    ///
    /// # Errors
    /// If there are no ranks, if a job cannot be done, if MPI or this crate's program is missing
    /// or cannot be started.
    pub fn run(&self, jobs: &[Job], listener: &dyn Listener) -> Result<Record, Error> {
        self.run_after_bare_messages(jobs, listener).map(|(record, _)| record)
    }

    /// The same, and before it so many bare messages of MPI to the first rank and back: how long
    /// one took, there and back.
    ///
    /// # Errors
    /// As those of [`Mpi::run`].
    pub fn run_beside_bare(
        &self,
        rounds: usize,
        jobs: &[Job],
        listener: &dyn Listener,
    ) -> Result<(Record, RoundTrip), Error> {
        let rounds = rounds.max(1);
        Mpi { rounds, ..self.clone() }.run_after_bare_messages(jobs, listener)
    }

    fn run_after_bare_messages(
        &self,
        jobs: &[Job],
        listener: &dyn Listener,
    ) -> Result<(Record, RoundTrip), Error> {
        if self.ranks == 0 {
            return Err(Error::new("an MPI farm needs at least one rank that works, not 0"));
        }
        jobs.iter().try_for_each(|job| check(job, self.limit.is_some()))?;
        let mut book = Book::open(jobs, Model::Mpi(self.ranks), listener);
        let mut launched = Launched::start(self.ranks, self.hosts.as_ref())?;
        let mut bare = RoundTrip::default();
        let heard = self.hear(&mut launched, &mut book, &mut bare);
        let death = match heard {
            Ok(()) => None,
            Err(Silence::Error(error)) => return Err(error),
            Err(Silence::TimedOut(limit)) => {
                launched.end();
                Some(death::of_the_slow(&mut book, limit))
            }
            Err(Silence::HungUp) if book.seats.is_empty() => return Err(launched.did_not_start()),
            Err(Silence::HungUp) => {
                let (status, words) = launched.last_words()?;
                Some(death::told_by_mpirun(&mut book, status, &words))
            }
        };
        let record = book.close(death.into_iter().collect());
        Ok((record, bare))
    }

    /// Hears the reports of rank 0 until all jobs have ended.
    fn hear(
        &self,
        launched: &mut Launched,
        book: &mut Book<'_>,
        bare: &mut RoundTrip,
    ) -> Result<(), Silence> {
        let mut socket = launched.connected()?;
        send(&mut socket, &Orders { jobs: book.jobs().to_vec(), rounds: self.rounds })?;
        let _ = socket.set_read_timeout(self.limit);
        let mut said = BufReader::with_capacity(1 << 16, socket);
        loop {
            match receive(&mut said).map_err(|error| Silence::of(error, self.limit))? {
                Report::Ready { seats, at } => book.ready(seats, at),
                Report::Bare(times) => *bare = times,
                Report::Began { jobs, worker, at } => book.began(&jobs, worker, at),
                Report::Ended { jobs, worker, at } => book.ended(jobs, worker, at),
                Report::Over if book.is_full() => {
                    launched.leave(said.into_inner());
                    return Ok(());
                }
                Report::Over => return Err(Silence::HungUp),
            }
        }
    }
}

/// Why nothing more is heard.
enum Silence {
    Error(Error),
    HungUp,
    TimedOut(Duration),
}

impl Silence {
    fn of(error: std::io::Error, limit: Option<Duration>) -> Self {
        use std::io::ErrorKind::{TimedOut, WouldBlock};
        match (error.kind(), limit) {
            (TimedOut | WouldBlock, Some(limit)) => Silence::TimedOut(limit),
            _ => Silence::HungUp,
        }
    }
}

impl From<Error> for Silence {
    fn from(error: Error) -> Self {
        Silence::Error(error)
    }
}

impl From<std::io::Error> for Silence {
    fn from(_: std::io::Error) -> Self {
        Silence::HungUp
    }
}
