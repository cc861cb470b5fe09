//! What changes while a cell runs.
//!
//! | who shows it | a run | a measurement |
//! | --- | --- | --- |
//! | a kernel whose displays can change | lanes that grow | a bar that moves |
//! | another kernel of evcxr | the final figure | a line for a step |
//! | a terminal | a line for a job that failed or a dish that is ready | a line for a step |

mod bar;
mod changing;
mod growing;

pub use bar::Live;
pub use growing::LiveTimeline;
