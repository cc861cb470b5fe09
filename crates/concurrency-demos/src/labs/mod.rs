//! What is found out: repeated runs and what they say, experiments on the models themselves,
//! bounds, the machine, the same jobs in Python. Each lab leaves a record from which its
//! figure is drawn.

mod break_even;
mod comparison;
mod costs;
mod crowd;
mod diary;
mod languages;
mod machine;
mod python;
mod samples;
mod search;
mod speed_up;
mod spent;
mod steps;
mod turns;

pub mod theory;

pub use break_even::BreakEven;
pub use comparison::{Comparison, Measurement};
pub use costs::{Cost, Costs};
pub use crowd::{Crowd, Waited};
pub use diary::{Diary, Interval};
pub use languages::Languages;
pub use machine::{Limit, Machine, cores};
pub use samples::Samples;
pub use search::{Failing, Search, Step, Tool, Trace};
pub use speed_up::{Scaled, SpeedUp};
pub use spent::Spent;

pub(crate) use break_even::PAYS;
pub(crate) use costs::{PUBLISHED, Published, PublishedCost};
pub(crate) use languages::PUBLISHED_WITHOUT_LOCK;
