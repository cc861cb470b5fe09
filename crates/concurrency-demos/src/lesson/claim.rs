//! A sentence of the course, checked by the run that the reader has just made.

use std::fmt;

use crate::format::ratio;
use crate::labs::{Machine, cores};

/// A sentence that waits for its check.
#[derive(Clone, Debug)]
pub struct Sentence(String);

/// A sentence and what the run says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What is claimed.
    pub sentence: String,
    /// What the run says.
    pub verdict: Verdict,
}

/// What a run says of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The run shows it; the text says what was seen.
    Holds(String),
    /// The run does not show it; the text says what was seen, and the likely cause.
    Fails(String),
    /// The run cannot say; the text says why.
    Untested(String),
}

/// Takes a sentence to be checked.
///
/// ```
/// use concurrency_demos::{claim, Verdict};
///
/// let claim = claim("Two threads halve the time.").at_least(1.5, 1.94);
/// assert_eq!(claim.verdict, Verdict::Holds("1.94, claimed: at least 1.50".into()));
/// ```
#[must_use]
pub fn claim(sentence: &str) -> Sentence {
    Sentence(sentence.to_owned())
}

impl Sentence {
    /// Holds if the value is `limit` or more. `None`: it was not measured.
    #[must_use]
    pub fn at_least(self, limit: f64, value: impl Into<Option<f64>>) -> Claim {
        self.compare(value.into(), |value| value >= limit, &format!("at least {}", ratio(limit)))
    }

    /// Holds if the value is `limit` or less. `None`: it was not measured.
    #[must_use]
    pub fn at_most(self, limit: f64, value: impl Into<Option<f64>>) -> Claim {
        self.compare(value.into(), |value| value <= limit, &format!("at most {}", ratio(limit)))
    }

    /// Holds if both are the same.
    #[must_use]
    pub fn equal<T: PartialEq + fmt::Debug>(self, expected: T, value: T) -> Claim {
        let seen = format!("{value:?}, claimed: {expected:?}");
        self.decide(value == expected, seen)
    }

    fn compare(self, value: Option<f64>, holds: impl Fn(f64) -> bool, limit: &str) -> Claim {
        match value {
            Some(value) => self.decide(holds(value), format!("{}, claimed: {limit}", ratio(value))),
            None => self.untested("it was not measured in this run"),
        }
    }

    fn decide(self, holds: bool, seen: String) -> Claim {
        let verdict = if holds {
            Verdict::Holds(seen)
        } else {
            Verdict::Fails(format!("{seen}. Likely cause: {}", likely_cause()))
        };
        Claim { sentence: self.0, verdict }
    }

    /// The run cannot say, for this reason.
    #[must_use]
    pub fn untested(self, why: &str) -> Claim {
        Claim { sentence: self.0, verdict: Verdict::Untested(why.to_owned()) }
    }
}

impl Claim {
    /// The same claim, not tested where this program may use fewer cores.
    #[must_use]
    pub fn needs_cores(self, needed: usize) -> Claim {
        match cores() {
            here if here < needed => Sentence(self.sentence)
                .untested(&format!("it needs {needed} cores, and here the program has {here}")),
            _ => self,
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verdict, detail) = self.verdict.words();
        write!(f, "{verdict}: {} ({detail})", self.sentence)
    }
}

impl Verdict {
    /// The verdict in the words of the course, and what was seen.
    #[must_use]
    pub fn words(&self) -> (&'static str, &str) {
        match self {
            Verdict::Holds(seen) => ("holds here", seen),
            Verdict::Fails(seen) => ("does not hold here", seen),
            Verdict::Untested(why) => ("not tested", why),
        }
    }
}

/// Why a claim about speed usually fails on a machine, if one of these is so now.
fn likely_cause() -> String {
    let here = cores();
    if here == 1 {
        return "the program may use one core only".to_owned();
    }
    if Machine::read().physical_cores == Some(1) {
        return "two hardware threads share one physical core".to_owned();
    }
    match load() {
        Some(load) if load > here as f64 => {
            format!("other programs keep the machine busy (load {load} on {here} cores)")
        }
        _ => "none is in sight, so run the measurement again".to_owned(),
    }
}

/// The load average of the last minute, where the system tells it.
fn load() -> Option<f64> {
    let averages = std::fs::read_to_string("/proc/loadavg").ok()?;
    averages.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_kept_or_broken_or_unknown() {
        let verdict = |value: Option<f64>| claim("x").at_most(1.0, value).verdict;
        assert!(matches!(verdict(Some(1.0)), Verdict::Holds(_)));
        assert!(
            matches!(verdict(Some(1.1)), Verdict::Fails(seen) if seen.contains("Likely cause"))
        );
        assert!(matches!(verdict(None), Verdict::Untested(_)));
        assert!(matches!(claim("x").at_least(2.0, f64::NAN).verdict, Verdict::Fails(_)));
    }

    #[test]
    fn too_few_cores_leave_it_untested() {
        let claim = claim("x").equal(1, 2).needs_cores(100_000);
        assert!(matches!(claim.verdict, Verdict::Untested(why) if why.contains("100000 cores")));
    }
}
