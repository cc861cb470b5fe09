//! The table that the benchmarks print: they have no harness that would run its tests.

#[path = "../benches/models/table.rs"]
mod table;

use std::fs;

use table::{Row, Unit, table};

const MIB: f64 = 1_048_576.0;

fn row(unit: Unit, is_met: fn(f64, f64) -> bool) -> Row {
    let (group, subject, baseline) = ("start", "worker", "true");
    Row { what: "a row", group, subject, baseline, unit, target: "a target", is_met }
}

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
    let start = row(Unit::Time, |measured, base| measured <= 2.0 * base && measured < 3e6);
    assert!(start.line(Some(2e6), Some(1.5e6)).ends_with("yes"));
    assert!(start.line(Some(2e6), Some(0.9e6)).ends_with("NO"));
    assert!(start.line(Some(4e6), Some(4e6)).ends_with("NO"));
    assert!(start.line(None, Some(4e6)).ends_with("not measured"));
}

#[test]
fn efficiency_is_the_baseline_over_the_measured() {
    let threads = row(Unit::Gain, |measured, baseline| baseline >= 0.9 * measured);
    assert!(threads.line(Some(100.0), Some(91.0)).contains("0.91 x"));
    assert!(threads.line(Some(100.0), Some(89.0)).ends_with("NO"));
}

fn quicker() -> Row {
    row(Unit::Time, |measured, baseline| measured < baseline)
}

#[test]
fn the_table_reads_the_medians_that_criterion_left() {
    let folder = tempfile::tempdir().unwrap();
    assert!(table(folder.path(), &[quicker()]).unwrap().ends_with("not measured\n"));
    for (name, median) in [("worker", 2.5), ("true", 5.0)] {
        let new = folder.path().join("start").join(name).join("new");
        fs::create_dir_all(&new).unwrap();
        let estimates = format!(
            r#"{{"mean":{{"point_estimate":1.0}},"median":{{"point_estimate":{median}}}}}"#
        );
        fs::write(new.join("estimates.json"), estimates).unwrap();
    }
    let said = table(folder.path(), &[quicker()]).unwrap();
    assert!(said.contains("0.50 x") && said.ends_with("yes\n"), "{said}");
    fs::write(folder.path().join("start/true/new/estimates.json"), "{").unwrap();
    assert!(table(folder.path(), &[quicker()]).unwrap_err().contains("damaged"));
}
