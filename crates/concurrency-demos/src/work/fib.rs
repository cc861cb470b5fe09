//! The CPU-bound workload: the recursive Fibonacci function.

use std::f64::consts::GOLDEN_RATIO;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The largest n whose Fibonacci number fits a `u64`.
pub const LARGEST: u32 = 93;

/// The n-th Fibonacci number, computed the slow way on purpose.
///
/// It makes about 1.618 times as many calls for each step of n.
///
/// ```
/// assert_eq!(concurrency_demos::fib(31), 1_346_269);
/// ```
///
/// # Panics
/// If `n` is above 93: the number would not fit, and a far larger n not the stack.
#[must_use]
pub fn fib(n: u32) -> u64 {
    assert!(n <= LARGEST, "{}", too_large(n));
    calls(n)
}

fn calls(n: u32) -> u64 {
    if n < 2 { u64::from(n) } else { calls(n - 1) + calls(n - 2) }
}

/// What is said of an n whose Fibonacci number does not fit.
pub(super) fn too_large(n: u32) -> String {
    format!("fib({n}) does not fit 64 bits: n can be {LARGEST} at the most")
}

/// The smallest n from 20 on for which one `fib(n)` takes at least `time` on
/// this machine now, 60 at the most.
///
/// It is measured, not computed: n grows until one call takes a fortieth of
/// `time`, and from there by the known growth, the golden ratio a step. That takes about a fifth of
/// `time`, and no longer for an hour than for ten seconds.
#[must_use]
pub fn n_taking(time: Duration) -> u32 {
    let (mut n, mut taken) = (20, one_call(20));
    let enough = time.min(LONG) / 40;
    while taken < enough && n < 60 {
        n += 1;
        taken = one_call(n);
    }
    let steps = (time.as_secs_f64() / taken.as_secs_f64().max(1e-9)).ln() / GOLDEN_RATIO.ln();
    (n + steps.max(0.0).ceil() as u32).min(60)
}

/// The growth is no better known from a call that takes longer than a fortieth of this.
const LONG: Duration = Duration::from_secs(10);

/// The quickest of three calls: what disturbs a call only makes it longer.
fn one_call(n: u32) -> Duration {
    let call = |_| {
        let started = Instant::now();
        black_box(fib(black_box(n)));
        started.elapsed()
    };
    (0..3).map(call).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::clock;

    #[test]
    fn known_values() {
        let first: Vec<u64> = (0..10).map(fib).collect();
        assert_eq!(first, [0, 1, 1, 2, 3, 5, 8, 13, 21, 34]);
    }

    #[test]
    #[should_panic(expected = "fib(4000000000) does not fit 64 bits")]
    fn an_n_that_would_not_fit_the_stack_is_refused() {
        let _ = fib(black_box(4_000_000_000));
    }

    #[test]
    fn n_grows_with_the_time_asked_for() {
        let short = n_taking(Duration::from_millis(1));
        let long = n_taking(Duration::from_millis(100));
        assert!(short >= 20 && long > short, "{short} for 1 ms, {long} for 100 ms");
    }

    #[test]
    fn finding_n_takes_less_than_half_of_the_time_asked_for() {
        let time = Duration::from_millis(200);
        let before = clock::thread_cpu();
        let _ = n_taking(time);
        let took = clock::thread_cpu() - before;
        assert!(took < time / 2, "{took:?} of CPU time for {time:?}");
    }
}
