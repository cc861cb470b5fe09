//! One way to write a time, a ratio and a large number, everywhere.

use std::time::Duration;

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
    let decimals = if value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {unit}")
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

#[cfg(test)]
mod tests {
    use super::*;

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
