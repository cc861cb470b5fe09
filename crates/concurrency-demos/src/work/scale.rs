//! By how much a lesson stretches what takes its time.

use super::breakfast::PLATE;
use super::job::LONGEST;

/// The same scale, if it can be one: a number above 0 that keeps every dish of the breakfast
/// under a day.
///
/// In a constant it is checked while the cell is compiled, so that a wrong scale ends the set-up
/// with a sentence and no later cell with a panic:
///
/// ```
/// use std::time::Duration;
/// use concurrency_demos::time_scale;
///
/// const TIME_SCALE: f64 = time_scale(0.1);
/// assert_eq!(Duration::from_secs_f64(5.0 * TIME_SCALE), Duration::from_millis(500));
/// ```
///
/// ```compile_fail,E0080
/// const TIME_SCALE: f64 = concurrency_demos::time_scale(-1.0);
/// # let _ = TIME_SCALE;
/// ```
///
/// # Panics
/// If it cannot be one.
#[must_use]
pub const fn time_scale(scale: f64) -> f64 {
    assert!(
        fits(scale),
        "the time scale must be a number above 0 that keeps every dish under a day, such as 1.0 \
         or 0.1: change TIME_SCALE"
    );
    scale
}

/// Whether it can be one. (Nothing that is compared with NaN is true.)
pub(super) const fn fits(scale: f64) -> bool {
    let mut dish = 0;
    while dish < PLATE.len() {
        if !(scale > 0.0 && scale * PLATE[dish].seconds() <= LONGEST.as_secs_f64()) {
            return false;
        }
        dish += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_above_zero_with_dishes_under_a_day_are_scales() {
        for scale in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, 17_281.0]
        {
            assert!(!fits(scale), "{scale}");
        }
        for scale in [f64::MIN_POSITIVE, 0.001, 1.0, 17_280.0] {
            assert!(fits(scale), "{scale}");
        }
    }

    #[test]
    #[should_panic(expected = "change TIME_SCALE")]
    fn a_negative_scale_is_a_sentence() {
        let _ = time_scale(std::hint::black_box(-1.0));
    }
}
