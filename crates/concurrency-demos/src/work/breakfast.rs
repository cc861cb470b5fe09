//! The waiting workload: a breakfast whose dishes need time but no hands.
//!
//! ```text
//! one person   omelet ███            3 s
//!              salad  █████          5 s
//!              toast  ██             2 s
//!              toast  ██             2 s     work 12 s, longest dish 5 s
//! ```

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Job, scale};
use crate::error::Error;
use crate::format::thousands;

/// A dish of the breakfast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dish {
    /// Takes 3 s.
    Omelet,
    /// Takes 2 s.
    Toast,
    /// Takes 5 s.
    Salad,
}

/// What one person eats, in the order of the recipe.
pub const PLATE: [Dish; 4] = [Dish::Omelet, Dish::Salad, Dish::Toast, Dish::Toast];

impl Dish {
    /// How long it takes to prepare, in seconds.
    #[must_use]
    pub const fn seconds(self) -> f64 {
        match self {
            Dish::Omelet => 3.0,
            Dish::Toast => 2.0,
            Dish::Salad => 5.0,
        }
    }
}

impl fmt::Display for Dish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dish::Omelet => "omelet",
            Dish::Toast => "toast",
            Dish::Salad => "salad",
        })
    }
}

/// The most persons: their dishes are a million jobs, whose tasks hold half a GB.
const MOST_PERSONS: usize = 250_000;

/// The jobs of a breakfast: four dishes for each person.
///
/// `time_scale` stretches every dish: 1.0 is real time, 0.1 ten times quicker.
///
/// ```
/// use concurrency_demos::breakfast;
/// assert_eq!(breakfast::order(20, 1.0)?.len(), 80);
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
///
/// # Errors
/// If there are no persons or more than 250,000, or if the scale is zero, negative, not finite
/// or so large that a dish would take more than a day.
pub fn order(persons: usize, time_scale: f64) -> Result<Vec<Job>, Error> {
    check(persons, time_scale)?;
    let cook =
        |dish: Dish| Job::Cook { dish, time: Duration::from_secs_f64(dish.seconds() * time_scale) };
    Ok((0..persons).flat_map(|_| PLATE.map(cook)).collect())
}

/// Whether so many can have breakfast at this scale.
///
/// # Errors
/// As those of [`order`].
pub(crate) fn check(persons: usize, time_scale: f64) -> Result<(), Error> {
    if persons == 0 {
        return Err(Error::new("a breakfast needs at least one person, not 0"));
    }
    if persons > MOST_PERSONS {
        let (wanted, most) = (thousands(persons), thousands(MOST_PERSONS));
        return Err(Error::new(format!(
            "a breakfast has at most {most} persons, whose dishes are a million jobs, not {wanted}"
        )));
    }
    if !scale::fits(time_scale) {
        return Err(Error::new(format!(
            "the time scale must be a number above 0 that keeps every dish under a day, \
             such as 1.0 or 0.1; it is {time_scale}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_twelve_seconds_of_work() {
        let jobs = order(1, 1.0).unwrap();
        let work: Duration = jobs.iter().map(|job| job.waiting()).sum();
        assert_eq!(work, Duration::from_secs(12));
    }

    #[test]
    fn bad_orders_are_refused() {
        assert!(order(0, 1.0).is_err());
        assert_eq!(order(MOST_PERSONS, 1.0).unwrap().len(), 1_000_000);
        let error = order(10_000_000, 1.0).unwrap_err().to_string();
        assert!(error.contains("at most 250,000 persons") && error.contains("not 10,000,000"));
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
            let error = order(1, scale).unwrap_err().to_string();
            assert!(error.contains("time scale"), "{error}");
        }
    }
}
