//! What is found out: repeated runs and what they say, experiments on the models themselves,
//! bounds, the machine, the same jobs in Python. Each lab leaves a record from which its
//! figure is drawn.

mod border;
mod break_even;
mod cache_line;
mod comparison;
mod costs;
mod crash;
mod crowd;
mod diary;
mod heartbeat;
mod languages;
mod levels;
mod machine;
mod patience;
mod python;
mod reach;
mod samples;
mod scale;
mod scaling;
mod search;
mod service;
mod speed_up;
mod spent;
mod steps;
mod turns;
mod uneven;
mod virtual_time;

pub mod theory;

pub use border::{Border, Crossing, Crossings};
pub use break_even::BreakEven;
pub use cache_line::CacheLine;
pub use comparison::{Comparison, Measurement};
pub use costs::{Cost, Costs};
pub use crash::{Crash, Fate, Home, Marks, Onlooker, Outcome, Survivors, crash_main};
pub use crowd::{Crowd, Waited};
pub use diary::{Diary, Interval};
pub use heartbeat::{Heartbeat, Strip};
pub use languages::Languages;
pub use levels::Levels;
pub use machine::{Limit, Machine, cores};
pub use patience::Patience;
pub use reach::{Distance, Reach};
pub use samples::Samples;
pub use scale::{Scale, Started};
pub use scaling::{Law, Scaling, SerialPart, Series};
pub use search::{Failing, Search, Step, Tool, Trace};
pub use service::{Load, Service, Visits};
pub use speed_up::{Scaled, SpeedUp};
pub use spent::Spent;
pub use uneven::{Row, Shared, Uneven};
pub use virtual_time::VirtualTime;

pub use crate::pool::Server;
pub use crate::service::Serving;

pub(crate) use border::PARTS;
pub(crate) use break_even::PAYS;
pub(crate) use cache_line::APART;
pub(crate) use costs::{PUBLISHED, Published, PublishedCost};
pub(crate) use crash::{CALLER_LIMIT, NEIGHBOURS, PROGRAM_LIMIT};
pub(crate) use languages::PUBLISHED_WITHOUT_LOCK;
pub(crate) use levels::Curve;
pub(crate) use reach::JOBS;
