//! One guest, ten, five thousand: how long they wait for their answers, and what the server
//! holds for them, by its model.

mod limits;
mod visits;

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::Machine;
use super::steps::Steps;
use crate::error::Error;
use crate::format::{memory, seconds, thousands};
use crate::pool::Server;
use crate::record::Listener;
use crate::service::Serving;
use limits::{fitting, unserved};
pub use visits::Visits;

/// How many orders each guest makes.
const ORDERS: usize = 4;

/// A server in three models under growing load. It answers an order some time later and computes
/// nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// How long it cooks.
    pub time: Duration,
    /// How many orders each guest made, one after the other.
    pub orders: usize,
    /// What was measured, by model and then by the number of guests.
    pub loads: Vec<Load>,
    /// Where the run is smaller than it was asked for, a sentence each.
    pub notes: Vec<String>,
}

/// One server and its guests.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    /// How they were served.
    pub serving: Serving,
    /// What they have seen.
    pub visits: Visits,
    /// By how many bytes the server has grown for them: heap and stacks, without what the
    /// kernel keeps, in whole pages. `None`: this system does not tell.
    pub memory: Option<u64>,
}

impl Service {
    /// Measures each model with each number of guests in `guests`, and says each result.
    ///
    /// Server and guests are two new processes each time: the memory is the server's alone, and
    /// each may open as many files as the hard limit of this machine allows one process. One by
    /// one is measured up to ten seconds of cooking.
    ///
    /// # Errors
    /// If there is no number, or one is 0 or above 20,000, if the worker binary is missing, or
    /// if a guest is not served.
    pub fn measure(
        guests: &[usize],
        time: Duration,
        listener: &dyn Listener,
    ) -> Result<Service, Error> {
        let (guests, note) = fitting(guests)?;
        let machine = Machine::limits();
        let mut service =
            Service { time, orders: ORDERS, loads: vec![], notes: Vec::from_iter(note) };
        let cases = Serving::ALL.into_iter().flat_map(|how| guests.iter().map(move |n| (how, *n)));
        let mut planned = vec![];
        for (serving, guests) in cases {
            let cooking = time.saturating_mul((guests * ORDERS) as u32);
            match unserved(&machine, serving, guests, cooking) {
                Some(why) => service.notes.push(why),
                None => planned.push((serving, guests, expected(serving, guests, time))),
            }
        }
        let work = planned.iter().map(|(_, _, work)| work).sum();
        let mut steps = Steps::start(listener, planned.len(), work);
        for (serving, guests, work) in planned {
            let load = Load::measure(serving, time, guests)?;
            steps.step(work, Some(&load.to_string()));
            service.loads.push(load);
        }
        Ok(service)
    }

    /// What was measured of one model with so many guests.
    #[must_use]
    pub fn load(&self, serving: Serving, guests: usize) -> Option<&Load> {
        self.of(serving).find(|load| load.visits.guests == guests)
    }

    /// What was measured of one model, from the fewest guests to the most.
    pub fn of(&self, serving: Serving) -> impl DoubleEndedIterator<Item = &Load> {
        self.loads.iter().filter(move |load| load.serving == serving)
    }

    /// So many percent of the orders of these guests waited no longer than this many dishes take.
    #[must_use]
    pub fn dishes(&self, serving: Serving, guests: usize, percent: f64) -> Option<f64> {
        let wait = self.load(serving, guests)?.visits.waits.percentile(percent);
        Some(wait.as_secs_f64() / self.time.as_secs_f64().max(1e-9))
    }

    /// The same of those who are served together, by threads or by tasks, whichever is more.
    #[must_use]
    pub fn dishes_together(&self, guests: usize, percent: f64) -> Option<f64> {
        let together = [Serving::ThreadEach, Serving::TaskEach];
        let dishes = together.map(|serving| self.dishes(serving, guests, percent));
        dishes.into_iter().flatten().reduce(f64::max)
    }

    /// How many times as many answers a second as `other` one model gives at its best.
    #[must_use]
    pub fn answers_over(&self, serving: Serving, other: Serving) -> Option<f64> {
        let best = |serving| self.of(serving).map(|load| load.visits.per_second()).reduce(f64::max);
        Some(best(serving)? / best(other)?)
    }

    /// How many times as much memory as the tasks the threads hold, for the most guests for
    /// which both were measured.
    #[must_use]
    pub fn threads_over_tasks(&self) -> Option<f64> {
        let ratio = |threads: &Load| {
            let tasks = self.load(Serving::TaskEach, threads.visits.guests)?;
            Some(threads.memory? as f64 / tasks.memory?.max(1) as f64)
        };
        self.of(Serving::ThreadEach).rev().find_map(ratio)
    }
}

/// About how many seconds a measurement takes.
fn expected(serving: Serving, guests: usize, time: Duration) -> f64 {
    let in_a_row = if serving == Serving::OneByOne { guests } else { 1 };
    (ORDERS * in_a_row) as f64 * time.as_secs_f64() + guests as f64 * 2e-4 + 0.02
}

impl Load {
    fn measure(serving: Serving, time: Duration, guests: usize) -> Result<Load, Error> {
        let server = Server::open(serving, time)?;
        let staying = server.visit(guests, ORDERS)?;
        let memory = server.growth();
        Ok(Load { serving, visits: Visits::of(guests, staying.visited), memory })
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.serving.label(), self.visits)
    }
}

/// The table: a line for each load, and the sentences.
impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["p50", "p90", "p99", "answers/s", "memory"];
        let [p50, p90, p99, answers, held] = head;
        write!(f, "{:<14}{:>7}", "served", "guests")?;
        writeln!(f, "{p50:>9}{p90:>9}{p99:>9}{answers:>11}{held:>11}")?;
        for Load { serving, visits, memory: held } in &self.loads {
            let [p50, p90, p99] = [50.0, 90.0, 99.0].map(|p| seconds(visits.waits.percentile(p)));
            let answers = thousands(visits.per_second().round() as usize);
            write!(f, "{:<14}{:>7}", serving.label(), thousands(visits.guests))?;
            writeln!(f, "{p50:>9}{p90:>9}{p99:>9}{answers:>11}{:>11}", memory(*held))?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}
