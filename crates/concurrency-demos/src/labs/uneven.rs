//! Work whose pieces differ: rows of the Mandelbrot set, shared out in three ways.

use std::hint::black_box;
use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde::Serialize;

use super::steps::Steps;
use crate::error::Error;
use crate::record::{Listener, Queue};
use crate::system::{Gate, clock, spawn_all};

/// The upper half of the Mandelbrot set, row by row, on some workers: rows above it cost little,
/// those through it much.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Uneven {
    /// How many workers there were, and parts of equally many rows.
    pub workers: usize,
    /// How many rows there are, from the top.
    pub rows: usize,
    /// Each worker has one part, and no other.
    pub parts: Shared,
    /// Each worker takes the next row from one queue.
    pub queue: Shared,
    /// Rayon: each worker begins with a part, and steals where others have work left.
    pub rayon: Shared,
}

/// The rows as they were shared out in one way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shared {
    /// From when all workers were there until the last row was done.
    pub wall: Duration,
    /// Every row, from the top.
    pub rows: Vec<Row>,
}

/// Who did one row, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Row {
    /// The worker that did it.
    pub worker: usize,
    /// In which part it lies.
    pub part: usize,
    /// When it was begun.
    pub from: Duration,
    /// When it was done.
    pub to: Duration,
}

/// So many rows can be told apart in a figure.
const ROWS: usize = 96;
/// A point that is still there after so many steps belongs to the set.
const DEPTH: u32 = 1_000;
const WORK: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(20);

impl Uneven {
    /// Computes about so much work in each of the three ways.
    ///
    /// # Errors
    /// If there are no workers or more than rows, if the work is less than a millisecond or
    /// more than 20 seconds, or if threads cannot be started.
    pub fn measure(
        work: Duration,
        workers: usize,
        listener: &dyn Listener,
    ) -> Result<Uneven, Error> {
        if !(1..=ROWS).contains(&workers) || !WORK.contains(&work) {
            return Err(Error::new(format!(
                "1 to {ROWS} workers can share 1 ms to 20 s of work here, not {workers} {work:?}"
            )));
        }
        let picture = Picture { columns: columns_taking(work), workers };
        let mut steps = Steps::equal(listener, 3);
        Ok(Uneven {
            workers,
            rows: ROWS,
            parts: steps.made(picture.by_parts()?),
            queue: steps.made(picture.by_queue()?),
            rayon: steps.made(picture.by_rayon()?),
        })
    }

    /// The three ways by their names.
    pub(crate) fn ways(&self) -> [(&'static str, &Shared); 3] {
        [("equal parts", &self.parts), ("one queue", &self.queue), ("Rayon", &self.rayon)]
    }

    /// The share of the workers' time in which they had no row, from 0 to 1.
    #[must_use]
    pub fn idle(&self, way: &Shared) -> f64 {
        let busy: Duration = way.rows.iter().map(|row| row.to - row.from).sum();
        1.0 - busy.as_secs_f64() / (way.wall.as_secs_f64() * self.workers as f64)
    }
}

impl Shared {
    /// How many times as quick it is as another one.
    #[must_use]
    pub fn quicker_than(&self, other: &Shared) -> f64 {
        other.wall.as_secs_f64() / self.wall.as_secs_f64()
    }

    /// How many rows were done by another worker than the one that did the first row of their
    /// part.
    #[must_use]
    pub fn stolen(&self) -> usize {
        (0..self.rows.len()).filter(|row| self.is_stolen(*row)).count()
    }

    pub(crate) fn is_stolen(&self, row: usize) -> bool {
        let Row { worker, part, .. } = self.rows[row];
        let first = self.rows.iter().find(|first| first.part == part);
        first.is_some_and(|first| first.worker != worker)
    }

    /// When the worker ended its last row; zero if it had none.
    pub(crate) fn end_of(&self, worker: usize) -> Duration {
        let own = self.rows.iter().filter(|row| row.worker == worker);
        own.map(|row| row.to).max().unwrap_or_default()
    }
}

/// What is computed.
#[derive(Clone, Copy)]
struct Picture {
    columns: u32,
    workers: usize,
}

/// One worker's rows, by their numbers.
type Done = Vec<(usize, Row)>;

impl Picture {
    fn part_of(self, row: usize) -> usize {
        row * self.workers / ROWS
    }

    fn by_parts(self) -> Result<Shared, Error> {
        self.on_threads(&|worker| {
            Box::new((0..ROWS).filter(move |row| self.part_of(*row) == worker))
        })
    }

    fn by_queue(self) -> Result<Shared, Error> {
        let queue = Queue::new(ROWS);
        self.on_threads(&|_| Box::new(&queue))
    }

    /// A thread for each worker does the rows that it is given.
    fn on_threads<'a>(
        self,
        given: &(dyn Fn(usize) -> Box<dyn Iterator<Item = usize> + 'a> + Sync),
    ) -> Result<Shared, Error> {
        let gate = &Gate::default();
        thread::scope(|scope| {
            let work = |worker| {
                move || -> Option<Done> {
                    let origin = gate.pass()?;
                    Some(given(worker).map(|row| (row, self.row(row, worker, origin))).collect())
                }
            };
            let threads = spawn_all(scope, gate, "row", self.workers, work)?;
            let origin = clock::now();
            gate.open(origin);
            let done = threads.into_iter().filter_map(|thread| thread.join().expect("it computes"));
            Ok(shared(done.flatten().collect(), origin))
        })
    }

    fn by_rayon(self) -> Result<Shared, Error> {
        let builder = ThreadPoolBuilder::new().num_threads(self.workers);
        let pool = builder.thread_name(|index| format!("rayon-{index}")).build();
        let pool = pool.map_err(|error| Error::new(format!("starting Rayon failed: {error}")))?;
        let done = Mutex::new(Vec::with_capacity(ROWS));
        let origin = pool.install(|| {
            let origin = clock::now();
            (0..ROWS).into_par_iter().for_each(|row| {
                let worker = rayon::current_thread_index().expect("inside the pool");
                let row = (row, self.row(row, worker, origin));
                done.lock().expect("nobody panics with it").push(row);
            });
            origin
        });
        Ok(shared(done.into_inner().expect("nobody panicked with it"), origin))
    }

    /// Computes a row, and says when.
    fn row(self, row: usize, worker: usize, origin: Duration) -> Row {
        let from = clock::now() - origin;
        compute(row, self.columns);
        Row { worker, part: self.part_of(row), from, to: clock::now() - origin }
    }
}

fn shared(mut done: Done, origin: Duration) -> Shared {
    let wall = clock::now() - origin;
    done.sort_unstable_by_key(|(row, _)| *row);
    Shared { wall, rows: done.into_iter().map(|(_, row)| row).collect() }
}

/// The points of a row, in so many columns.
fn compute(row: usize, columns: u32) {
    let y = 1.0 - (row as f64 + 0.5) / ROWS as f64;
    for column in 0..columns {
        let x = -2.0 + 2.5 * (f64::from(column) + 0.5) / f64::from(columns);
        black_box(steps_at(black_box(x), y));
    }
}

/// After how many steps a point of the plane runs away.
fn steps_at(x: f64, y: f64) -> u32 {
    let (mut a, mut b, mut steps) = (0.0_f64, 0.0_f64, 0);
    while steps < DEPTH && a * a + b * b <= 4.0 {
        (a, b) = (a * a - b * b + x, 2.0 * a * b + y);
        steps += 1;
    }
    steps
}

/// How many columns take so long on one CPU of this machine.
fn columns_taking(work: Duration) -> u32 {
    const TRIED: u32 = 24;
    let quickest = clock::least_cpu(3, || (0..ROWS).for_each(|row| compute(row, TRIED)));
    let quickest = quickest.as_secs_f64().max(1e-9);
    (f64::from(TRIED) * work.as_secs_f64() / quickest).max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Silent;

    fn record() -> Uneven {
        Uneven::measure(Duration::from_millis(60), 2, &Silent).unwrap()
    }

    #[test]
    fn every_row_is_done_once_and_nobody_does_two_at_a_time() {
        let record = record();
        for (name, way) in record.ways() {
            assert_eq!(way.rows.len(), ROWS, "{name}");
            let mut rows = way.rows.clone();
            rows.sort_by_key(|row| (row.worker, row.from));
            let overlap =
                |pair: &[Row]| pair[0].worker == pair[1].worker && pair[1].from < pair[0].to;
            assert!(!rows.windows(2).any(overlap), "{name}: {rows:?}");
            assert!(rows.iter().all(|row| row.to <= way.wall && row.worker < 2), "{name}");
            assert!((0.0..1.0).contains(&record.idle(way)), "{name}");
        }
    }

    /// More than twice as much work is in the lower part: so much that no noise hides it.
    #[test]
    fn the_lower_part_costs_more_and_stays_with_its_worker() {
        let record = record();
        let cost = |part| -> Duration {
            let rows = record.parts.rows.iter().filter(|row| row.part == part);
            rows.map(|row| row.to - row.from).sum()
        };
        assert!(cost(1) > cost(0).mul_f64(1.2), "{:?} {:?}", cost(0), cost(1));
        assert_eq!(record.parts.stolen(), 0);
        assert!(record.parts.rows.iter().all(|row| row.worker == row.part));
    }

    #[test]
    fn what_another_worker_did_was_stolen() {
        let row = |(worker, part)| Row { worker, part, from: Duration::ZERO, to: Duration::ZERO };
        let rows = [(1, 0), (1, 0), (0, 1), (1, 1)].map(row).to_vec();
        let way = Shared { wall: Duration::from_secs(1), rows };
        assert_eq!(way.stolen(), 1, "the first of each part says who has it");
        assert!(way.is_stolen(3));
    }

    #[test]
    fn points_of_the_set_never_run_away() {
        assert_eq!((steps_at(0.0, 0.0), steps_at(-1.0, 0.0)), (DEPTH, DEPTH));
        assert!(steps_at(1.0, 1.0) < 5);
    }

    #[test]
    fn no_worker_and_no_work_are_refused() {
        let refused =
            |work, workers| Uneven::measure(work, workers, &Silent).unwrap_err().to_string();
        assert!(refused(Duration::from_secs(1), 0).contains("1 to 96 workers"));
        assert!(refused(Duration::from_secs(1), 97).contains("not 97"));
        assert!(refused(Duration::ZERO, 2).contains("1 ms to 20 s"));
    }
}
