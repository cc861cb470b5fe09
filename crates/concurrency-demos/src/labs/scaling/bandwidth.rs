//! A sum of numbers that lie in a cache, and of numbers that come from memory: all cores share
//! one way to memory.

use std::hint::black_box;
use std::time::Duration;

use super::{Law, Scaling, in_turns, together, worker_numbers};
use crate::error::Error;
use crate::format::bytes;
use crate::labs::cores;
use crate::record::Listener;

/// So many bytes are there: more than the caches of most machines hold.
const ALL: usize = 256 << 20;
/// So often each of them is read in a measurement.
const PASSES: usize = 4;
/// So much a worker reads again and again, where it reads from its cache.
const CACHED: usize = 16 << 10;
const NUMBER: usize = size_of::<u64>();
const REPEATS: usize = 5;

impl Scaling {
    /// Sums 256 MiB of numbers that come from memory, four times over, and as many that each
    /// worker has in its cache, 16 KiB again and again; on 1, 2, 4 and so on workers, up to twice
    /// the cores. Each five times, in turns, the median counts. The values are the bytes.
    ///
    /// # Errors
    /// If a thread cannot be started.
    pub fn of_memory(listener: &dyn Listener) -> Result<Scaling, Error> {
        let numbers: Vec<u64> = (0..(ALL / NUMBER) as u64).collect();
        let named = |size| (bytes(size as u64), size as f64);
        let time = |size, workers| time(workers, &numbers, size);
        let sizes = [CACHED, ALL];
        let series = in_turns(&sizes, named, &worker_numbers(), REPEATS, listener, time)?;
        let jobs = format!("summing {} of numbers", bytes((ALL * PASSES) as u64));
        Ok(Scaling { jobs, law: Law::Ideal, within: cores(), series, source: None })
    }

    /// How many bytes a second so many workers read, in the series of this value of
    /// [`of_memory`](Scaling::of_memory).
    #[must_use]
    pub fn bytes_a_second(&self, value: f64, workers: usize) -> Option<f64> {
        let times = &self.of(value)?.times;
        let (_, times) = times.iter().find(|(number, _)| *number == workers)?;
        Some((ALL * PASSES) as f64 / times.median().as_secs_f64())
    }
}

/// Each worker sums its part in pieces of this size; a piece smaller than the part again and
/// again.
fn time(workers: usize, numbers: &[u64], size: usize) -> Result<Duration, Error> {
    let part = numbers.len() / workers;
    together(workers, &|worker| {
        let part = &numbers[worker * part..(worker + 1) * part];
        let piece = &part[..part.len().min(size / NUMBER)];
        for _ in 0..PASSES * part.len() / piece.len() {
            black_box(
                black_box(piece).iter().fold(0, |sum: u64, number| sum.wrapping_add(*number)),
            );
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Silent;

    #[test]
    fn numbers_in_the_cache_are_read_quicker_than_those_in_memory() {
        let record = Scaling::of_memory(&Silent).unwrap();
        let [cached, memory] = [CACHED, ALL].map(|size| record.bytes_a_second(size as f64, 1));
        assert!(cached.unwrap() > memory.unwrap(), "{record:?}");
        assert_eq!(record.bytes_a_second(1.0, 1), None);
    }
}
