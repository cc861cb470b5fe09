//! The clocks of a record. Monotonic time is the same in every process and every namespace of
//! one machine; hosts that are machines have a clock each.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Time since the machine's monotonic clock began.
pub(crate) fn now() -> Duration {
    Duration::try_from(clock_gettime(ClockId::Monotonic)).expect("it never runs below zero")
}
