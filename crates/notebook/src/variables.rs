//! Code of evcxr that each cell would otherwise compile anew, compiled once.
//!
//! evcxr keeps a notebook's variables in a map and compiles the methods of that map, and how
//! each variable is dropped, with every cell. Below opt-level 2, rustc takes instances of
//! generic functions from a crate that made them below level 2, too: so this crate is made
//! at the level of the cells (`crates/notebook/kernel/cargo.toml`).

use std::any::Any;
use std::collections::HashMap;

use concurrency_demos::beyond::Record;
use concurrency_demos::labs::{
    Border, CacheLine, Costs, Crowd, Heartbeat, Languages, Levels, Patience, Reach, Scale, Scaling,
    Service, SpeedUp, Uneven, Visits,
};
use concurrency_demos::{BreakEven, Comparison, Job, Machine, Pool, Recording, Run, Survivors};
use tokio::runtime::Runtime;

/// Nobody calls the functions; without these they would not be made.
#[used]
static MAP: fn(Map, Value) -> Option<Value> = map;
#[used]
static DROP: fn(Kept) = drop;

type Map = HashMap<String, Value>;
type Value = Box<dyn Any>;

/// What the notebooks keep that has parts to drop.
type Kept = (
    Run,
    Recording,
    Comparison,
    Pool,
    Vec<Job>,
    Machine,
    Runtime,
    BreakEven,
    Costs,
    Crowd,
    SpeedUp,
    (Languages, Survivors),
    (Scale, Scaling, Uneven, CacheLine, Border),
    (Service, Visits, Patience, Levels, Heartbeat),
    (Reach, Option<Record>, Vec<Record>),
);

/// Calls all that evcxr calls of the map.
fn map(mut kept: Map, value: Value) -> Option<Value> {
    let mut merged = Map::new();
    kept.insert(String::new(), value);
    merged.entry(String::new()).or_insert_with(|| Box::new(()));
    merged.extend(kept.drain());
    merged.get("").filter(|value| value.is::<()>())?;
    merged.remove("")
}
