//! What is left of a run: who did it, where and when each job was done, how it
//! ended. And how that record is taken.

mod failure;
mod listener;
mod model;
mod queue;
mod recorder;
mod recording;
mod run;
mod task;
mod trace;
mod watch;

pub use failure::{Cause, Failure};
pub use listener::{Listener, Progress, Silent};
pub use model::{Kind, Model};
pub use recorder::{Timing, perform, perform_in_turn};
pub use recording::Recording;
pub use run::{Language, Run, Span};
pub use watch::Watch;

pub(crate) use queue::Queue;
pub(crate) use recorder::{Ended, Ledger, Recorder, Seat};
pub(crate) use run::distinct;
pub(crate) use task::{Tasks, watched};
pub(crate) use watch::Watched;
