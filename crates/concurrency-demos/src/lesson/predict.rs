//! A learner's guess, kept until the measurement is there.

use std::time::Duration;

use crate::error::Error;
use crate::format::{ratio, seconds};

/// A guess of a wall time, or none: an empty guess is allowed everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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
    let time = parse(text).ok_or_else(|| {
        Error::new(format!(
            "\"{text}\" is not a time. Write something like \"1.5 s\", \"300 ms\" or \"10 us\" \
             (with a point, not a comma), or leave it empty"
        ))
    })?;
    Ok(Guess { time: Some(time) })
}

fn parse(text: &str) -> Option<Duration> {
    let units =
        [("ms", 1e-3), ("us", 1e-6), ("\u{b5}s", 1e-6), ("ns", 1e-9), ("s", 1.0), ("", 1.0)];
    let (number, unit) =
        units.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))?;
    let value: f64 = number.trim().parse().ok()?;
    Duration::try_from_secs_f64(value * unit).ok()
}

impl Guess {
    /// How far the guess was from what was measured, as a sentence.
    #[must_use]
    pub fn against(&self, measured: Duration) -> String {
        let Some(guess) = self.time else {
            return format!("no guess; it took {}", seconds(measured));
        };
        let factor = guess.as_secs_f64() / measured.as_secs_f64();
        let verdict = match factor {
            f if f >= 1.1 => format!("{} times too long", ratio(f)),
            f if f <= 0.9 => format!("{} times too short", ratio(1.0 / f)),
            _ => "within 10 %".to_owned(),
        };
        format!("you guessed {}, it took {}: {verdict}", seconds(guess), seconds(measured))
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
        assert_eq!(time("5 ns"), Duration::from_nanos(5));
        for nonsense in ["soon", "-1 s", "1 hour", "inf"] {
            let error = predict(nonsense).unwrap_err().to_string();
            assert!(error.contains(nonsense), "{error}");
        }
    }

    #[test]
    fn the_distance_is_told() {
        let guess = predict("2 s").unwrap();
        assert!(guess.against(Duration::from_secs(1)).contains("2.00 times too long"));
        assert!(guess.against(Duration::from_secs(4)).contains("2.00 times too short"));
        assert!(guess.against(Duration::from_secs(2)).contains("within 10 %"));
    }
}
