//! What no schedule can beat: small functions with their source.

mod farm;

use std::time::Duration;

pub use farm::Farm;

/// The time below which no schedule on `workers` equal workers can come: the
/// work shared evenly, or the longest job, whichever is more.
///
/// Graham (1966) shows that a schedule that never leaves a worker idle while a
/// job waits needs at the most the sum of the two.
///
/// ```
/// use std::time::Duration;
/// use concurrency_demos::theory::lower_bound;
///
/// let (work, longest) = (Duration::from_secs(12), Duration::from_secs(5));
/// assert_eq!(lower_bound(work, longest, 2), Duration::from_secs(6));
/// assert_eq!(lower_bound(work, longest, 4), Duration::from_secs(5));
/// ```
///
/// # Panics
/// If `workers` is 0.
#[must_use]
pub fn lower_bound(work: Duration, longest: Duration, workers: usize) -> Duration {
    assert!(workers > 0, "no worker, no schedule");
    longest.max(work.div_f64(workers as f64))
}

/// Amdahl's law (1967): how many times as quick `workers` make a program of
/// which the share `parallel` (0 to 1) can be divided among them.
///
/// ```
/// use concurrency_demos::theory::amdahl;
///
/// assert_eq!(amdahl(0.5, 2), 4.0 / 3.0);
/// assert_eq!(amdahl(1.0, 8), 8.0);
/// ```
#[must_use]
pub fn amdahl(parallel: f64, workers: usize) -> f64 {
    1.0 / ((1.0 - parallel) + parallel / workers as f64)
}

/// Gunther's universal scalability law (1993), as a speed-up over one worker:
/// `contention` is the share of the work that waits for its turn, `crosstalk`
/// the share that each pair of workers costs to keep in agreement.
///
/// Without crosstalk it is Amdahl's law with `parallel = 1 - contention`.
///
/// ```
/// use concurrency_demos::theory::universal_scalability;
///
/// assert_eq!(universal_scalability(0.0, 0.0, 8), 8.0);
/// assert_eq!(universal_scalability(0.0, 0.5, 2), 1.0);
/// ```
#[must_use]
pub fn universal_scalability(contention: f64, crosstalk: f64, workers: usize) -> f64 {
    let n = workers as f64;
    n / (1.0 + contention * (n - 1.0) + crosstalk * n * (n - 1.0))
}

/// The number of workers at which the universal scalability law is at its top, or beyond which
/// more of them are slower; infinite without crosstalk.
///
/// ```
/// use concurrency_demos::theory::best_workers;
///
/// assert_eq!(best_workers(0.02, 0.0005).round(), 44.0);
/// assert!(best_workers(0.1, 0.0).is_infinite());
/// ```
#[must_use]
pub fn best_workers(contention: f64, crosstalk: f64) -> f64 {
    ((1.0 - contention).max(0.0) / crosstalk).sqrt()
}

/// The share that can be divided, as Amdahl's law explains these speed-ups
/// best: pairs of workers and speed-up. `None` without any for two workers or
/// more.
#[must_use]
pub fn fit_amdahl(points: &[(usize, f64)]) -> Option<f64> {
    let points: Vec<_> = loss(points);
    let contention = one_share(&points, |workers| workers - 1.0)?;
    Some(1.0 - contention.clamp(0.0, 1.0))
}

/// Contention and crosstalk, as the universal scalability law explains these
/// speed-ups best. `None` unless there are two numbers of workers above one.
///
/// Least squares of `workers / speed-up`, which is linear in both, as Gunther
/// does it (Guerrilla Capacity Planning, 2007). Neither can be below zero.
#[must_use]
pub fn fit_universal_scalability(points: &[(usize, f64)]) -> Option<(f64, f64)> {
    let points: Vec<_> = loss(points);
    let sum =
        |term: &dyn Fn(f64, f64) -> f64| points.iter().map(|(n, y)| term(*n, *y)).sum::<f64>();
    let (turn, pair) = (|n: f64| n - 1.0, |n: f64| n * (n - 1.0));
    let (aa, ab, bb) = (
        sum(&|n, _| turn(n) * turn(n)),
        sum(&|n, _| turn(n) * pair(n)),
        sum(&|n, _| pair(n) * pair(n)),
    );
    let (ay, by) = (sum(&|n, y| turn(n) * y), sum(&|n, y| pair(n) * y));
    let determinant = aa * bb - ab * ab;
    if determinant <= 1e-9 * aa * bb {
        return None;
    }
    let contention = (ay * bb - by * ab) / determinant;
    let crosstalk = (by * aa - ay * ab) / determinant;
    match (contention >= 0.0, crosstalk >= 0.0) {
        (true, true) => Some((contention, crosstalk)),
        (_, false) => Some((one_share(&points, turn)?.max(0.0), 0.0)),
        (false, true) => Some((0.0, one_share(&points, pair)?.max(0.0))),
    }
}

/// For each number of workers above one how much more work is done than with
/// one: `workers / speed-up - 1`.
fn loss(points: &[(usize, f64)]) -> Vec<(f64, f64)> {
    let several = points.iter().filter(|(workers, speed_up)| *workers > 1 && *speed_up > 0.0);
    several.map(|(workers, speed_up)| (*workers as f64, *workers as f64 / speed_up - 1.0)).collect()
}

/// Least squares of `loss = share * term(workers)`.
fn one_share(points: &[(f64, f64)], term: impl Fn(f64) -> f64) -> Option<f64> {
    let squares: f64 = points.iter().map(|(n, _)| term(*n).powi(2)).sum();
    let products: f64 = points.iter().map(|(n, y)| term(*n) * y).sum();
    (squares > 0.0).then(|| products / squares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::scaling::{PROCESSES, THREADS};

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6 * b.abs().max(1.0)
    }

    #[test]
    fn amdahl_has_its_known_values() {
        for (parallel, workers, speed_up) in
            [(0.9, 10, 5.263_157_9), (0.95, 1_000_000_000, 20.0), (0.0, 64, 1.0), (0.3, 1, 1.0)]
        {
            assert!(close(amdahl(parallel, workers), speed_up), "{parallel} {workers}");
        }
    }

    #[test]
    fn without_crosstalk_the_universal_law_is_amdahls() {
        for workers in [1, 2, 7, 64] {
            assert!(close(universal_scalability(0.2, 0.0, workers), amdahl(0.8, workers)));
        }
    }

    /// Its known maximum lies at the root of (1 - contention) / crosstalk.
    #[test]
    fn the_universal_law_turns_where_it_should() {
        let (contention, crosstalk) = (0.02_f64, 0.0005);
        let top = top(contention, crosstalk);
        let at = |workers| universal_scalability(contention, crosstalk, workers);
        assert_eq!(top, 44);
        assert!(at(top) > at(top - 2) && at(top) > at(top + 2));
    }

    #[test]
    fn a_fit_gives_back_what_the_data_were_made_of() {
        let data = |law: &dyn Fn(usize) -> f64| [1, 2, 3, 4, 8].map(|n| (n, law(n)));
        let fitted = fit_amdahl(&data(&|n| amdahl(0.87, n))).unwrap();
        assert!(close(fitted, 0.87), "{fitted}");
        let universal = data(&|n| universal_scalability(0.03, 0.002, n));
        let (contention, crosstalk) = fit_universal_scalability(&universal).unwrap();
        assert!(close(contention, 0.03) && close(crosstalk, 0.002), "{contention} {crosstalk}");
    }

    fn top(contention: f64, crosstalk: f64) -> usize {
        best_workers(contention, crosstalk).round() as usize
    }

    /// More threads than cores slow the published run down. The law fitted to it lies above
    /// the data there, at its top at 26 threads, and comes down before the last of them.
    #[test]
    fn published_threads_turn_back_before_32_and_published_processes_do_not() {
        let (contention, crosstalk) = fit_universal_scalability(&THREADS).unwrap();
        let at = |n| universal_scalability(contention, crosstalk, n);
        assert!(at(16) > at(32) * 0.9 && crosstalk > 0.0, "{} {}", at(16), at(32));
        let most = top(contention, crosstalk);
        assert!(most > 16 && most < 32 && at(most) > at(32), "top at {most}");
        let (contention, crosstalk) = fit_universal_scalability(&PROCESSES).unwrap();
        assert!(top(contention, crosstalk) > 64, "they gain at 32 still");
        for (workers, measured) in PROCESSES {
            let off = universal_scalability(contention, crosstalk, workers) / measured - 1.0;
            assert!(off.abs() < 0.15, "{workers} workers: {off}");
        }
        assert!(fit_amdahl(&PROCESSES).unwrap() > 0.95);
    }

    #[test]
    fn shares_stay_within_their_bounds() {
        let better_than_ideal = [(1, 1.0), (2, 2.1), (4, 4.3)];
        assert_eq!(fit_amdahl(&better_than_ideal), Some(1.0));
        assert_eq!(fit_universal_scalability(&better_than_ideal), Some((0.0, 0.0)));
        assert_eq!(fit_amdahl(&[(1, 1.0)]), None);
        assert_eq!(fit_universal_scalability(&[(1, 1.0), (2, 1.9)]), None);
    }
}
