//! What one more process, thread or task costs: to start, to keep, to feed.

mod memory;
mod published;
mod start;
mod transfer;

use std::time::Duration;

use serde::Serialize;
use tokio::runtime::Builder;

use super::Samples;
use super::steps::Steps;
use crate::error::Error;
use crate::format::{self, bytes, seconds};
use crate::record::Listener;
use crate::system::on_runtime;
pub(crate) use published::{PUBLISHED, Published, PublishedCost};

/// What one more process, thread and task costs on this machine.
///
/// The process is a worker of a [`Pool`](crate::Pool), the thread is one of
/// the operating system, the task one of a Tokio runtime with one thread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Costs {
    /// One more worker process.
    pub process: Cost,
    /// One more thread.
    pub thread: Cost,
    /// One more task.
    pub task: Cost,
}

/// What one more of a kind costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// From the call that starts it until its first answer is there, for each
    /// start that was measured.
    pub starts: Samples,
    /// Its resident memory in bytes while it waits, its own alone: heap, stacks and what it has
    /// written of other pages. Of a process that leaves out the pages of its program and of
    /// libc, which it shares with others; of a thread or task it is what a process grows by.
    /// What the kernel keeps for any of them is not in it. `None`: this system does not
    /// tell, or would not start as many as a measurement needs.
    pub memory: Option<u64>,
    /// How long bytes take to it and back, by their number. The receiver does
    /// nothing with them.
    pub transfer: Vec<(usize, Samples)>,
}

impl Costs {
    /// Measures all of it, in about two seconds.
    ///
    /// # Errors
    /// If a worker process, a thread or a runtime cannot be started.
    pub fn measure(listener: &dyn Listener) -> Result<Costs, Error> {
        let mut steps = Steps::equal(listener, 9);
        let memory = [
            steps.made(memory::of_a_process()?),
            steps.made(memory::of_a_thread()?),
            steps.made(memory::of_a_task()?),
        ];
        let starts = [
            steps.made(start::process()?),
            steps.made(start::thread()?),
            steps.made(start::task()?),
        ];
        let mut parts = memory.into_iter().zip(starts).zip(NAMES);
        let mut cost = |transfer| {
            let ((memory, starts), name) = parts.next().expect("each array has three");
            let cost = Cost { starts, memory, transfer };
            steps.step(1.0, Some(&format!("{name}: {}", cost.told())));
            cost
        };
        Ok(Costs {
            process: cost(transfer::process()?),
            thread: cost(transfer::thread()?),
            task: cost(transfer::task()?),
        })
    }

    /// The three kinds with their names, the most expensive first.
    pub(crate) fn kinds(&self) -> [(&'static str, &Cost); 3] {
        let [process, thread, task] = NAMES;
        [(process, &self.process), (thread, &self.thread), (task, &self.task)]
    }
}

const NAMES: [&str; 3] = ["process", "thread", "task"];

impl Cost {
    /// The median time from the call that starts it until its first answer.
    #[must_use]
    pub fn start(&self) -> Duration {
        self.starts.median()
    }

    /// How long so many bytes take to it and back; `None` if that was not measured.
    #[must_use]
    pub fn transfer_of(&self, bytes: usize) -> Option<Duration> {
        self.transfer.iter().find(|(size, _)| *size == bytes).map(|(_, times)| times.median())
    }

    /// How many times as long starting one takes as starting one of the other kind.
    #[must_use]
    pub fn start_over(&self, other: &Cost) -> f64 {
        times(self.start(), other.start())
    }

    /// How many times as much memory one holds as one of the other kind; `None` if one of them
    /// was not measured.
    #[must_use]
    pub fn memory_over(&self, other: &Cost) -> Option<f64> {
        Some(self.memory? as f64 / other.memory?.max(1) as f64)
    }

    /// How many times as long so many bytes take to it and back as to one of the other kind;
    /// `None` if that was not measured.
    #[must_use]
    pub fn transfer_over(&self, other: &Cost, bytes: usize) -> Option<f64> {
        Some(times(self.transfer_of(bytes)?, other.transfer_of(bytes)?))
    }

    /// How many times as long `much` takes to it and back as `little` does; `None` if one of
    /// them was not measured.
    #[must_use]
    pub fn much_over_little(&self, much: usize, little: usize) -> Option<f64> {
        Some(times(self.transfer_of(much)?, self.transfer_of(little)?))
    }

    /// The memory in words.
    pub(crate) fn memory_told(&self) -> String {
        format::memory(self.memory)
    }

    fn told(&self) -> String {
        let mut parts = vec![
            format!("start {}", seconds(self.start())),
            format!("memory {}", self.memory_told()),
        ];
        if let Some((size, times)) = self.transfer.last() {
            let time = seconds(times.median());
            parts.push(format!("{} there and back in {time}", bytes(*size as u64)));
        }
        parts.join(", ")
    }
}

fn times(longer: Duration, shorter: Duration) -> f64 {
    longer.as_secs_f64() / shorter.as_secs_f64()
}

/// Measures with a runtime of one thread.
fn on_one_thread<T: Send>(lab: impl AsyncFnOnce() -> T + Send) -> Result<T, Error> {
    on_runtime(Builder::new_current_thread(), |runtime| runtime.block_on(lab()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_kind_is_told_in_times_of_another() {
        let cost = |micros: u64, memory| {
            let time = Duration::from_micros(micros);
            let transfer = [(1, time), (100, 5 * time)];
            let transfer = transfer.map(|(bytes, time)| (bytes, Samples::from_iter([time])));
            Cost { starts: Samples::from_iter([time]), memory, transfer: transfer.to_vec() }
        };
        let (process, thread) = (cost(80, Some(600)), cost(20, Some(200)));
        assert_eq!(process.start_over(&thread), 4.0);
        assert_eq!(process.memory_over(&thread), Some(3.0));
        assert_eq!(process.memory_over(&cost(20, None)), None);
        assert_eq!(process.transfer_over(&thread, 100), Some(4.0));
        assert_eq!(process.transfer_over(&thread, 7), None);
        assert_eq!(process.much_over_little(100, 1), Some(5.0));
        assert_eq!(process.much_over_little(100, 7), None);
    }
}
