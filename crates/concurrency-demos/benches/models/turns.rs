//! Long measurements take turns.
//!
//! Criterion measures one function after the other. Where each takes a minute,
//! the load of the machine drifts in between and a ratio means little. So the
//! contenders take turns first, and Criterion is given the samples.

use std::cell::{Cell, LazyCell};
use std::iter::Sum;

/// As many as the samples that Criterion asks for in a long group.
const ROUNDS: usize = 10;

/// Samples of several contenders, made when the first is asked for.
pub struct Turns<T, F: FnOnce() -> Vec<Vec<T>>> {
    rounds: LazyCell<Vec<Vec<T>>, F>,
}

/// Measures so many contenders, each once in a round.
pub fn take_turns<T>(
    contenders: usize,
    measure: impl Fn(usize) -> T,
) -> Turns<T, impl FnOnce() -> Vec<Vec<T>>> {
    let rounds = if crate::is_trial() { 1 } else { ROUNDS };
    let round = move || (0..contenders).map(&measure).collect();
    let all = move || std::iter::repeat_with(round).take(rounds).collect();
    Turns { rounds: LazyCell::new(all) }
}

impl<T: Copy, F: FnOnce() -> Vec<Vec<T>>> Turns<T, F> {
    /// The samples of one contender for `iter_custom`, one after the other.
    pub fn of<S: Sum<R>, R>(&self, contender: usize, read: impl Fn(T) -> R) -> impl Fn(u64) -> S {
        let round = Cell::new(0);
        move |times| {
            let next = |_| {
                let rounds = &self.rounds;
                round.set((round.get() + 1) % rounds.len());
                read(rounds[round.get()][contender])
            };
            (0..times).map(next).sum()
        }
    }
}
