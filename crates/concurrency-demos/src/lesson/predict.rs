//! A learner's guess, kept until the measurement is there.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::board::{Amount, Fact, hand_over};
use crate::error::Error;
use crate::format::{line, ratio, seconds, thousands};
use crate::system::others;

/// A guess that is told has so many letters at the most.
const MOST_SAID: usize = 200;

/// What a learner expects, or nothing: an empty guess is allowed everywhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub enum Guess {
    /// No guess.
    #[default]
    Nothing,
    /// A time.
    Time(Duration),
    /// A number of things; or a time, in seconds.
    Number(f64),
    /// A choice; or several, in order.
    Words(Vec<String>),
}

/// Reads a guess: a time such as `"1.5 s"` or `"300 ms"`; a number such as `"3"`; a choice such as
/// `"threads"`; an order such as `"tasks, threads, processes"`. Empty text is no guess.
///
/// ```
/// use std::time::Duration;
/// use concurrency_demos::{Guess, predict};
///
/// assert_eq!(predict("300 ms")?, Guess::Time(Duration::from_millis(300)));
/// assert_eq!(predict("3")?, Guess::Number(3.0));
/// assert_eq!(predict("tasks, threads")?, Guess::Words(vec!["tasks".into(), "threads".into()]));
/// assert_eq!(predict("")?, Guess::Nothing);
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
///
/// # Errors
/// If the text begins as a number and is neither a number nor a time.
pub fn predict(text: &str) -> Result<Guess, Error> {
    others::since_then(); // a claim behind the run will tell of others from here on
    let guess = read(text.trim())?;
    hand_over(|| Some(Fact::Guess { guess: Amount::guessed(&guess)? }));
    Ok(guess)
}

fn read(text: &str) -> Result<Guess, Error> {
    if text.is_empty() {
        return Ok(Guess::Nothing);
    }
    if text.starts_with(char::is_alphabetic) {
        let words = text.split([',', '<', '>']).map(|word| word.trim().to_owned());
        return Ok(Guess::Words(words.filter(|word| !word.is_empty()).collect()));
    }
    let guess = match text.replace('_', "").parse() {
        Ok(number) if f64::is_finite(number) && number >= 0.0 => Ok(Guess::Number(number)),
        _ => parse(text).map(Guess::Time),
    };
    guess.map_err(|source| {
        let examples = "a time (\"1.5 s\", \"300 ms\", \"10 us\", with a point, not a comma), \
                        a number (\"3\") or words (\"threads\", \"tasks, threads\")";
        let text = line(text, MOST_SAID);
        let text = format!("\"{text}\" is no guess. Write {examples}, or leave it empty");
        Error::caused_by(text, source)
    })
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
    /// The guess as a time; a number is one in seconds.
    #[must_use]
    pub fn time(&self) -> Option<Duration> {
        match self {
            Self::Time(time) => Some(*time),
            Self::Number(seconds) => Duration::try_from_secs_f64(*seconds).ok(),
            Self::Nothing | Self::Words(_) => None,
        }
    }

    /// How far the guess was from what was seen, as a sentence. What was seen is a time, a
    /// number, a choice or an order.
    ///
    /// ```
    /// use std::time::Duration;
    /// use concurrency_demos::predict;
    ///
    /// let told = predict("2 s")?.against(Duration::from_secs(4));
    /// assert_eq!(told, "you guessed 2.00 s, it took 4.00 s: 2.00 times too short");
    /// assert_eq!(predict("3")?.against(3), "you guessed 3, it was 3: right");
    /// let told = predict("threads")?.against("tasks");
    /// assert_eq!(told, "you guessed threads, it was tasks: not so");
    /// let told = predict("threads, tasks")?.against(["threads", "processes"]);
    /// assert_eq!(told, "you guessed threads, tasks, it was threads, processes: 1 of 2 right");
    /// # Ok::<(), concurrency_demos::Error>(())
    /// ```
    #[must_use]
    pub fn against(&self, seen: impl Into<Seen>) -> String {
        let seen = seen.into();
        hand_over(|| {
            let (guess, measured) = (Amount::guessed(self), Amount::seen(&seen));
            Some(Fact::Measured { guess, measured })
        });
        let (verb, shown) = match &seen {
            Seen::Time(time) => ("took", seconds(*time)),
            Seen::Number(value) => ("was", number(*value)),
            Seen::Words(words) => ("was", said(words)),
        };
        let (guess, verdict) = match (self, &seen) {
            (Self::Nothing, _) => return format!("no guess; it {verb} {shown}"),
            (Self::Words(guess), Seen::Words(seen)) => (said(guess), places(guess, seen)),
            (Self::Number(guess), Seen::Number(seen)) => (number(*guess), times(*guess, *seen)),
            (_, Seen::Time(seen)) if self.time().is_some() => {
                let guess = self.time().unwrap_or_default();
                (seconds(guess), distance(guess, *seen))
            }
            (guess, _) => return format!("you guessed {}; it {verb} {shown}", guess.text()),
        };
        format!("you guessed {guess}, it {verb} {shown}: {verdict}")
    }

    fn text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Time(time) => seconds(*time),
            Self::Number(value) => number(*value),
            Self::Words(words) => said(words),
        }
    }
}

/// Words in a row; a guess is whatever a learner has written.
fn said(words: &[String]) -> String {
    line(&words.join(", "), MOST_SAID)
}

/// What a guess is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// A time that was measured.
    Time(Duration),
    /// A number that was counted or computed.
    Number(f64),
    /// What was chosen, or an order.
    Words(Vec<String>),
}

impl From<Duration> for Seen {
    fn from(time: Duration) -> Self {
        Self::Time(time)
    }
}

impl From<f64> for Seen {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Seen {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Seen {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<usize> for Seen {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl From<&str> for Seen {
    fn from(word: &str) -> Self {
        Self::Words(vec![word.to_owned()])
    }
}

impl<const N: usize> From<[&str; N]> for Seen {
    fn from(words: [&str; N]) -> Self {
        Self::Words(words.map(str::to_owned).to_vec())
    }
}

impl<const N: usize> From<[(&str, Duration); N]> for Seen {
    /// The order of what was timed, the quickest first.
    fn from(mut timed: [(&str, Duration); N]) -> Self {
        timed.sort_by_key(|(_, time)| *time);
        timed.map(|(name, _)| name).into()
    }
}

/// How many words stand where they should. Case does not count, nor does a plural.
fn places(guess: &[String], seen: &[String]) -> String {
    let plain = |word: &String| word.to_lowercase().trim_end_matches('s').to_owned();
    let right = guess.iter().zip(seen).filter(|(one, other)| plain(one) == plain(other)).count();
    match (right, seen.len()) {
        (right, all) if right == all && guess.len() == all => "right".to_owned(),
        (_, 1) => "not so".to_owned(),
        (right, all) => format!("{right} of {all} right"),
    }
}

/// A whole number in groups of three digits, another one with three figures.
fn number(value: f64) -> String {
    if value.fract() == 0.0 { thousands(value as usize) } else { ratio(value) }
}

fn times(guess: f64, seen: f64) -> String {
    match guess / seen {
        f if guess == seen || (0.9..1.1).contains(&f) && seen.fract() != 0.0 => "right".to_owned(),
        f if !f.is_finite() || f == 0.0 => "not so".to_owned(),
        f if f > 1.0 => format!("{} times too much", ratio(f)),
        f => format!("{} times too little", ratio(1.0 / f)),
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
        match self {
            Self::Nothing => f.write_str("no guess, which is fine"),
            _ => write!(f, "your guess: {}", self.text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood_and_nonsense_is_refused() {
        let time = |text| predict(text).unwrap().time().unwrap();
        assert_eq!(time("1.5 s"), Duration::from_millis(1500));
        assert_eq!(time("2"), Duration::from_secs(2));
        assert_eq!(time(" 10us "), Duration::from_micros(10));
        assert_eq!(time("10 \u{b5}s"), Duration::from_micros(10));
        assert_eq!(time("10 \u{3bc}s"), Duration::from_micros(10));
        assert_eq!(time("5 ns"), Duration::from_nanos(5));
        for nonsense in ["-1 s", "1 hour", "1,5", "-3", "5 threads"] {
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

    #[test]
    fn numbers_choices_and_orders_are_compared() {
        let against = |guess, seen: Seen| predict(guess).unwrap().against(seen);
        for (guess, seen, verdict) in [
            ("400", Seen::from(400_u64), ": right"),
            ("1_000", Seen::from(400), ": 2.50 times too much"),
            ("100", Seen::from(400_usize), ": 4.00 times too little"),
            ("1.9", Seen::from(2.0), ": 1.05 times too little"),
            ("1.9", Seen::from(1.95), ": right"),
            ("3", Seen::from(0), ": not so"),
            ("0", Seen::from(0), ": right"),
            ("Thread", Seen::from("threads"), ": right"),
            ("tasks > threads", Seen::from(["tasks", "threads"]), ": right"),
            ("tasks", Seen::from(["tasks", "threads"]), ": 1 of 2 right"),
            ("", Seen::from(3), "no guess; it was 3"),
            ("3 s", Seen::from(4), "you guessed 3.00 s; it was 4"),
            ("soon", Seen::from(Duration::from_secs(1)), "you guessed soon; it took 1.00 s"),
        ] {
            let told = against(guess, seen);
            assert!(told.ends_with(verdict), "{guess}: {told}");
        }
    }

    #[test]
    fn what_was_timed_is_put_in_order() {
        let timed = [("tasks", Duration::from_secs(2)), ("threads", Duration::from_secs(1))];
        assert_eq!(Seen::from(timed), Seen::from(["threads", "tasks"]));
    }
}
