//! Lines for jobs, and a bar that moves in its place for what takes long.

use super::changing::{self, Reader};
use crate::display::escape;
use crate::format::{count, line, seconds};
use crate::record::{Failure, Listener, Progress};
use crate::work::{Job, Output};

/// Prints a line for each dish and each failure when it happens: `1 omelet is ready`. Of a
/// measurement it shows a bar that moves in its place, or a line for each step where displays
/// cannot change.
#[derive(Clone, Copy, Debug)]
pub struct Live;

impl Listener for Live {
    fn ended(&self, job: &Job, result: &Result<Output, Failure>) {
        match (job, result) {
            (_, Err(failure)) => println!("{failure}"),
            (Job::Cook { dish, .. }, Ok(_)) => println!("1 {dish} is ready"),
            _ => {}
        }
    }

    fn progress(&self, progress: &Progress<'_>) {
        if Reader::of_this_program() == Reader::Changing {
            let name = changing::name("bar", progress.id);
            changing::show(&name, progress.done == 0, &html(progress), &words(progress));
        } else if let Some(found) = progress.found.filter(|_| progress.is_new) {
            println!("{}", line(found, 400));
        }
    }
}

fn html(progress: &Progress<'_>) -> String {
    let percent = (100.0 * progress.share()).round();
    format!(
        "<p style=\"margin:0\"><progress value=\"{percent}\" max=\"100\" \
         aria-label=\"done, in percent\" style=\"vertical-align:middle\">{percent} %</progress> {}</p>",
        escape(&words(progress))
    )
}

fn words(progress: &Progress<'_>) -> String {
    let Progress { done, steps, elapsed, left, found, .. } = *progress;
    if done >= steps {
        return format!("{} in {}", count(steps, "step"), seconds(elapsed));
    }
    let mut words = format!("{done} of {}", count(steps, "step"));
    if let Some(left) = left {
        words += &format!(", about {} s left", left.as_secs_f64().ceil());
    }
    if let Some(found) = found {
        words += &format!("; {found}");
    }
    words
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn progress(done: usize, left: Option<u64>, found: Option<&str>) -> Progress<'_> {
        let (elapsed, left) = (Duration::from_secs(3), left.map(Duration::from_millis));
        Progress { id: 0, done, steps: 4, elapsed, left, found, is_new: true }
    }

    #[test]
    fn it_tells_what_is_done_and_the_time_left() {
        assert_eq!(words(&progress(0, None, None)), "0 of 4 steps");
        let found = words(&progress(1, Some(8_100), Some("serial: 3 s")));
        assert_eq!(found, "1 of 4 steps, about 9 s left; serial: 3 s");
    }

    #[test]
    fn at_the_end_it_tells_how_long_all_of_it_took() {
        assert_eq!(words(&progress(4, Some(0), Some("serial: 3 s"))), "4 steps in 3.00 s");
    }

    #[test]
    fn the_bar_is_as_long_as_the_part_of_the_work_that_is_done() {
        let html = |left| html(&progress(1, left, Some("a < b")));
        assert!(html(None).contains("<progress value=\"0\" max=\"100\""));
        assert!(html(Some(9_000)).contains("value=\"25\""));
        assert!(html(Some(0)).contains("value=\"100\""));
        assert!(html(None).contains("1 of 4 steps; a &lt; b</p>"));
    }
}
