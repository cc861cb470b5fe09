//! What is left of a run: who did it, where and when each job was done, how it
//! ended. And how that record is taken.

mod failure;
mod ledger;
mod listener;
mod model;
mod queue;
mod recorder;
mod recording;
mod run;
mod task;
mod timing;
mod trace;
mod watch;
mod watched;

// Under this name, because `pool/schedules` compiles some of these files with another one.
use std::sync;

pub use failure::{Cause, Failure};
pub use listener::{Listener, Progress, Silent};
pub use model::{Kind, Model};
pub use recording::Recording;
pub use run::{Language, Run, Span};
pub use timing::{Timing, perform, perform_in_turn};
pub use watch::Watch;

pub(crate) use ledger::{Ended, Ledger};
pub(crate) use queue::Queue;
pub(crate) use recorder::{Recorder, Seat};
pub(crate) use run::distinct;
pub(crate) use task::{Tasks, watched};
pub(crate) use watched::Watched;
