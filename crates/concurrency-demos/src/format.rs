//! One way to write a time, everywhere.

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

#[cfg(test)]
mod tests {
    use super::*;

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
