//! What is said when the program that runs the cells has ended.

use super::restored::without_colours;

/// How the program ended, and what is to be done; `None` if it did not.
///
/// `stderr_tail` is what the cell wrote last to stderr: evcxr's own words are the same for
/// most of the reasons. `ran_out` is what is said where the system has ended it for lack of memory.
pub fn ended(report: &str, stderr_tail: &str, ran_out: Option<&str>) -> Option<String> {
    let report = without_colours(report);
    let (_, status) = report.split_once("Subprocess terminated with status: ")?;
    let status = status.lines().next()?.trim();
    let wrote = |text: &str| stderr_tail.contains(text);
    // evcxr catches a bad address, says so and aborts. It cannot where the stack is full.
    let reason = match status.split(' ').next_back()? {
        "(SIGSEGV)" => "The stack overflowed: a function calls itself without end, or too deeply.",
        "(SIGABRT)" if wrote("Segmentation fault") => {
            "Some `unsafe` code read or wrote what is not its own."
        }
        "(SIGABRT)" if wrote("has overflowed its stack") => {
            "The stack overflowed: a function calls itself without end, or too deeply."
        }
        "(SIGABRT)" if wrote("memory allocation of") => {
            "There was not as much memory as the cell asked for."
        }
        "(SIGABRT)" if wrote("panic in a destructor") => {
            "A `drop` panicked while another panic was on its way."
        }
        "(SIGABRT)" if wrote("non-unwinding panic") => {
            "A function panicked that must not, such as an `extern` one."
        }
        "(SIGABRT)" => "Something called `abort`.",
        "(SIGKILL)" if let Some(ran_out) = ran_out => ran_out,
        "(SIGKILL)" => "It was interrupted, or the system ended it, most often for lack of memory.",
        "(SIGILL)" | "(SIGTRAP)" | "(SIGBUS)" | "(SIGFPE)" => {
            "The processor refused an instruction."
        }
        signal if signal.starts_with('(') => "It got a signal from another process.",
        _ => "Something called `exit`.",
    };
    Some(format!(
        "{reason} The program behind this notebook has ended ({status}), and its variables are gone: \
         run the cells above again."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(status: &str, stderr: &str) -> String {
        let said = ended(&format!("Subprocess terminated with status: {status}"), stderr, None)
            .expect("an end");
        let (reason, rest) = said.split_once(" The program behind").expect("a reason");
        assert!(rest.contains(status) && rest.ends_with("run the cells above again."), "{said}");
        reason.to_owned()
    }

    #[test]
    fn each_end_has_its_reason() {
        let abort = "signal: 6 (SIGABRT)";
        assert!(reason("signal: 11 (SIGSEGV)", "").starts_with("The stack overflowed"));
        assert_eq!(reason(abort, ""), "Something called `abort`.");
        assert!(
            reason(abort, "Segmentation fault.\n   0: evcxr::runtime").starts_with("Some `unsafe`")
        );
        assert!(
            reason(abort, "memory allocation of 1152921504606846976 bytes failed")
                .contains("memory")
        );
        assert!(
            reason(
                abort,
                "panic in a destructor during cleanup\nthread caused non-unwinding panic. aborting."
            )
            .starts_with("A `drop`")
        );
        assert!(
            reason(abort, "thread caused non-unwinding panic. aborting.").starts_with("A function")
        );
        assert!(reason(abort, "thread 'main' has overflowed its stack").starts_with("The stack"));
        assert!(reason("signal: 9 (SIGKILL)", "").starts_with("It was interrupted"));
        assert!(reason("signal: 15 (SIGTERM)", "").starts_with("It got a signal"));
        assert!(reason("signal: 8 (SIGFPE)", "").starts_with("The processor"));
        assert_eq!(reason("exit status: 3", ""), "Something called `exit`.");
        assert_eq!(reason("exit status: 0", ""), "Something called `exit`.");
    }

    #[test]
    fn memory_that_ran_out_is_named() {
        let said = |status: &str| {
            ended(&format!("Subprocess terminated with status: {status}"), "", Some("Too much."))
                .expect("an end")
        };
        assert!(said("signal: 9 (SIGKILL)").starts_with("Too much. The program behind"));
        // Another process was ended, this one has aborted.
        assert!(said("signal: 6 (SIGABRT)").starts_with("Something"));
    }

    #[test]
    fn output_may_come_before_it_and_colours_around_it() {
        let report = "x\n\u{1b}[31mSubprocess terminated with status: exit status: 3\u{1b}[0m\nx";
        assert!(ended(report, "", None).expect("an end").contains("has ended (exit status: 3)"));
    }

    #[test]
    fn other_errors_are_no_end() {
        assert_eq!(ended("mismatched types", "memory allocation of", Some("x")), None);
        assert_eq!(ended("", "", None), None);
    }
}
