//! What changes while a cell runs.
//!
//! | who shows it | a run | a measurement | the table of crashes |
//! | --- | --- | --- | --- |
//! | a kernel whose displays can change | lanes that grow | a bar that moves | it fills |
//! | another kernel of evcxr | the final figure | a line for a step | the final figure |
//! | a terminal | a line for a job that failed or a dish that is ready | a line for a step | a line for a crash |

mod bar;
mod changing;
mod filling;
mod growing;

pub use bar::Live;
pub use growing::LiveTimeline;
