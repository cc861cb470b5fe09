//! A sentence of the course, checked by the run that the reader has just made.

use std::fmt;

use serde::Serialize;

use super::seen::{circumstances, told_apart};
use crate::labs::{Machine, cores};
use crate::system::others;

/// A sentence that waits for its check.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sentence {
    text: String,
    /// Why it cannot be checked here, if so.
    untested: Option<String>,
}

/// A sentence and what the run says of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Claim {
    /// What is claimed.
    pub sentence: String,
    /// What the run says.
    pub verdict: Verdict,
}

/// What a run says of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Verdict {
    /// The run shows it; the text says what was seen.
    Holds(String),
    /// The run does not show it; the text says what was seen, and what the machine gave to the
    /// run: `course/long_tests/test_hard_times.py`.
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
    Sentence { text: sentence.to_owned(), untested: None }
}

/// The four comparisons take numbers of any unit, `None` for what was not measured; not a
/// number (`NaN`) never holds. Both numbers are shown with as many digits as tell them apart.
impl Sentence {
    /// Holds if the value is `limit` or more.
    #[must_use]
    pub fn at_least(self, limit: f64, value: impl Into<Option<f64>>) -> Claim {
        self.compare(value.into(), f64::ge, "at least", limit)
    }

    /// Holds if the value is `limit` or less.
    #[must_use]
    pub fn at_most(self, limit: f64, value: impl Into<Option<f64>>) -> Claim {
        self.compare(value.into(), f64::le, "at most", limit)
    }

    /// Holds if the value is more than `limit`, and not if it is as much.
    ///
    /// ```
    /// let claim = concurrency_demos::claim("It takes time.").more_than(0.0, 0.0);
    /// assert!(claim.to_string().starts_with("does not hold here"));
    /// ```
    #[must_use]
    pub fn more_than(self, limit: f64, value: impl Into<Option<f64>>) -> Claim {
        self.compare(value.into(), f64::gt, "more than", limit)
    }

    /// Holds if the value is less than `limit`, and not if it is as much.
    ///
    /// ```
    /// let claim = concurrency_demos::claim("Updates are lost.").less_than(20e6, 19_999_999.0);
    /// let seen = "19999999, claimed: less than 20000000";
    /// assert_eq!(claim.to_string(), format!("holds here: Updates are lost. ({seen})"));
    /// ```
    #[must_use]
    pub fn less_than(self, limit: f64, value: impl Into<Option<f64>>) -> Claim {
        self.compare(value.into(), f64::lt, "less than", limit)
    }

    /// Holds if both are the same.
    #[must_use]
    pub fn equal<T: PartialEq + fmt::Debug>(self, expected: T, value: T) -> Claim {
        let seen = format!("{value:?}, claimed: {expected:?}");
        self.decide(value == expected, seen)
    }

    /// Holds if the condition does; `seen` says what was seen, also where it does not hold.
    ///
    /// ```
    /// let claim = concurrency_demos::claim("Each thread has a core.").holds(3 > 2, "3 of 2");
    /// assert_eq!(claim.to_string(), "holds here: Each thread has a core. (3 of 2)");
    /// ```
    #[must_use]
    pub fn holds(self, condition: bool, seen: &str) -> Claim {
        self.decide(condition, seen.to_owned())
    }

    /// The run cannot say, for this reason.
    #[must_use]
    pub fn untested(self, why: &str) -> Claim {
        Claim { sentence: self.text, verdict: Verdict::Untested(why.to_owned()) }
    }

    /// The same sentence, not tested where this program may use fewer cores.
    #[must_use]
    pub fn needs_cores(self, needed: usize) -> Sentence {
        Sentence { untested: lacking(needed).or(self.untested), ..self }
    }

    fn compare(
        self,
        value: Option<f64>,
        holds: fn(&f64, &f64) -> bool,
        relation: &str,
        limit: f64,
    ) -> Claim {
        let Some(value) = value else {
            return self.untested("it was not measured in this run");
        };
        let (shown, claimed) = told_apart(value, limit);
        self.decide(holds(&value, &limit), format!("{shown}, claimed: {relation} {claimed}"))
    }

    /// How many were in progress at once, and who went first, is up to the machine as well: so
    /// what it gave is told of whatever does not hold.
    fn decide(self, holds: bool, seen: String) -> Claim {
        let others = others::since_then();
        let verdict = match (self.untested, holds) {
            (Some(why), _) => Verdict::Untested(why),
            (None, true) => Verdict::Holds(seen),
            (None, false) => Verdict::Fails(format!(
                "{}. {}",
                seen.trim_end_matches('.'),
                circumstances(&Machine::limits(), others)
            )),
        };
        Claim { sentence: self.text, verdict }
    }
}

impl Claim {
    /// The same claim, not tested where this program may use fewer cores.
    #[must_use]
    pub fn needs_cores(self, needed: usize) -> Claim {
        let verdict = lacking(needed).map_or(self.verdict, Verdict::Untested);
        Claim { verdict, ..self }
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

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verdict, detail) = self.words();
        write!(f, "{verdict}: {detail}")
    }
}

/// Why a claim that needs so many cores is not tested, if there are fewer.
fn lacking(needed: usize) -> Option<String> {
    let here = cores();
    (here < needed).then(|| format!("it needs {needed} cores, and here the program has {here}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_kept_or_broken_or_unknown() {
        let verdict = |value: Option<f64>| claim("x").at_most(1.0, value).verdict;
        assert!(matches!(verdict(Some(1.0)), Verdict::Holds(_)));
        assert!(
            matches!(verdict(Some(1.1)), Verdict::Fails(seen) if seen.contains("program may use"))
        );
        assert!(matches!(verdict(None), Verdict::Untested(_)));
        assert!(matches!(claim("x").at_least(2.0, f64::NAN).verdict, Verdict::Fails(_)));
    }

    #[test]
    fn a_broken_limit_is_told_with_facts_and_without_blame() {
        let Verdict::Fails(slow) = claim("x").at_most(1.0, 1.1).verdict else { panic!("1.1 > 1") };
        assert!(!slow.contains("cause"), "{slow}");
        assert!(slow.starts_with("1.10, claimed: at most 1.00. "), "{slow}");
        let unequal = claim("x").equal(1, 2).verdict;
        let Verdict::Fails(unequal) = unequal else { panic!("1 is not 2") };
        assert!(unequal.starts_with("2, claimed: 1. "), "{unequal}");
        assert!(unequal.contains("he program may use"), "{unequal}");
    }

    #[test]
    fn a_strict_limit_is_not_reached_and_no_number_holds_nothing() {
        let holds = |claim: Claim| matches!(claim.verdict, Verdict::Holds(_));
        for (value, [at_least, more, at_most, less]) in [
            (0.9, [false, false, true, true]),
            (1.0, [true, false, true, false]),
            (1.1, [true, true, false, false]),
            (f64::NAN, [false; 4]),
        ] {
            assert_eq!(holds(claim("x").at_least(1.0, value)), at_least, "{value}");
            assert_eq!(holds(claim("x").more_than(1.0, value)), more, "{value}");
            assert_eq!(holds(claim("x").at_most(1.0, value)), at_most, "{value}");
            assert_eq!(holds(claim("x").less_than(1.0, value)), less, "{value}");
        }
        for unknown in [claim("x").more_than(1.0, None), claim("x").less_than(1.0, None)] {
            assert!(matches!(unknown.verdict, Verdict::Untested(_)), "{unknown}");
        }
    }

    #[test]
    fn a_condition_is_told_with_what_was_seen() {
        let verdict = |condition| claim("x").holds(condition, "seen").verdict;
        assert_eq!(verdict(true), Verdict::Holds("seen".into()));
        let fails = verdict(false).to_string();
        assert!(fails.starts_with("does not hold here: seen. "), "{fails}");
        assert!(fails.contains("he program may use"), "{fails}");
    }

    #[test]
    fn a_sentence_may_say_first_what_it_needs() {
        for claim in [
            claim("x").needs_cores(100_000).at_least(1.0, 2.0),
            claim("x").needs_cores(100_000).needs_cores(1).holds(true, "seen"),
            claim("x").needs_cores(100_000).equal(1, 2),
        ] {
            let Verdict::Untested(why) = &claim.verdict else { panic!("{claim}") };
            assert!(why.contains("100000 cores"), "{why}");
        }
        assert_eq!(claim("x").needs_cores(1), claim("x"));
    }

    #[test]
    fn too_few_cores_leave_it_untested() {
        let claim = claim("x").equal(1, 2).needs_cores(100_000);
        assert!(matches!(claim.verdict, Verdict::Untested(why) if why.contains("100000 cores")));
    }
}
