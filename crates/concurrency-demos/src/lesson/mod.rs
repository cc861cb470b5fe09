//! What a lesson needs: a learner's guess, a sentence that the run checks, an
//! exercise that answers.

mod board;
mod claim;
mod exercise;
mod mark;
mod predict;
mod quiz;
mod seen;
mod votes;

pub use claim::{Claim, Sentence, Verdict, claim};
pub use exercise::{Check, check};
pub use mark::mark;
pub use predict::{Guess, Seen, predict};
pub use quiz::quiz;
pub use votes::Votes;

pub(crate) use board::{Fact, hand_over};
pub(crate) use votes::Answer;
