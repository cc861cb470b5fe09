//! The quiz of the last notebook: what is right, and why. The questions stand
//! in the notebook; the answers stand here, so that its cells do not tell them.

use crate::lesson::{Check, Fact, check, hand_over};

/// The right letter of each question, and what is to be said of a, b and c.
const QUESTIONS: [(char, [&str; 3]); 7] = [
    // A pure Rust function is called for each of 10,000 images.
    (
        'b',
        [
            "processes compute in parallel, too, but every image would have to be sent through a \
             pipe, and nothing here asks for isolation",
            "threads compute in parallel and share the images; a pool starts them once",
            "tasks on one thread take turns: only one of them computes at any moment",
        ],
    ),
    // A server keeps 50,000 connections that are mostly silent.
    (
        'c',
        [
            "a process for each connection costs megabytes and a millisecond each",
            "50,000 threads may start, but each keeps a stack and a place in the kernel, and \
             limits come near",
            "waiting is what tasks are for: one costs less than a kilobyte and no thread",
        ],
    ),
    // A C library that sometimes crashes converts files for your service.
    (
        'a',
        [
            "a crash ends the worker process alone; the service sees a typed failure and goes on",
            "an abort or a segmentation fault in any thread ends the whole process",
            "a task runs on a thread of your process, so the crash takes the service along",
        ],
    ),
    // An async handler has to compute for 200 ms.
    (
        'c',
        [
            "async does not make it yield: between two .await it keeps its thread, and all other \
             tasks of that thread wait",
            "a process helps, but costs a start or a transfer; nothing here asks for isolation",
            "spawn_blocking moves it to a thread made for this, and the tasks go on; a bound keeps \
             such threads from outnumbering the cores",
        ],
    ),
    // Two threads add to one counter with load and store.
    (
        'b',
        [
            "there is no data race here, each load and each store is atomic: the compiler accepts it",
            "it compiles and loses updates: between load and store the other thread may add",
            "the GIL has no counterpart in Rust, and even in Python it does not make += atomic",
        ],
    ),
    // Each of 1,000 jobs takes 20 us.
    (
        'a',
        [
            "in chunks the start is paid once for many jobs; Rayon does this by itself",
            "starting a thread takes as long as such a job or longer",
            "starting a process takes many times as long as such a job",
        ],
    ),
    // Four downloads at once in a small tool, no async library in use yet.
    (
        'b',
        [
            "processes wait as well as threads do, and cost more to start and to feed",
            "four threads are cheap, and the code stays plain; tasks pay for hundreds or more",
            "tasks do it, too, but bring a runtime and an async version of each library for four \
             waits",
        ],
    ),
];

/// Checks the answer, `"a"`, `"b"` or `"c"`, to a question of the quiz, and
/// says why it is right or wrong. The questions count from 1; for any other
/// number it says which there are.
///
/// ```
/// use concurrency_demos::quiz;
///
/// assert!(quiz(1, "b").passed);
/// assert!(quiz(1, "a").to_string().contains("through a pipe"));
/// assert!(quiz(1, "").to_string().contains("write \"a\", \"b\" or \"c\""));
/// assert_eq!(quiz(8, "a").to_string(), "not yet: the quiz has the questions 1 to 7, not 8");
/// ```
#[must_use]
pub fn quiz(number: usize, answer: &str) -> Check {
    let question = number.checked_sub(1).and_then(|index| QUESTIONS.get(index));
    let Some((right, why)) = question else {
        let last = QUESTIONS.len();
        return check(&format!("the quiz has the questions 1 to {last}, not {number}"), false);
    };
    let given = answer.trim().to_lowercase();
    match ["a", "b", "c"].iter().position(|letter| *letter == given) {
        Some(index) => {
            let passed = given.starts_with(*right);
            hand_over(|| Some(Fact::Quiz { question: number, answer: given, passed }));
            check(why[index], passed)
        }
        None => check("write \"a\", \"b\" or \"c\" between the quotes of the answer", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_has_one_right_answer_and_an_empty_one_is_none() {
        for number in 1..=QUESTIONS.len() {
            let right = ["a", "b", "c"].iter().filter(|answer| quiz(number, answer).passed);
            assert_eq!(right.count(), 1, "question {number}");
            assert!(!quiz(number, "").passed && !quiz(number, "d").passed);
        }
        assert!(quiz(1, " B ").passed);
    }

    #[test]
    fn an_unknown_number_is_answered_with_those_there_are() {
        for number in [0, 8, usize::MAX] {
            let check = quiz(number, "a");
            assert!(!check.passed && check.task.contains("questions 1 to 7"), "{check}");
            assert!(check.task.contains(&number.to_string()), "{check}");
        }
    }
}
