//! Guests who come to a server together, of whom some never order.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Diary, Samples};
use crate::error::Error;
use crate::system::on_runtime;

/// The silent guests come first, by so much.
const FIRST: Duration = Duration::from_millis(20);

/// More lanes than these cannot be read.
const MOST: usize = 200;

/// What became of the guests of one server: some are silent, they come and never order.
#[derive(Clone, Debug)]
pub struct Patience {
    /// A lane for each guest.
    pub diary: Diary,
    /// How long each guest who ordered waited, if it was served.
    pub waits: Samples,
    /// How many ordered and went without an answer.
    pub unserved: usize,
}

impl Patience {
    /// Lets so many silent guests come, and then so many who order 8 bytes and go when they are
    /// served, or after `patience`. The silent ones stay until those have gone, unless the server
    /// sends them away.
    ///
    /// # Errors
    /// If nobody orders, if there are more than 200 guests, or if a guest cannot come to the server at this address.
    pub fn watch(
        address: SocketAddr,
        silent: usize,
        ordering: usize,
        patience: Duration,
    ) -> Result<Patience, Error> {
        if ordering == 0 {
            return Err(Error::new("somebody must order: at least one guest who is not silent"));
        }
        if silent.saturating_add(ordering) > MOST {
            return Err(Error::new(format!(
                "{MOST} guests have a lane in the figure at the most, not {silent} silent ones and \
                 {ordering} who order"
            )));
        }
        let mut builder = Builder::new_current_thread();
        builder.enable_io();
        let all = all(address, silent, ordering, patience);
        on_runtime(builder, |runtime| runtime.block_on(all))?.map_err(|error| {
            Error::caused_by(format!("a guest could not come to {address}: {error}"), error)
        })
    }
}

async fn all(
    address: SocketAddr,
    silent: usize,
    ordering: usize,
    patience: Duration,
) -> std::io::Result<Patience> {
    let (diary, mut others, mut guests) = (Diary::new(), JoinSet::new(), JoinSet::new());
    let lanes: Vec<String> = (1..=silent).map(|number| format!("silent {number}")).collect();
    for lane in &lanes {
        others.spawn(stays(TcpStream::connect(address).await?, lane.clone(), diary.clone()));
    }
    sleep(FIRST).await;
    for number in 1..=ordering {
        let guest = TcpStream::connect(address).await?;
        guests.spawn(orders(guest, format!("guest {number}"), patience, diary.clone()));
    }
    let waits: Samples = guests.join_all().await.into_iter().flatten().collect();
    others.shutdown().await;
    lanes.iter().for_each(|lane| diary.ends(lane));
    Ok(Patience { diary, unserved: ordering - waits.len(), waits })
}

/// A silent guest keeps its place until the server closes the connection.
async fn stays(mut guest: TcpStream, lane: String, diary: Diary) {
    diary.works(&lane, "says nothing");
    let _ = guest.read(&mut [0]).await;
    diary.ends(&lane);
}

/// The time that it waited, if it was served.
async fn orders(
    mut guest: TcpStream,
    lane: String,
    most: Duration,
    diary: Diary,
) -> Option<Duration> {
    let since = Instant::now();
    diary.waits(&lane, "its dish");
    let dish = async {
        guest.write_all(&[7; 8]).await?;
        guest.read_exact(&mut [0; 8]).await
    };
    let waited = matches!(timeout(most, dish).await, Ok(Ok(_))).then(|| since.elapsed());
    if waited.is_some() {
        diary.works(&lane, "eats");
        sleep(most / 12).await;
    }
    diary.ends(&lane);
    waited
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{Kitchen, Serving};

    fn watched(serving: Serving) -> Patience {
        let address = Kitchen { serving, time: Duration::from_millis(2) }.open().unwrap();
        Patience::watch(address, 1, 3, Duration::from_millis(300)).unwrap()
    }

    #[test]
    fn a_silent_guest_holds_up_those_behind_it_unless_each_has_a_task() {
        let held_up = watched(Serving::OneByOne);
        assert_eq!((held_up.waits.len(), held_up.unserved), (0, 3));
        let served = watched(Serving::TaskEach);
        assert_eq!((served.waits.len(), served.unserved), (3, 0));
        let lanes = served.diary.intervals();
        assert!(lanes.iter().any(|it| it.lane == "silent 1" && it.what == "says nothing"));
        assert_eq!(lanes.iter().filter(|it| it.what == "eats").count(), 3);
    }

    #[test]
    fn a_closed_door_and_nobody_who_orders_are_errors() {
        let door = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = door.local_addr().unwrap();
        drop(door);
        let watch = |ordering| Patience::watch(address, 1, ordering, Duration::from_millis(1));
        assert!(watch(0).unwrap_err().to_string().contains("somebody must order"));
        assert!(watch(1).unwrap_err().to_string().contains("could not come"));
    }
}
