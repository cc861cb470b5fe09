//! The workers that died in a run, and the jobs that are given up for it.

use std::collections::HashSet;
use std::time::Duration;

use concurrency_demos::Cause;
use concurrency_demos::beyond::Death;

use super::queue::MOST_DELIVERIES;
use crate::record::Book;

#[derive(Default)]
pub(super) struct Deaths {
    /// In their order, each with the time when it was seen.
    seen: Vec<(Death, Duration)>,
    /// The jobs that the server delivers no more.
    spent: HashSet<usize>,
}

impl Deaths {
    /// A worker was seen to be dead.
    pub fn saw(&mut self, worker: usize, cause: Cause, at: Duration) {
        let consequence = "its job is delivered again".to_owned();
        self.seen.push((Death { worker: Some(worker), cause, consequence }, at));
    }

    /// The server has said that it delivers a job no more.
    pub fn spent(&mut self, index: usize) {
        self.spent.insert(index);
    }

    /// Loses the jobs whose last delivery was to a worker that has died since.
    ///
    /// That a worker began a job may be heard after its death was seen, or never if it died in
    /// between; then the server tells, one patience later.
    pub fn give_up(&mut self, book: &mut Book) {
        if self.seen.is_empty() {
            return;
        }
        for (index, last) in book.open_jobs() {
            if book.begun(index) < MOST_DELIVERIES && !self.spent.contains(&index) {
                continue;
            }
            let fits = |(death, at): &&mut (Death, Duration)| {
                last.is_none_or(|(worker, began)| death.worker == Some(worker) && began <= *at)
            };
            if let Some((death, _)) = self.seen.iter_mut().rev().find(fits) {
                death.consequence =
                    format!("its job is given up after {MOST_DELIVERIES} deliveries");
                book.lose(index, death.cause.clone());
            }
        }
    }

    /// All of them.
    pub fn list(self) -> Vec<Death> {
        self.seen.into_iter().map(|(death, _)| death).collect()
    }
}

#[cfg(test)]
mod tests {
    use concurrency_demos::{Job, Model, Silent};

    use super::*;

    const KILLED: Cause = Cause::Killed { signal: 9, last_words: String::new() };

    /// What happens in a run with one job, in this order.
    enum Event {
        Began(usize, u64),
        Died(usize, u64),
        Spent,
    }
    use Event::{Began, Died, Spent};

    /// How many jobs are lost, and the last consequence.
    fn after(events: &[Event]) -> (usize, Option<String>) {
        let jobs = [Job::Fib(1)];
        let mut book = Book::open(&jobs, Model::Broker(2), &Silent);
        let mut deaths = Deaths::default();
        for event in events {
            match *event {
                Began(worker, at) => book.began(&[0], worker, Duration::from_millis(at)),
                Died(worker, at) => deaths.saw(worker, KILLED, Duration::from_millis(at)),
                Spent => deaths.spent(0),
            }
            deaths.give_up(&mut book);
        }
        (book.lost(), deaths.list().pop().map(|death| death.consequence))
    }

    #[test]
    fn a_job_is_lost_with_the_third_worker_that_it_was_delivered_to() {
        let twice = || vec![Began(0, 1), Died(0, 2), Began(1, 3), Died(1, 4)];
        let given_up = Some("its job is given up after 3 deliveries".to_owned());
        assert_eq!(after(&twice()), (0, Some("its job is delivered again".into())));
        let more = |events: Vec<Event>| {
            after(&[twice(), events].into_iter().flatten().collect::<Vec<_>>())
        };
        assert_eq!(more(vec![Began(0, 5)]).0, 0, "it is being done");
        assert_eq!(more(vec![Began(0, 5), Died(1, 6)]).0, 0, "another one died");
        assert_eq!(more(vec![Began(0, 5), Died(0, 6)]), (1, given_up.clone()));
        assert_eq!(more(vec![Died(0, 6), Began(0, 5)]), (1, given_up.clone()), "heard late");
        assert_eq!(more(vec![Died(0, 6), Spent]).0, 1, "never heard");
        assert_eq!(after(&[Died(0, 1), Spent]), (1, given_up), "nothing was heard");
        assert_eq!(after(&[Began(0, 1), Spent]).0, 0, "it may still end");
    }
}
