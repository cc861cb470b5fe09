//! How many persons there can be, and for how many of them threads.

use crate::error::Error;
use crate::format::{memory, thousands};
use crate::labs::Machine;
use crate::work::breakfast::{self, PLATE};

/// The most threads that are started, whatever the machine allows: more would
/// make a small machine stall.
const MOST_THREADS: usize = 4_000;

/// The numbers from the fewest to the most, each once.
pub(super) fn checked(persons: &[usize], time_scale: f64) -> Result<Vec<usize>, Error> {
    let mut persons = persons.to_vec();
    persons.sort_unstable();
    persons.dedup();
    let (Some(fewest), Some(most)) = (persons.first(), persons.last()) else {
        return Err(Error::new("a crowd needs at least one number of persons, such as [1, 100]"));
    };
    breakfast::check(*fewest, time_scale)?;
    breakfast::check(*most, time_scale)?;
    Ok(persons)
}

/// What a waiting dish holds while it is cooked and recorded, at the most.
const BYTES: u64 = 1024;

/// So many persons, or as many as fit into the memory that is left, and why there are fewer.
pub(super) fn that_fit(persons: usize, left: Option<u64>) -> (usize, Option<String>) {
    let each = BYTES * PLATE.len() as u64;
    let most = left.map_or(persons, |left| (left / each) as usize).max(1);
    if persons <= most {
        return (persons, None);
    }
    let (needed, left) = (persons as u64 * each, left.unwrap_or_default());
    let [needed, left] = [needed, left].map(|bytes| memory(Some(bytes)));
    let told = format!(
        "{} persons may need {needed} of memory, and {left} are left here: {} persons instead",
        thousands(persons),
        thousands(most)
    );
    (most, Some(told))
}

/// Why there can be no thread for each dish of so many, if there cannot.
pub(super) fn too_many_threads(machine: &Machine, persons: usize) -> Option<String> {
    let needed = persons * PLATE.len();
    let need = format!("{} persons need {} threads", thousands(persons), thousands(needed));
    match machine.most_threads() {
        Some((most, limit)) if needed as u64 > most / 2 => {
            let most = thousands(most as usize);
            Some(format!(
                "{need}; this machine allows {most} ({limit}), and at most half of them are started"
            ))
        }
        _ if needed > MOST_THREADS => {
            let most = thousands(MOST_THREADS);
            Some(format!("{need}; this measurement starts {most} at the most"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::Limit;

    #[test]
    fn numbers_are_in_order_and_each_is_there_once() {
        assert_eq!(checked(&[10, 1, 10], 1.0).unwrap(), [1, 10]);
    }

    #[test]
    fn a_crowd_shrinks_to_the_memory_that_is_left() {
        assert_eq!(that_fit(100_000, None), (100_000, None));
        assert_eq!(that_fit(100_000, Some(1 << 30)), (100_000, None));
        let (persons, told) = that_fit(100_000, Some(100 << 20));
        assert_eq!(persons, 25_600);
        let told = told.expect("a reason");
        assert!(told.starts_with("100,000 persons may need"), "{told}");
        assert!(told.ends_with("25,600 persons instead"), "{told}");
        assert_eq!(that_fit(10, Some(0)).0, 1);
    }

    #[test]
    fn threads_end_at_half_of_the_limit_or_at_four_thousand() {
        let of = |limit| Machine { user_threads: limit, ..Machine::default() };
        let why = too_many_threads(&of(Limit::Of(7_999)), 1_000).unwrap();
        assert!(
            why.contains("1,000 persons need 4,000 threads") && why.contains("allows 7,999"),
            "{why}"
        );
        assert!(why.contains("threads of the user"), "{why}");
        assert_eq!(too_many_threads(&of(Limit::Of(8_000)), 1_000), None);
        let why = too_many_threads(&of(Limit::None), 1_001).unwrap();
        assert!(why.contains("4,000 at the most"), "{why}");
    }
}
