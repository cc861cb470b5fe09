//! The check of an exercise: it answers, and fails the notebook only for a grader.

use std::{env, fmt};

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

impl Check {
    /// Panics where `COURSE_GRADE` is 1 and the task is not done. nbgrader takes a cell for solved
    /// that shows no error, and also one that shows a value before its error.
    #[track_caller]
    pub(crate) fn fail_for_a_grader(&self) {
        let graded = env::var_os("COURSE_GRADE").is_some_and(|said| said == "1");
        assert!(self.passed || !graded, "{self}");
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.passed { "correct" } else { "not yet" }, self.task)
    }
}
