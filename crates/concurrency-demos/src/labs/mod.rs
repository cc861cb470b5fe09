//! What is found out: repeated runs and what they say, experiments on the models themselves,
//! bounds, the machine, the same jobs in Python. Each lab leaves a record from which its
//! figure is drawn.

mod border;
mod break_even;
mod cache_line;
mod comparison;
mod costs;
mod crowd;
mod diary;
mod machine;
mod python;
mod samples;
mod scale;
mod scaling;
mod speed_up;
mod spent;
mod steps;
mod turns;
mod uneven;

pub mod theory;

pub use border::{Border, Crossing, Crossings};
pub use break_even::BreakEven;
pub use cache_line::CacheLine;
pub use comparison::{Comparison, Measurement};
pub use costs::{Cost, Costs};
pub use crowd::{Crowd, Waited};
pub use diary::{Diary, Interval};
pub use machine::{Limit, Machine, cores};
pub use samples::Samples;
pub use scale::{Scale, Started};
pub use scaling::{Law, Scaling, SerialPart, Series};
pub use speed_up::{Scaled, SpeedUp};
pub use spent::Spent;
pub use uneven::{Row, Shared, Uneven};

pub(crate) use border::PARTS;
pub(crate) use break_even::PAYS;
pub(crate) use cache_line::APART;
pub(crate) use costs::{PUBLISHED, Published, PublishedCost};
