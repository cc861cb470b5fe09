//! What Criterion has measured, as one table with targets. Each benchmark says its own row.

use std::fs;
use std::path::Path;

/// One line of the table.
pub struct Row {
    pub what: &'static str,
    /// Names of Criterion: a group and two of its functions.
    pub group: &'static str,
    pub subject: &'static str,
    pub baseline: &'static str,
    pub unit: Unit,
    pub target: &'static str,
    /// Of the measured number and the baseline, in nanoseconds or bytes.
    pub is_met: fn(f64, f64) -> bool,
}

#[derive(Clone, Copy)]
pub enum Unit {
    /// Time; the ratio is measured to baseline.
    Time,
    /// Time, of which less is a gain; the ratio is baseline to measured.
    Gain,
    /// So many bytes in the time measured; the ratio is that of the speeds.
    Speed(f64),
    Memory,
}

/// The table of these rows, from the folder in which Criterion leaves what it has measured.
pub fn table(criterion: &Path, rows: &[Row]) -> Result<String, String> {
    let mut text = format!(
        "{:<48} {:>10} {:>10} {:>8}  {:<15} met\n",
        "what | baseline", "measured", "baseline", "ratio", "target"
    );
    for row in rows {
        let [measured, baseline] =
            [row.subject, row.baseline].map(|name| median(&criterion.join(row.group).join(name)));
        text += &row.line(measured?, baseline?);
        text.push('\n');
    }
    Ok(text)
}

/// The median that Criterion measured; `None` if it has not.
fn median(function: &Path) -> Result<Option<f64>, String> {
    let file = function.join("new/estimates.json");
    let Ok(text) = fs::read_to_string(&file) else {
        return Ok(None);
    };
    let estimates: Result<serde_json::Value, _> = serde_json::from_str(&text);
    let estimates = estimates
        .map_err(|error| format!("{} is damaged ({error}); measure again", file.display()))?;
    Ok(estimates["median"]["point_estimate"].as_f64())
}

impl Row {
    /// What was measured in words, and whether the target is met.
    pub fn line(&self, measured: Option<f64>, baseline: Option<f64>) -> String {
        let Row { what, unit, target, is_met, .. } = self;
        let [left, right] = [measured, baseline]
            .map(|value| value.map_or_else(|| "-".to_owned(), |value| unit.show(value)));
        let (ratio, met) = match (measured, baseline) {
            (Some(measured), Some(baseline)) => {
                let met = if is_met(measured, baseline) { "yes" } else { "NO" };
                (format!("{:.2} x", unit.ratio(measured, baseline)), met)
            }
            _ => ("-".to_owned(), "not measured"),
        };
        format!("{what:<48} {left:>10} {right:>10} {ratio:>8}  {target:<15} {met}")
    }
}

impl Unit {
    pub fn ratio(self, measured: f64, baseline: f64) -> f64 {
        match self {
            Unit::Time | Unit::Memory => measured / baseline,
            Unit::Gain | Unit::Speed(_) => baseline / measured,
        }
    }

    /// Three significant figures and a unit.
    pub fn show(self, value: f64) -> String {
        let (value, unit) = match self {
            Unit::Speed(bytes) => (bytes / value * 1e3, "MB/s"),
            Unit::Memory => (value / 1e6, "MB"),
            _ if value < 1e6 => (value / 1e3, "us"),
            _ if value < 1e9 => (value / 1e6, "ms"),
            _ => (value / 1e9, "s"),
        };
        let digits = (2 - value.log10().floor() as i32).clamp(0, 2);
        format!("{value:.*} {unit}", digits as usize)
    }
}
