//! `course bench models`: the measurements that Criterion has left, as one
//! table with targets.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};

/// One line of the table.
struct Row {
    what: &'static str,
    /// Names of Criterion: `group/function`.
    subject: &'static str,
    baseline: &'static str,
    unit: Unit,
    target: &'static str,
    /// Of the measured number and the baseline, in nanoseconds or bytes.
    is_met: fn(f64, f64) -> bool,
}

#[derive(Clone, Copy)]
enum Unit {
    /// Time; the ratio is measured to baseline.
    Time,
    /// Time, of which less is a gain; the ratio is baseline to measured.
    Gain,
    /// So many bytes in the time measured; the ratio is that of the speeds.
    Speed(f64),
    Memory,
}

const MIB: f64 = 1_048_576.0;

/// What a table of the models says; the baseline of a line is its second name.
const ROWS: [Row; 10] = [
    Row {
        what: "start a worker process until ready | /bin/true",
        subject: "start/worker",
        baseline: "start/true",
        unit: Unit::Time,
        target: "<= 2 x, < 3 ms",
        is_met: |measured, baseline| measured <= 2.0 * baseline && measured < 3e6,
    },
    Row {
        what: "tiny job to a worker and back | cat",
        subject: "round-trip/worker",
        baseline: "round-trip/cat",
        unit: Unit::Time,
        target: "<= 50 us",
        is_met: |measured, _| measured <= 50e3,
    },
    Row {
        what: "16 MiB to a worker and back | cat",
        subject: "payload-16-mib/worker",
        baseline: "payload-16-mib/cat",
        unit: Unit::Speed(16.0 * MIB),
        target: ">= 200 MB/s",
        is_met: |measured, _| 16.0 * MIB / measured >= 0.2,
    },
    efficiency("jobs of 0.5 s on every core: threads | plain", "cpu/threads"),
    efficiency("jobs of 0.5 s on every core: rayon | plain", "cpu/rayon"),
    efficiency("jobs of 0.5 s on every core: processes | plain", "cpu/processes"),
    Row {
        what: "breakfast for 20 over its 5 s | bare tokio",
        subject: "breakfast-20-over-5-s/async",
        baseline: "breakfast-20-over-5-s/bare-tokio",
        unit: Unit::Time,
        target: "<= 10 ms",
        is_met: |measured, _| measured <= 10e6,
    },
    Row {
        what: "1,000,000 dishes over their sleep | bare tokio",
        subject: "million-dishes-over-their-sleep/async",
        baseline: "million-dishes-over-their-sleep/bare-tokio",
        unit: Unit::Time,
        target: "<= 1.5 x",
        is_met: |measured, baseline| measured <= 1.5 * baseline,
    },
    Row {
        what: "1,000,000 dishes, peak memory | bare tokio",
        subject: "million-dishes-memory/async",
        baseline: "million-dishes-memory/bare-tokio",
        unit: Unit::Memory,
        target: "<= 1.5 x",
        is_met: |measured, baseline| measured <= 1.5 * baseline,
    },
    Row {
        what: "fib(31) twice, serial | Python, serial",
        subject: "fib-31-twice/serial",
        baseline: "fib-31-twice/python",
        unit: Unit::Gain,
        target: ">= 30 x",
        is_met: |measured, baseline| baseline >= 30.0 * measured,
    },
];

const fn efficiency(what: &'static str, subject: &'static str) -> Row {
    Row {
        what,
        subject,
        baseline: "cpu/plain-threads",
        unit: Unit::Gain,
        target: ">= 0.9 x",
        is_met: |measured, baseline| baseline >= 0.9 * measured,
    }
}

/// Prints the table.
pub fn print(root: &Path) -> Result<()> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let criterion = target.join("criterion");
    if !criterion.is_dir() {
        bail!(
            "there are no measurements in {}; make them: cargo bench -p concurrency-demos --bench models",
            criterion.display()
        );
    }
    println!(
        "{:<48} {:>10} {:>10} {:>8}  {:<15} met",
        "what | baseline", "measured", "baseline", "ratio", "target"
    );
    for row in &ROWS {
        println!(
            "{}",
            row.line(median(&criterion, row.subject)?, median(&criterion, row.baseline)?)
        );
    }
    Ok(())
}

/// The median that Criterion measured; `None` if it has not.
fn median(criterion: &Path, name: &str) -> Result<Option<f64>> {
    let file = criterion.join(name).join("new/estimates.json");
    let Ok(text) = fs::read_to_string(&file) else {
        return Ok(None);
    };
    let estimates: serde_json::Value = serde_json::from_str(&text)
        .with_context(|| format!("{} is damaged; measure again", file.display()))?;
    Ok(estimates["median"]["point_estimate"].as_f64())
}

impl Row {
    fn line(&self, measured: Option<f64>, baseline: Option<f64>) -> String {
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
    fn ratio(self, measured: f64, baseline: f64) -> f64 {
        match self {
            Unit::Time | Unit::Memory => measured / baseline,
            Unit::Gain | Unit::Speed(_) => baseline / measured,
        }
    }

    /// Three significant figures and a unit.
    fn show(self, value: f64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_figures_and_a_unit() {
        assert_eq!(Unit::Time.show(1_234.0), "1.23 us");
        assert_eq!(Unit::Gain.show(56_789_000.0), "56.8 ms");
        assert_eq!(Unit::Time.show(2.5e9), "2.50 s");
        assert_eq!(Unit::Memory.show(699_700_000.0), "700 MB");
        assert_eq!(Unit::Speed(16.0 * MIB).show(48e6), "350 MB/s");
    }

    #[test]
    fn a_line_says_whether_the_target_is_met() {
        let start = &ROWS[0];
        assert!(start.line(Some(2e6), Some(1.5e6)).ends_with("yes"));
        assert!(start.line(Some(2e6), Some(0.9e6)).ends_with("NO"));
        assert!(start.line(Some(4e6), Some(4e6)).ends_with("NO"));
        assert!(start.line(None, Some(4e6)).ends_with("not measured"));
    }

    #[test]
    fn efficiency_is_the_baseline_over_the_measured() {
        let threads = &ROWS[3];
        assert!(threads.line(Some(100.0), Some(91.0)).contains("0.91 x"));
        assert!(threads.line(Some(100.0), Some(89.0)).ends_with("NO"));
    }

    #[test]
    fn the_median_of_criterion_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let new = folder.path().join("start/worker/new");
        fs::create_dir_all(&new).unwrap();
        let estimates = r#"{"mean":{"point_estimate":1.0},"median":{"point_estimate":2.5}}"#;
        fs::write(new.join("estimates.json"), estimates).unwrap();
        assert_eq!(median(folder.path(), "start/worker").unwrap(), Some(2.5));
        assert_eq!(median(folder.path(), "start/true").unwrap(), None);
    }
}
