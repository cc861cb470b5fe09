//! The ranks' side: what runs inside `beyond-worker rank`.
//!
//! Rank 0 hands out jobs to each rank that asks; every answer asks for the next.

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::process::{self, ExitCode};
use std::time::{Duration, Instant};
use std::{io, thread};

use concurrency_demos::Job;
use concurrency_demos::beyond::{Seat, now};
use mpi::Threading;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator as _, Destination as _, Source as _};
use rustix::event::{PollFd, PollFlags, poll};

use super::bundles::Bundles;
use super::messages::{Answer, Request, look_eagerly, nap_exactly, wait_for};
use crate::perform::{host, perform_in_turn};
use crate::protocol::{Orders, Report, RoundTrip, append, bytes, parsed, receive, send};

/// So long reports wait at the most while the ranks keep rank 0 busy: who hears of each job takes
/// a core for it.
const HELD: Duration = Duration::from_millis(5);

/// A rank of the farm; rank 0 takes the jobs from this socket.
#[must_use]
pub fn rank_main(socket: &str) -> ExitCode {
    nap_exactly();
    // A panic travels as an answer; on standard error it would be said twice.
    std::panic::set_hook(Box::new(|_| {}));
    let Some((universe, _)) = mpi::initialize_with_threading(Threading::Funneled) else {
        eprintln!("MPI cannot be initialised");
        return ExitCode::FAILURE;
    };
    let world = universe.world();
    let served = match world.rank() {
        0 => hand_out(&world, socket),
        _ => serve(&world),
    };
    if let Err(error) = served {
        eprintln!("rank {}: {error}", world.rank());
        world.abort(1);
    }
    ExitCode::SUCCESS
}

/// A rank that works.
fn serve(world: &SimpleCommunicator) -> io::Result<()> {
    let root = world.process_at_rank(0);
    root.send(&bytes(&Answer::Here { host: host(), process: process::id() })[..]);
    loop {
        match parsed(&wait_for(world).0)? {
            Request::Do(jobs) => {
                root.send(&bytes(&Answer::Done(perform_in_turn(&jobs)))[..]);
            }
            Request::Bare { rounds, bytes } => {
                let mut buffer = vec![0_u8; bytes];
                for _ in 0..rounds {
                    root.receive_into(&mut buffer[..]);
                    root.send(&buffer[..]);
                }
            }
            Request::GoHome => return Ok(()),
        }
    }
}

/// Rank 0.
fn hand_out(world: &SimpleCommunicator, socket: &str) -> io::Result<()> {
    let mut socket = UnixStream::connect(socket)?;
    end_with(socket.try_clone()?)?;
    let Orders { jobs, rounds } = receive(&mut socket)?;
    let seats = seats(world)?;
    if rounds > 0 {
        send(&mut socket, &Report::Bare(bare(world, rounds)))?;
    }
    send(&mut socket, &Report::Ready { seats, at: now() })?;
    let mut farm = Farm { world, socket, unsent: Vec::new(), told: Instant::now() };
    farm.do_all(jobs)?;
    for rank in 1..world.size() {
        world.process_at_rank(rank).send(&bytes(&Request::GoHome)[..]);
    }
    send(&mut farm.socket, &Report::Over)
}

struct Farm<'a> {
    world: &'a SimpleCommunicator,
    socket: UnixStream,
    /// Reports that wait until no rank does.
    unsent: Vec<u8>,
    told: Instant,
}

impl Farm<'_> {
    fn do_all(&mut self, jobs: Vec<Job>) -> io::Result<()> {
        let mut open = jobs.len();
        let workers = self.world.size() as usize - 1;
        let mut bundles = Bundles::of(jobs, workers);
        for worker in 0..workers {
            self.give(worker, bundles.next_for(worker));
        }
        while open > 0 {
            let (message, rank) = self.hear()?;
            let (worker, at) = (rank - 1, now());
            let Answer::Done(all) = parsed(&message)? else { continue };
            bundles.took(worker, &all);
            self.give(worker, bundles.next_for(worker));
            open -= all.len();
            append(&mut self.unsent, &Report::Ended { jobs: all, worker, at });
        }
        self.tell()
    }

    fn give(&mut self, worker: usize, jobs: Vec<(usize, Job)>) {
        if jobs.is_empty() {
            return;
        }
        let at = now();
        let rank = i32::try_from(worker + 1).expect("ranks are numbered by MPI");
        let request = Request::Do(jobs);
        self.world.process_at_rank(rank).send(&bytes(&request)[..]);
        let Request::Do(jobs) = request else { return };
        let jobs = jobs.iter().map(|(index, _)| *index).collect();
        append(&mut self.unsent, &Report::Began { jobs, worker, at });
    }

    /// The next message of a rank. Before it waits for one, rank 0 tells what it knows.
    fn hear(&mut self) -> io::Result<(Vec<u8>, usize)> {
        if self.told.elapsed() > HELD {
            self.tell()?;
        }
        if let Some(message) = look_eagerly(self.world) {
            return Ok(message);
        }
        self.tell()?;
        Ok(wait_for(self.world))
    }

    fn tell(&mut self) -> io::Result<()> {
        self.socket.write_all(&self.unsent)?;
        self.unsent.clear();
        self.told = Instant::now();
        Ok(())
    }
}

/// Who is there.
fn seats(world: &SimpleCommunicator) -> io::Result<Vec<Seat>> {
    let mut seats = Vec::new();
    while seats.len() + 1 < world.size() as usize {
        let (message, rank) = wait_for(world);
        if let Answer::Here { host, process } = parsed(&message)? {
            seats.push(Seat { worker: rank - 1, host, process });
        }
    }
    seats.sort_by_key(|seat| seat.worker);
    Ok(seats)
}

/// What a bare round trip to rank 1 takes, of so many.
fn bare(world: &SimpleCommunicator, rounds: usize) -> RoundTrip {
    let first = world.process_at_rank(1);
    let mut buffer = bytes(&Request::Do(vec![(0, Job::Fib(1))]));
    let size = buffer.len();
    first.send(&bytes(&Request::Bare { rounds, bytes: size })[..]);
    let round = |_| {
        let since = Instant::now();
        first.send(&buffer[..]);
        first.receive_into(&mut buffer[..]);
        since.elapsed()
    };
    let mut times: Vec<Duration> = (0..rounds).map(round).collect();
    times.sort_unstable();
    let mean = times.iter().sum::<Duration>() / rounds as u32;
    RoundTrip { median: times[rounds / 2], mean }
}

/// The end of this process, and by MPI that of all ranks, when whoever asked for the run is gone.
fn end_with(socket: UnixStream) -> io::Result<()> {
    let watch = move || {
        loop {
            // Asks for nothing: a hang-up is always told, and bytes wake nobody.
            let mut socket = [PollFd::new(&socket, PollFlags::empty())];
            if poll(&mut socket, None).is_ok() && socket[0].revents().contains(PollFlags::HUP) {
                process::abort();
            }
        }
    };
    thread::Builder::new().name("watch".into()).spawn(watch).map(drop)
}
