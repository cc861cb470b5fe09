//! One way to write a time, a ratio, an amount of memory and a large number, everywhere.

mod text;

use std::time::Duration;

pub(crate) use text::{label, line, lines};

/// A duration with its unit and three significant figures: `5.00 s`, `12.3 ms`.
#[must_use]
pub fn seconds(duration: Duration) -> String {
    let value = duration.as_secs_f64();
    let (value, unit) = match value {
        v if v >= 1.0 || v == 0.0 => (v, "s"),
        v if v >= 1e-3 => (v * 1e3, "ms"),
        v if v >= 1e-6 => (v * 1e6, "us"),
        v => (v * 1e9, "ns"),
    };
    format!("{} {unit}", ratio(value))
}

/// A ratio with three significant figures: `1.94`.
#[must_use]
pub fn ratio(value: f64) -> String {
    let decimals = if value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    format!("{value:.decimals$}")
}

/// A number with its digits in groups of three: `100,000`.
#[must_use]
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let grouped = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    grouped.collect::<Vec<_>>().join(",")
}

/// `1 job`, `2 jobs`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Bytes with a unit, whole or with three significant figures: `453 B`,
/// `2.50 MiB`, `16 MiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let fitting = units.iter().find(|(_, shift)| bytes >> shift > 0);
    let Some((unit, shift)) = fitting else { return format!("{bytes} B") };
    let value = bytes as f64 / (1_u64 << shift) as f64;
    if value.fract() == 0.0 {
        return format!("{value} {unit}");
    }
    format!("{} {unit}", ratio(value))
}

/// An amount of memory in words, if it was measured.
pub(crate) fn memory(bytes_held: Option<u64>) -> String {
    bytes_held.map_or_else(|| "not measured".to_owned(), bytes)
}

/// A time as [`seconds`], or in days where it is more than one.
pub(crate) fn seconds_or_days(time: Duration) -> String {
    match time.as_secs_f64() / 86_400.0 {
        days if days >= 1.0 => format!("{} days", ratio(days)),
        _ => seconds(time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_three_figures_and_a_unit() {
        let cases = [(0, "0 B"), (453, "453 B"), (1024, "1 KiB"), (1536, "1.50 KiB")];
        for (value, text) in cases.into_iter().chain([(16 << 20, "16 MiB"), (10_000, "9.77 KiB")]) {
            assert_eq!(bytes(value), text);
        }
    }

    #[test]
    fn digits_are_in_groups_of_three() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")];
        for (number, text) in cases {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn three_figures_and_a_unit() {
        let cases = [
            (12.0013, "12.0 s"),
            (0.51642, "516 ms"),
            (0.0000123, "12.3 us"),
            (240.0, "240 s"),
            (0.0, "0.00 s"),
            (0.99996, "1000 ms"),
        ];
        for (value, text) in cases {
            assert_eq!(seconds(Duration::from_secs_f64(value)), text);
        }
    }
}
