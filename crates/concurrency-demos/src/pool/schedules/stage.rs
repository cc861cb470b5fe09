//! The files themselves, compiled once more: what they call `super::sync` and `super::thread` is
//! shuttle's here, and their worker processes are played.

#![allow(clippy::duplicate_mod, reason = "it is what this is for")]

use shuttle::thread;

use super::{played::spawn_in, sync};
use crate::record::{
    Cause, Ended, Failure, Language, Ledger, Listener, Model, Run, Span, Timing, Watch, perform,
};

#[path = "../dispatch.rs"]
mod dispatch;
#[path = "../../system/gate.rs"]
mod gate;
#[path = "../place.rs"]
mod place;
#[path = "../../record/queue.rs"]
mod queue;
#[path = "../../record/recorder.rs"]
#[expect(dead_code, reason = "what threads and tasks need of it")]
mod recorder;
#[path = "../../record/watched.rs"]
mod watched;

use super::played as process;
use crate::pool::protocol;
pub use dispatch::dispatch;
use gate::{Gate, spawn_all};
use queue::Queue;
pub(super) use recorder::Recorder;
use recorder::Seat;
use watched::Watched;
