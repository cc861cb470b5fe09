//! The check of an exercise: it answers, and never fails the notebook.

use std::fmt;

use serde::Serialize;

/// The answer to an exercise.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Check {
    /// Whether the code does what was asked for.
    pub passed: bool,
    /// What was asked for.
    pub task: String,
}

/// Checks an exercise: `task` says what was asked for, `passed` whether it is so.
///
/// ```
/// use concurrency_demos::check;
///
/// assert_eq!(check("two and two", 2 + 2 == 4).to_string(), "correct: two and two");
/// assert_eq!(check("two and two", 2 + 2 == 5).to_string(), "not yet: two and two");
/// ```
#[must_use]
pub fn check(task: &str, passed: bool) -> Check {
    Check { passed, task: task.to_owned() }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.passed { "correct" } else { "not yet" }, self.task)
    }
}
