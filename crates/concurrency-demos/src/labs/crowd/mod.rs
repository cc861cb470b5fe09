//! Breakfast for one person, for ten, for a hundred thousand: the time it takes
//! and the memory that holds what waits.

mod limits;

use std::time::Duration;

use serde::Serialize;

use super::Machine;
use super::steps::Steps;
use crate::error::Error;
use crate::format::{self, seconds, thousands};
use crate::pool::{Pool, Waiting};
use crate::record::{Listener, Model, Silent};
use crate::system::memory;
use crate::system::room::THREADS;
use crate::work::Dish;
use crate::work::breakfast::{self, PLATE};
use limits::{checked, that_fit, too_many_threads};

/// What breakfast costs for more and more persons, with a thread for each dish
/// and with a task for each dish, all tasks on one thread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crowd {
    /// By how much every dish is stretched: 1.0 is real time.
    pub time_scale: f64,
    /// A thread for each dish, for growing numbers of persons.
    pub threads: Vec<Waited>,
    /// A task for each dish, for growing numbers of persons.
    pub tasks: Vec<Waited>,
    /// Why there are tasks for more persons than threads, if there are.
    pub end_of_threads: Option<String>,
}

/// One breakfast, cooked by one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Waited {
    /// How many persons had breakfast, four dishes each.
    pub persons: usize,
    /// From the call until the last dish was ready.
    pub wall: Duration,
    /// By how many bytes a process grows while as many threads or tasks wait as
    /// there are dishes: heap and stacks, without what the kernel keeps, in
    /// whole pages. `None`: this system does not tell.
    pub memory: Option<u64>,
}

impl Crowd {
    /// Cooks for each number of persons in `persons`, from the fewest to the
    /// most, and says each result.
    ///
    /// The time is that of a run in this process. The memory is that of a new
    /// worker process, in which threads or tasks wait and do nothing else: the
    /// heap of this one keeps what earlier runs have freed, and a second
    /// measurement would find too little growth.
    ///
    /// Where less memory is left than a number may need, of the machine or of the control group,
    /// there are as many persons instead as fit into it, and it is said.
    ///
    /// Threads are started up to half of what the machine allows, and never
    /// more than 4,000. It takes two breakfasts for each number, and about a
    /// second more for 100,000 persons.
    ///
    /// # Errors
    /// If there is no number, if one is 0 or above 250,000, if the time scale is
    /// not one of [`breakfast::order`], if the worker binary is missing, or if
    /// threads or a runtime cannot be started.
    pub fn measure(
        persons: &[usize],
        time_scale: f64,
        listener: &dyn Listener,
    ) -> Result<Crowd, Error> {
        let persons = checked(persons, time_scale)?;
        let machine = Machine::limits();
        let mut crowd = Crowd { time_scale, threads: vec![], tasks: vec![], end_of_threads: None };
        // Two breakfasts for each number, and a second more for 100,000 persons.
        let work = |persons: usize| 10.0 * time_scale + persons as f64 / 100_000.0;
        let all = persons.iter().map(|persons| 2.0 * work(*persons)).sum();
        let mut steps = Steps::start(listener, 2 * persons.len(), all);
        for persons in persons {
            let work = work(persons);
            let (persons, fewer) = that_fit(persons, memory::available());
            if let Some(fewer) = fewer {
                steps.say(&fewer);
            }
            let tasks = wait(persons, time_scale, Model::Async)?;
            steps.step(work, Some(&format!("tasks for {}", tasks.told())));
            crowd.tasks.push(tasks);
            if crowd.end_of_threads.is_some() {
                steps.step(work, None);
                continue;
            }
            let no_room = || THREADS.check(persons * PLATE.len()).err().map(|why| why.to_string());
            crowd.end_of_threads = too_many_threads(&machine, persons).or_else(no_room);
            if let Some(why) = &crowd.end_of_threads {
                steps.step(work, Some(&format!("threads end: {why}")));
                continue;
            }
            let threads = wait(persons, time_scale, Model::ThreadPerJob)?;
            steps.step(work, Some(&format!("threads for {}", threads.told())));
            crowd.threads.push(threads);
        }
        Ok(crowd)
    }

    /// What breakfast for so many would take one dish after the other. It is
    /// computed, not run.
    #[must_use]
    pub fn sequence(&self, persons: usize) -> Duration {
        let work: f64 = PLATE.into_iter().map(Dish::seconds).sum();
        let all = Duration::try_from_secs_f64(work * self.time_scale * persons as f64);
        all.unwrap_or(Duration::MAX)
    }

    /// How many times as much memory as waiting tasks the same number of
    /// threads holds, for the most persons for which both were measured.
    #[must_use]
    pub fn threads_over_tasks(&self) -> Option<f64> {
        let ratio = |threads: &Waited| {
            let tasks = self.tasks.iter().find(|tasks| tasks.persons == threads.persons)?;
            Some(threads.memory? as f64 / tasks.memory?.max(1) as f64)
        };
        self.threads.iter().rev().find_map(ratio)
    }
}

impl Waited {
    /// The memory in words.
    pub(crate) fn memory_told(&self) -> String {
        match self.memory {
            Some(0) => "less than a page".to_owned(),
            memory => format::memory(memory),
        }
    }

    fn told(&self) -> String {
        let people = if self.persons == 1 { "person" } else { "persons" };
        let (persons, wall) = (thousands(self.persons), seconds(self.wall));
        format!("{persons} {people}: {wall}, memory {}", self.memory_told())
    }
}

fn wait(persons: usize, time_scale: f64, model: Model) -> Result<Waited, Error> {
    let dishes = breakfast::order(persons, time_scale)?;
    let waiting = match model {
        Model::Async => Waiting::Tasks(dishes.len()),
        _ => Waiting::Threads(dishes.len()),
    };
    let memory = Pool::growth(waiting)?;
    let run = model.run(&dishes, &Silent)?;
    run.outputs()?;
    Ok(Waited { persons, wall: run.wall, memory })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waited(persons: usize, memory: Option<u64>) -> Waited {
        Waited { persons, wall: Duration::from_secs(1), memory }
    }

    fn crowd(threads: &[Waited], tasks: &[Waited]) -> Crowd {
        let (threads, tasks) = (threads.to_vec(), tasks.to_vec());
        Crowd { time_scale: 0.5, threads, tasks, end_of_threads: None }
    }

    #[test]
    fn a_bad_order_is_refused_before_anything_runs() {
        let refused = |persons: &[usize], scale| {
            Crowd::measure(persons, scale, &Silent).expect_err("a bad order").to_string()
        };
        assert!(refused(&[], 1.0).contains("at least one number of persons"));
        assert!(refused(&[10, 0], 1.0).contains("at least one person, not 0"));
        assert!(refused(&[1, 250_001], 1.0).contains("at most 250,000 persons"));
        assert!(refused(&[1], 0.0).contains("time scale"));
    }

    #[test]
    fn sequence_is_six_seconds_a_person_at_half_the_time() {
        let crowd = crowd(&[], &[]);
        assert_eq!(crowd.sequence(10), Duration::from_secs(60));
        assert_eq!(format::seconds_or_days(crowd.sequence(100_000)), "6.94 days");
        assert_eq!(format::seconds_or_days(crowd.sequence(10)), "60.0 s");
    }

    #[test]
    fn memory_is_compared_where_both_were_measured() {
        let tasks = [waited(1, Some(10)), waited(10, Some(50)), waited(100, None)];
        let threads = [waited(1, Some(100)), waited(10, Some(1_000)), waited(100, Some(9))];
        assert_eq!(crowd(&threads, &tasks).threads_over_tasks(), Some(20.0));
        assert_eq!(crowd(&threads[..1], &tasks).threads_over_tasks(), Some(10.0));
        assert_eq!(crowd(&[], &tasks).threads_over_tasks(), None);
    }
}
