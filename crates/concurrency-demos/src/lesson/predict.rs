//! A learner's guess, kept until the measurement is there.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::error::Error;
use crate::format::{ratio, seconds};

/// A guess of a wall time, or none: an empty guess is allowed everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Guess {
    /// What the learner expects.
    pub time: Option<Duration>,
}

/// Reads a guess such as `"1.5 s"`, `"300 ms"` or `"2"` (seconds). Empty text
/// is no guess.
///
/// ```
/// use std::time::Duration;
/// use concurrency_demos::predict;
///
/// assert_eq!(predict("300 ms")?.time, Some(Duration::from_millis(300)));
/// assert_eq!(predict("")?.time, None);
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
///
/// # Errors
/// If the text is neither empty nor a time.
pub fn predict(text: &str) -> Result<Guess, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Guess::default());
    }
    let time = parse(text).map_err(|source| {
        let example = "\"1.5 s\", \"300 ms\" or \"10 us\" (with a point, not a comma)";
        let text =
            format!("\"{text}\" is not a time. Write something like {example}, or leave it empty");
        Error::caused_by(text, source)
    })?;
    Ok(Guess { time: Some(time) })
}

/// A number and its unit; without a unit it is seconds. Two signs stand for micro: that of
/// keyboards (U+00B5) and the Greek letter.
fn parse(text: &str) -> Result<Duration, Box<dyn std::error::Error + Send + Sync>> {
    let units = [
        ("ms", 1e-3),
        ("us", 1e-6),
        ("\u{b5}s", 1e-6),
        ("\u{3bc}s", 1e-6),
        ("ns", 1e-9),
        ("s", 1.0),
    ];
    let with_unit = units.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)));
    let (number, unit) = with_unit.unwrap_or((text, 1.0));
    let number: f64 = number.trim().parse()?;
    Ok(Duration::try_from_secs_f64(number * unit)?)
}

impl Guess {
    /// How far the guess was from what was measured, as a sentence.
    ///
    /// ```
    /// use std::time::Duration;
    /// use concurrency_demos::predict;
    ///
    /// let told = predict("2 s")?.against(Duration::from_secs(4));
    /// assert_eq!(told, "you guessed 2.00 s, it took 4.00 s: 2.00 times too short");
    /// # Ok::<(), concurrency_demos::Error>(())
    /// ```
    #[must_use]
    pub fn against(&self, measured: Duration) -> String {
        let Some(guess) = self.time else {
            return format!("no guess; it took {}", seconds(measured));
        };
        let verdict = distance(guess, measured);
        format!("you guessed {}, it took {}: {verdict}", seconds(guess), seconds(measured))
    }
}

/// A ratio of the two, except where one of them is zero and there is none.
fn distance(guess: Duration, measured: Duration) -> String {
    match (guess.is_zero(), measured.is_zero()) {
        (true, true) => return "right".to_owned(),
        (true, false) => return "too short, for it does take time".to_owned(),
        (false, true) => return "too long, for the clock saw no time go by".to_owned(),
        (false, false) => {}
    }
    match guess.as_secs_f64() / measured.as_secs_f64() {
        f if f >= 1.1 => format!("{} times too long", ratio(f)),
        f if f <= 0.9 => format!("{} times too short", ratio(1.0 / f)),
        _ => "within 10 %".to_owned(),
    }
}

/// As a notebook shows it: `your guess: 1.50 s`.
impl fmt::Display for Guess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.time {
            Some(time) => write!(f, "your guess: {}", seconds(time)),
            None => f.write_str("no guess, which is fine"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood_and_nonsense_is_refused() {
        let time = |text| predict(text).unwrap().time.unwrap();
        assert_eq!(time("1.5 s"), Duration::from_millis(1500));
        assert_eq!(time("2"), Duration::from_secs(2));
        assert_eq!(time(" 10us "), Duration::from_micros(10));
        assert_eq!(time("10 \u{b5}s"), Duration::from_micros(10));
        assert_eq!(time("10 \u{3bc}s"), Duration::from_micros(10));
        assert_eq!(time("5 ns"), Duration::from_nanos(5));
        for nonsense in ["soon", "-1 s", "1 hour", "inf"] {
            let error = predict(nonsense).unwrap_err().to_string();
            assert!(error.contains(nonsense), "{error}");
        }
    }

    #[test]
    fn why_a_text_is_no_time_is_the_source_of_the_error() {
        use std::error::Error;
        for (text, why) in [("1,5", "invalid float literal"), ("-1 s", "value is negative")] {
            let error = predict(text).unwrap_err();
            let source = error.source().expect("it comes from another").to_string();
            assert!(source.contains(why), "{source}");
        }
    }

    #[test]
    fn a_guess_reads_as_a_sentence() {
        for (text, shown) in [("90 ms", "your guess: 90.0 ms"), ("", "no guess, which is fine")] {
            assert_eq!(predict(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn the_distance_is_told() {
        let guess = predict("2 s").unwrap();
        assert!(guess.against(Duration::from_secs(1)).contains("2.00 times too long"));
        assert!(guess.against(Duration::from_secs(4)).contains("2.00 times too short"));
        assert!(guess.against(Duration::from_secs(2)).contains("within 10 %"));
    }

    #[test]
    fn zero_is_told_in_words() {
        let against = |guess, measured| predict(guess).unwrap().against(measured);
        let (none, some) = (Duration::ZERO, Duration::from_secs(1));
        assert_eq!(
            against("0", some),
            "you guessed 0.00 s, it took 1.00 s: too short, for it does take time"
        );
        assert_eq!(
            against("1", none),
            "you guessed 1.00 s, it took 0.00 s: too long, for the clock saw no time go by"
        );
        assert_eq!(against("0", none), "you guessed 0.00 s, it took 0.00 s: right");
    }
}
