//! A kernel that is ready before anybody asks for it.
//!
//! ```text
//! server ──► warm-kernel start ◄───── socket ─────► warm-kernel spare ──► evcxr, cells
//!              │  takes a spare that fits:            │ a kernel without a client, in a folder
//!              │  connection, variables, stdio        │ of its own
//!              ▼                                      ▼
//!            waits, as the server's child           serves the notebook
//! ```
//!
//! The socket ties both: when one ends, so does the other. A spare fits if the kernel that is
//! asked for would have been made in the same way: see [`fit`]. It ends with its server, and when
//! what it was made of has changed. Whatever goes wrong before it says that it was taken, the
//! kernel starts as it does without one.
//!
//! The variable [`KNOB`] turns it on. There is one spare for a server: half a gigabyte that
//! nobody uses.

mod fit;
mod hear;
mod keep;
mod rest;
mod take;

pub use keep::keep;
pub use rest::start_when_resting;
pub use take::take;

use std::collections::BTreeMap;

use jupyter_zmq_client::ConnectionInfo;
use serde::{Deserialize, Serialize};

/// Names the gigabytes of memory that must be free for a spare kernel; without it, or with 0,
/// there is none.
pub const KNOB: &str = "WARM_KERNEL_SPARE";

/// What a spare answers when it was taken.
const TAKEN: &[u8] = b"taken\n";

/// What it says when it has served to the end.
const SERVED: &[u8] = b"served\n";

/// What a notebook hands over, as a line of JSON behind its stdin, stdout and stderr.
#[derive(Serialize, Deserialize)]
struct Request {
    /// Where Jupyter connects.
    connection: ConnectionInfo,
    /// The variables that are the notebook's own.
    variables: BTreeMap<String, String>,
}

/// Whether these bytes are what a notebook hands over.
#[cfg(any(test, fuzzing))]
pub fn is_request(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Request>(bytes).is_ok()
}

/// The bytes of memory that must be free for a spare kernel, if one is wanted.
fn wanted() -> Option<u64> {
    bytes(&std::env::var(KNOB).ok()?)
}

fn bytes(gigabytes: &str) -> Option<u64> {
    let number: f64 = gigabytes.trim().parse().ok()?;
    (number > 0.0 && number.is_finite()).then_some((number * 1e9) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knob_is_a_number_of_gigabytes() {
        for (text, amount) in [("4", 4_000_000_000), ("0.5", 500_000_000), (" 1 ", 1_000_000_000)] {
            assert_eq!(bytes(text), Some(amount), "{text}");
        }
        for off in ["", "0", "no", "-1", "NaN", "inf"] {
            assert_eq!(bytes(off), None, "{off}");
        }
    }
}
