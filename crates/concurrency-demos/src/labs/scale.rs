//! How many tasks, threads and processes there can be, and what ends it.

use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::runtime::Builder;

use super::Machine;
use super::steps::Steps;
use crate::error::Error;
use crate::format::{bytes, thousands};
use crate::pool::{Climb, End, Pool, Waiting};
use crate::record::{Kind, Listener};
use crate::system::memory::{self, own_of};
use crate::system::on_runtime;
use crate::system::room::JOBS;

/// More and more tasks, threads and processes, all there at the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scale {
    /// Tasks on one thread.
    pub tasks: Vec<Started>,
    /// Threads of one process.
    pub threads: Vec<Started>,
    /// Worker processes.
    pub processes: Vec<Started>,
    /// What ended the tasks before there were 1,000,000, as a sentence.
    pub end_of_tasks: Option<String>,
    /// What ended the threads, as a sentence.
    pub end_of_threads: String,
    /// What ended the processes before there were 200, as a sentence.
    pub end_of_processes: Option<String>,
    /// How many threads a process got that had 4 GiB of address space, and what the system said
    /// to the next one.
    pub refused: Option<(usize, String)>,
}

/// So many of a kind, started one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Started {
    /// How many there were.
    pub count: usize,
    /// From the first start until all were up; of tasks, until all had ended.
    pub wall: Duration,
    /// How many bytes they held, in whole pages. `None`: this system does not tell.
    pub memory: Option<u64>,
}

const TASKS: [usize; 6] = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
const PROCESSES: [usize; 3] = [2, 20, 200];
/// A process of its own gets so much address space, to be refused.
const ADDRESS_SPACE: u64 = 4 << 30;
/// What the stack of a thread takes of it.
const STACK: u64 = 2 << 20;
/// Where no limit is known.
const MOST_THREADS: u64 = 20_000;
/// A task holds fewer bytes: as many are started as need half of the free memory at the most.
const A_TASK: u64 = 1_000;

impl Scale {
    /// Starts 10 to 1,000,000 tasks, threads up to half of what the machine allows or until
    /// half of the free memory is used, and 2 to 200 processes. Threads are started in a
    /// worker process; another one has so little address space that the system refuses.
    ///
    /// It takes about ten seconds.
    ///
    /// # Errors
    /// If the worker binary is missing, or if a runtime cannot be started.
    pub fn measure(listener: &dyn Listener) -> Result<Scale, Error> {
        let free = memory::available();
        let (fit, end_of_tasks) = tasks_within(free);
        let mut steps = Steps::equal(listener, fit.len() + PROCESSES.len() + 2);
        let tasks = fit.iter().map(|count| Ok(steps.made(of_tasks(*count)?)));
        let tasks = tasks.collect::<Result<_, Error>>()?;
        let (threads, end_of_threads) = steps.made(of_threads(&Machine::limits(), free)?);
        let refused = steps.made(until_refused());
        let (mut processes, mut end_of_processes) = (vec![], None);
        for count in PROCESSES {
            match of_processes(count) {
                Ok(started) => processes.push(started),
                Err(error) => end_of_processes = Some(error.to_string()),
            }
            steps.step(1.0, None);
            if end_of_processes.is_some() {
                break;
            }
        }
        Ok(Scale {
            tasks,
            threads,
            processes,
            end_of_tasks,
            end_of_threads,
            end_of_processes,
            refused,
        })
    }

    /// Starts so many tasks that are all there before the first one runs, and gives the time
    /// until all have ended.
    ///
    /// # Errors
    /// If there are more than this machine can hold, or if the runtime cannot be started.
    pub fn start_tasks(count: usize) -> Result<Duration, Error> {
        JOBS.check(count)?;
        on_runtime(Builder::new_current_thread(), |runtime| {
            runtime.block_on(async {
                let began = Instant::now();
                // On one thread none of them runs before this function waits.
                let tasks: Vec<_> = (0..count).map(|_| tokio::spawn(async {})).collect();
                for task in tasks {
                    task.await.expect("a task that does nothing cannot panic");
                }
                began.elapsed()
            })
        })
    }

    /// How many times as much memory a thread holds as a task, each where there were most of them.
    #[must_use]
    pub fn threads_over_tasks(&self) -> Option<f64> {
        let of_one = |all: &[Started]| all.last()?.memory_of_one();
        Some(of_one(&self.threads)? / of_one(&self.tasks)?)
    }

    /// The three kinds with their names.
    pub(crate) fn kinds(&self) -> [(&'static str, Kind, &[Started]); 3] {
        [
            ("tasks", Kind::Async, &self.tasks),
            ("threads", Kind::Threads, &self.threads),
            ("processes", Kind::Processes, &self.processes),
        ]
    }
}

impl Started {
    /// The memory that one holds, in bytes.
    #[must_use]
    pub fn memory_of_one(&self) -> Option<f64> {
        Some(self.memory? as f64 / self.count as f64)
    }
}

/// The numbers of tasks that need half of the free memory at the most, and why there are no more.
fn tasks_within(free: Option<u64>) -> (&'static [usize], Option<String>) {
    let fits = |count: &usize| free.is_none_or(|free| *count as u64 * A_TASK < free / 2);
    let fit = &TASKS[..TASKS.iter().take_while(|count| fits(count)).count()];
    let end = TASKS.get(fit.len()).zip(free).map(|(next, free)| {
        format!(
            "stopped at {}: {} would need more than half of the {} of memory that are left",
            thousands(fit.last().copied().unwrap_or(0)),
            thousands(*next),
            bytes(free)
        )
    });
    (fit, end)
}

fn of_tasks(count: usize) -> Result<Started, Error> {
    let memory = Pool::growth(Waiting::Tasks(count))?;
    Ok(Started { count, wall: Scale::start_tasks(count)?, memory })
}

fn of_processes(count: usize) -> Result<Started, Error> {
    let began = Instant::now();
    let pool = Pool::start(count)?;
    let wall = began.elapsed();
    let memory = pool.processes().into_iter().map(own_of).sum();
    Ok(Started { count, wall, memory })
}

fn of_threads(machine: &Machine, free: Option<u64>) -> Result<(Vec<Started>, String), Error> {
    let (allowed, limit) = machine.most_threads().unwrap_or((2 * MOST_THREADS, "no known limit"));
    let most = (allowed / 2) as usize;
    let leave = free.unwrap_or(0) / 2;
    let climbed = Pool::climb(Climb { most, leave, address_space: None })?;
    let started = |(count, wall, memory)| Started { count, wall, memory };
    let threads: Vec<Started> = climbed.steps.into_iter().map(started).collect();
    let count = thousands(threads.last().map_or(0, |last| last.count));
    let end = match climbed.end {
        Some(End::Refused(why)) => format!("the system refused the one after {count}: {why}"),
        Some(End::Memory(left)) => format!(
            "stopped early at {count}: {} of memory are left, and half of it is for others",
            bytes(left)
        ),
        None => format!(
            "stopped at {count}, half of what this machine allows ({}: {limit}); other programs \
             need some, too",
            thousands(allowed as usize)
        ),
    };
    Ok((threads, end))
}

/// In little address space, so that nobody else is harmed. `None`: the system did not refuse, or
/// what it refused ended the process.
fn until_refused() -> Option<(usize, String)> {
    let most = (2 * ADDRESS_SPACE / STACK) as usize;
    let climb = Climb { most, leave: 0, address_space: Some(ADDRESS_SPACE) };
    let climbed = Pool::climb(climb).ok()?;
    let (count, ..) = *climbed.steps.last()?;
    match climbed.end? {
        End::Refused(why) => Some((count, why)),
        End::Memory(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_that_do_not_fit_are_left_out_and_told() {
        assert_eq!(tasks_within(None), (&TASKS[..], None));
        assert_eq!(tasks_within(Some(3 << 30)), (&TASKS[..], None));
        let (fit, end) = tasks_within(Some(512 << 20));
        assert_eq!(fit.last(), Some(&100_000));
        let end = end.expect("a million does not fit");
        assert!(end.starts_with("stopped at 100,000: 1,000,000 would need"), "{end}");
        assert_eq!(tasks_within(Some(0)).0, [0; 0]);
    }
}
