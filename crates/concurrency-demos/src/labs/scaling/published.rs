//! A run on more cores than most readers have.

use std::time::Duration;

use super::{Law, Samples, Scaling, Series};

/// Mandelbrot on 16 cores with 32 hardware threads: numbers of threads and speed-ups.
pub(crate) const THREADS: [(usize, f64); 5] =
    [(2, 1.95), (4, 3.83), (8, 7.5), (16, 13.8), (32, 12.8)];
/// The same by processes.
pub(crate) const PROCESSES: [(usize, f64); 5] =
    [(2, 1.77), (4, 3.39), (8, 6.5), (16, 11.2), (32, 15.6)];

impl Scaling {
    /// Mandelbrot in Python without the interpreter lock, on 16 cores with 32 hardware threads,
    /// as the [guide to free threading](https://py-free-threading.github.io/) publishes it: by
    /// threads, value 0, and by processes, value 1.
    #[must_use]
    pub fn published() -> Scaling {
        let series = [("threads", 0.0, THREADS), ("processes", 1.0, PROCESSES)];
        let time = |(workers, speed_up): (usize, f64)| {
            (workers, Samples::from_iter([Duration::from_secs_f64(1.0 / speed_up)]))
        };
        let series = series.map(|(name, value, points)| Series {
            name: name.to_owned(),
            value,
            times: [(1, 1.0)].into_iter().chain(points).map(time).collect(),
        });
        Scaling {
            jobs: "Mandelbrot in free-threaded Python on 16 cores with 32 hardware threads"
                .to_owned(),
            law: Law::Fitted,
            within: 32,
            series: series.to_vec(),
            source: Some("py-free-threading.github.io"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_speed_ups_come_back_and_threads_have_the_crosstalk() {
        let record = Scaling::published();
        assert!((record.speed_up(0.0, 32).unwrap() - 12.8).abs() < 1e-6);
        let (_, threads) = record.contention_and_crosstalk(0.0).unwrap();
        let (_, processes) = record.contention_and_crosstalk(1.0).unwrap();
        assert!(threads > 4.0 * processes, "{threads} {processes}");
        assert!(record.best_workers(0.0).is_some_and(|best| best < 32.0));
        assert!(record.best_workers(1.0).is_some_and(|best| best > 64.0));
    }
}
