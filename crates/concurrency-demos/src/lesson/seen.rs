//! How what a run has shown is told: two numbers, and what the machine gave to the run.

use crate::format::{count, ratio, seconds};
use crate::labs::Machine;
use crate::system::others::Others;

/// Two numbers, as ratios if these tell them apart, else with as many digits as do.
pub(super) fn told_apart(value: f64, limit: f64) -> (String, String) {
    let apart = |(value, limit): &(String, String)| value != limit;
    let rounded = (ratio(value), ratio(limit));
    if value == limit || apart(&rounded) {
        return rounded;
    }
    let with = |decimals| (format!("{value:.decimals$}"), format!("{limit:.decimals$}"));
    // An f64 has no more digits than that; what is far below one shows its exponent.
    (1..=15).map(with).find(apart).unwrap_or_else(|| (format!("{value:?}"), format!("{limit:?}")))
}

/// What this machine gave to a run, so that the reader can judge why a number came out so.
/// These are facts and no cause. The work of this notebook is not among that of others.
pub(super) fn circumstances(machine: &Machine, others: Option<Others>) -> String {
    let physical = match machine.physical_cores {
        Some(physical) if physical < machine.cores => format!(" ({physical} physical)"),
        _ => String::new(),
    };
    // Threads of a program with a quota all stand still when it is used up.
    let quota = machine.quota.map(|cpus| format!(", by a quota of {cpus:.2} CPUs"));
    let quota = quota.unwrap_or_default();
    let cores = format!("he program may use {}{physical}{quota}", count(machine.cores, "core"));
    let Some(Others { during, cpus }) = others else { return format!("T{cores}") };
    let all = machine.cpus.map(|cpus| format!(" of {}", count(cpus, "CPU"))).unwrap_or_default();
    format!("In the {} before, other programs took {cpus:.2}{all}; t{cores}", seconds(during))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn numbers_are_told_apart() {
        for (value, limit, shown, claimed) in [
            (1.2999, 1.3, "1.2999", "1.3000"),
            (20_000_000.25, 20_000_000.0, "20000000.2", "20000000.0"),
            (1e-30, 2e-30, "1e-30", "2e-30"),
            (1.3, 1.3, "1.30", "1.30"),
            (1.94, 1.5, "1.94", "1.50"),
            (f64::NAN, 1.5, "NaN", "1.50"),
        ] {
            assert_eq!(told_apart(value, limit), (shown.to_owned(), claimed.to_owned()));
        }
    }

    #[test]
    fn the_work_of_others_is_told() {
        let mut machine = Machine { cores: 2, ..Machine::default() };
        assert_eq!(circumstances(&machine, None), "The program may use 2 cores");
        machine.physical_cores = Some(1);
        machine.cpus = Some(2);
        let others = Some(Others { during: Duration::from_secs(12), cpus: 0.345 });
        assert_eq!(
            circumstances(&machine, others),
            "In the 12.0 s before, other programs took 0.34 of 2 CPUs; \
             the program may use 2 cores (1 physical)"
        );
        machine = Machine { cores: 1, cpus: Some(64), physical_cores: Some(32), ..machine };
        assert!(circumstances(&machine, others).contains("of 64 CPUs"));
        assert!(circumstances(&machine, others).ends_with("the program may use 1 core"));
        machine = Machine { quota: Some(1.5), physical_cores: None, ..machine };
        let told = circumstances(&machine, others);
        assert!(told.ends_with("the program may use 1 core, by a quota of 1.50 CPUs"), "{told}");
    }
}
