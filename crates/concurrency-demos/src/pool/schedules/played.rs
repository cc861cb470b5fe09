//! Worker processes and threads of the system, played: what becomes of them is in the plan.

use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

use shuttle::thread::{Scope, ScopedJoinHandle, yield_now};

use crate::error::Error;
use crate::pool::protocol::{Answer, Request};
use crate::record::{Cause, Timing};
use crate::system::clock;
use crate::work::{Job, Output};

/// What happens, and what has happened.
#[derive(Clone, Default)]
pub struct Plan {
    /// The jobs that take their worker down: those of `fib` of these numbers.
    pub deadly: Vec<u32>,
    /// So many more processes can be started, and so many threads.
    pub processes: usize,
    pub threads: usize,
    /// What the workers were asked for.
    pub asked: Vec<u32>,
}

thread_local! {
    /// All threads of shuttle are one of the system.
    static PLAN: RefCell<Plan> = RefCell::default();
}

/// This is the plan from now on.
pub fn plan(plan: Plan) {
    PLAN.replace(plan);
}

/// What it has become.
pub fn outcome() -> Plan {
    PLAN.take()
}

/// Takes one of what is left; an error if there is none.
fn take(count: impl FnOnce(&mut Plan) -> &mut usize, what: &str) -> Result<(), Error> {
    PLAN.with_borrow_mut(|plan| {
        let left = count(plan);
        *left = left.checked_sub(1).ok_or_else(|| Error::new(format!("no {what} is left")))?;
        Ok(())
    })
}

pub(super) fn spawn_in<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    _name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, Error> {
    take(|plan| &mut plan.threads, "thread")?;
    Ok(scope.spawn(work))
}

/// In the place of the pool's.
pub struct Process(());

impl Process {
    pub fn spawn(_binary: &Path) -> Result<Self, Error> {
        yield_now();
        take(|plan| &mut plan.processes, "process").map(|()| Process(()))
    }

    pub fn greet(&mut self, _binary: &Path) -> Result<(), Error> {
        yield_now();
        Ok(())
    }

    pub fn id(&self) -> u32 {
        1
    }

    pub fn call(&mut self, request: &Request<&Job>, _: Option<Duration>) -> Result<Answer, Cause> {
        let Request::Do(Job::Fib(number)) = request else { unreachable!("nothing else is asked") };
        let started = clock::now();
        let dies = PLAN.with_borrow_mut(|plan| {
            plan.asked.push(*number);
            plan.deadly.contains(number)
        });
        yield_now();
        if dies {
            return Err(Cause::Killed { signal: 9, last_words: String::new() });
        }
        let timing = Timing { thread: 1, started, finished: clock::now(), cpu: Duration::ZERO };
        Ok(Answer { timing, result: Ok(Output::Number(u64::from(*number))) })
    }
}
