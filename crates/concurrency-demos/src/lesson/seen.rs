//! How what a run has shown is told: two numbers, and what the machine gave to the run.

use crate::format::{count, ratio};
use crate::labs::Machine;

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
/// These are facts and no cause: the load holds the reader's own run, and in a container
/// what the whole host does. That is why it stands beside the CPUs of the machine.
pub(super) fn circumstances(machine: &Machine) -> String {
    let physical = match machine.physical_cores {
        Some(physical) if physical < machine.cores => format!(" ({physical} physical)"),
        _ => String::new(),
    };
    let cores = format!("he program may use {}{physical}", count(machine.cores, "core"));
    let Some(load) = machine.load else { return format!("T{cores}") };
    let cpus = machine.cpus.map(|cpus| format!(" on {}", count(cpus, "CPU"))).unwrap_or_default();
    format!(
        "The load of the last minute was {load}{cpus}, this notebook's own work in it; t{cores}"
    )
}

#[cfg(test)]
mod tests {
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
    fn the_load_is_told_with_the_reader_in_it() {
        let mut machine = Machine { cores: 2, ..Machine::default() };
        assert_eq!(circumstances(&machine), "The program may use 2 cores");
        machine.physical_cores = Some(1);
        machine.cpus = Some(2);
        machine.load = Some(3.1);
        assert_eq!(
            circumstances(&machine),
            "The load of the last minute was 3.1 on 2 CPUs, this notebook's own work in it; \
             the program may use 2 cores (1 physical)"
        );
        machine = Machine { cores: 1, cpus: Some(64), physical_cores: Some(32), ..machine };
        assert!(circumstances(&machine).contains("on 64 CPUs"));
        assert!(circumstances(&machine).ends_with("the program may use 1 core"));
    }
}
