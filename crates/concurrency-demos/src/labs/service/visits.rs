//! Guests of one server, and how long they waited.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use serde::Serialize;

use super::limits::MOST_GUESTS;
use crate::error::Error;
use crate::format::{seconds, thousands};
use crate::labs::Samples;
use crate::service::{Visit, Visited, visit};

/// Each of them leaves the time that it waited.
const MOST_ORDERS: usize = 1_000_000;

/// What the guests of one server have seen: each has a connection of its own, and orders again
/// when it has its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Visits {
    /// How many guests there were.
    pub guests: usize,
    /// How long each order waited for its answer.
    pub waits: Samples,
    /// From the first order to the last answer.
    pub wall: Duration,
}

impl Visits {
    /// Visits a server at this address with so many guests, each of which makes so many orders
    /// of 8 bytes and expects the same 8 bytes back.
    ///
    /// # Errors
    /// If there are no guests or no orders, if there are more than 20,000 guests or a million
    /// orders in all, or if a guest cannot come, is sent away, gets
    /// another answer, or none for 20 seconds.
    pub fn make(address: SocketAddr, guests: usize, orders: usize) -> Result<Visits, Error> {
        if guests == 0 || orders == 0 {
            return Err(Error::new("a visit needs at least one guest and one order for each"));
        }
        if guests > MOST_GUESTS || guests.saturating_mul(orders) > MOST_ORDERS {
            let [most, all] = [MOST_GUESTS, MOST_ORDERS].map(thousands);
            return Err(Error::new(format!(
                "a visit has at most {most} guests and {all} orders in all, not {} guests with {} \
                 orders each",
                thousands(guests),
                thousands(orders)
            )));
        }
        let made = visit(Visit { address, guests, orders, stay: false }).map_err(|error| {
            Error::caused_by(format!("a guest of {address} was not served: {error}"), error)
        });
        Ok(Visits::of(guests, made?.0))
    }

    pub(super) fn of(guests: usize, visited: Visited) -> Visits {
        let Visited { waits, wall } = visited;
        Visits { guests, waits: waits.into_iter().collect(), wall }
    }

    /// Answers in a second.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        self.waits.len() as f64 / self.wall.as_secs_f64().max(1e-9)
    }
}

impl fmt::Display for Visits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p90, p99] = [50.0, 90.0, 99.0].map(|p| seconds(self.waits.percentile(p)));
        let answers = thousands(self.per_second().round() as usize);
        let (guests, s) = (thousands(self.guests), if self.guests == 1 { "" } else { "s" });
        write!(f, "{guests} guest{s}: p50 {p50}, p90 {p90}, p99 {p99}, {answers} answers a second")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_the_second() {
        let waits = vec![Duration::from_millis(20); 4];
        let visits = Visits::of(2, Visited { waits, wall: Duration::from_millis(40) });
        assert!((visits.per_second() - 100.0).abs() < 1e-9);
        let told = "2 guests: p50 20.0 ms, p90 20.0 ms, p99 20.0 ms, 100 answers a second";
        assert_eq!(visits.to_string(), told);
    }

    #[test]
    fn nobody_a_closed_door_and_a_wrong_answer_are_errors() {
        let door = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = door.local_addr().unwrap();
        assert!(Visits::make(address, 0, 1).is_err() && Visits::make(address, 1, 0).is_err());
        let liar = std::thread::spawn(move || {
            use std::io::{Read, Write};
            let (mut guest, _) = door.accept().unwrap();
            guest.read_exact(&mut [0; 8]).unwrap();
            guest.write_all(&[7; 8]).unwrap();
        });
        let error = Visits::make(address, 1, 1).unwrap_err().to_string();
        assert!(error.contains("another order"), "{error}");
        liar.join().unwrap();
        assert!(Visits::make(address, 1, 1).unwrap_err().to_string().contains("was not served"));
    }
}
