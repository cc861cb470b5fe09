//! How far a job may travel: what share of its time a worker on another host works, by the
//! length of the jobs and the delay between the hosts.

use std::time::Duration;

use serde::Serialize;

use super::steps::Steps;
use super::theory::Farm;
use crate::beyond::{self, Beyond, Record};
use crate::error::Error;
use crate::record::{Listener, Model, Silent, Span};
use crate::work::{Dish, Job};

/// So many jobs of each length.
pub(crate) const JOBS: usize = 5;
/// So many bare messages there and back at each delay.
const MESSAGES: usize = 50;
/// What a start takes, roughly: for the time left.
const START: Duration = Duration::from_secs(1);

/// A rank of an MPI program on another host than the one that hands out, at growing delays.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reach {
    /// How long the jobs are.
    pub lengths: Vec<Duration>,
    /// What was measured, one for each delay. None where MPI is missing; where hosts cannot be
    /// made, one for this machine alone.
    pub distances: Vec<Distance>,
    /// Where it ran, in words, or why it did not.
    pub hosts: String,
}

/// At one delay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distance {
    /// How long a message takes to the other host; none where it is the same machine.
    pub delay: Option<Duration>,
    /// What a bare message of MPI took there and back.
    pub round_trip: Duration,
    /// For each length the share of its time that the rank worked, from 0 to 1: the median of
    /// some jobs.
    pub efficiency: Vec<f64>,
}

impl Reach {
    /// Measures a rank on another host with jobs of these lengths, which wait, at each of these
    /// delays. It takes some seconds for each delay.
    ///
    /// # Errors
    /// If there is no length or delay, or if a run fails.
    pub fn measure(
        delays: &[Duration],
        lengths: &[Duration],
        listener: &dyn Listener,
    ) -> Result<Reach, Error> {
        if delays.is_empty() || lengths.is_empty() {
            return Err(Error::new("a reach needs delays and lengths of jobs"));
        }
        let mut reach =
            Reach { lengths: lengths.to_vec(), distances: vec![], hosts: String::new() };
        reach.lengths.sort_unstable();
        if let Err(missing) = beyond::is_there() {
            reach.hosts = missing;
            return Ok(reach);
        }
        let jobs = reach.jobs();
        let work = |delay: Duration| {
            let travels = 2.0 * delay.as_secs_f64() * (MESSAGES + jobs.len()) as f64;
            let jobs = JOBS as f64 * lengths.iter().map(Duration::as_secs_f64).sum::<f64>();
            START.as_secs_f64() + jobs + travels
        };
        let all = delays.iter().map(|delay| work(*delay)).sum();
        let mut steps = Steps::start(listener, delays.len(), all);
        for delay in delays {
            let farm = Beyond::new(Model::Mpi(1)).across(2, *delay);
            let Some(record) = farm.beside_bare_messages(MESSAGES).run(&jobs, &Silent)? else {
                break;
            };
            reach.hosts.clone_from(&record.hosts);
            reach.distances.push(reach.distance(&record));
            steps.step(work(*delay), Some(&format!("a delay of {delay:?} is measured")));
            if record.network.is_none() {
                break; // the other delays would be this machine, too
            }
        }
        Ok(reach)
    }

    /// The jobs of the shortest length, then those of the next, and so on.
    fn jobs(&self) -> Vec<Job> {
        let of = |time: &Duration| vec![Job::Cook { dish: Dish::Toast, time: *time }; JOBS];
        self.lengths.iter().flat_map(of).collect()
    }

    fn distance(&self, record: &Record) -> Distance {
        let mut spans = record.run.spans.clone();
        spans.sort_unstable_by_key(|span| span.started);
        Distance {
            delay: record.network.map(|network| network.delay),
            round_trip: record.bare.unwrap_or_default(),
            efficiency: efficiency(&spans),
        }
    }

    /// From which length of a job on a rank at this delay works half of its time: two such ranks
    /// then do what one worker does without any way to go. On a straight line between the two
    /// lengths beside it, on a log axis. `None` if no length is that long, or all are.
    #[must_use]
    pub fn break_even(&self, delay: Duration) -> Option<Duration> {
        let at = self.at(delay)?;
        let points: Vec<_> = self.lengths.iter().zip(&at.efficiency).collect();
        let [(short, low), (long, high)] =
            points.array_windows().find(|[a, b]| *a.1 < 0.5 && *b.1 >= 0.5)?;
        let [from, to] = [short, long].map(|length| length.as_secs_f64().ln());
        let part = (0.5 - *low) / (*high - *low);
        Duration::try_from_secs_f64((from + part * (to - from)).exp()).ok()
    }

    /// What a bare message took there and back at this delay.
    #[must_use]
    pub fn round_trip(&self, delay: Duration) -> Option<Duration> {
        Some(self.at(delay)?.round_trip)
    }

    fn at(&self, delay: Duration) -> Option<&Distance> {
        self.distances.iter().find(|distance| distance.delay == Some(delay))
    }
}

impl Distance {
    /// The farm on paper at this distance: one bare message, and nothing else.
    #[must_use]
    pub fn on_paper(&self) -> Farm {
        let round_trip = self.round_trip;
        Farm { round_trip, scheduler: Duration::ZERO, bytes: 0.0, bytes_per_second: 1.0 }
    }
}

/// The share of its time that a rank works, for each group of jobs: from the begin of a job to
/// that of the next one it does nothing else.
fn efficiency(spans: &[Span]) -> Vec<f64> {
    let shares: Vec<f64> = spans
        .windows(2)
        .map(|pair| {
            let round = pair[1].started.saturating_sub(pair[0].started);
            pair[0].duration().as_secs_f64() / round.as_secs_f64().max(1e-9)
        })
        .collect();
    let median = |group: &[f64]| {
        let mut group = group.to_vec();
        group.sort_by(f64::total_cmp);
        group.get(group.len() / 2).copied().unwrap_or_default()
    };
    shares.chunks(JOBS).map(median).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Language, Run};
    use crate::work::JobName;

    fn ms(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    /// A rank that rests so long after each job.
    fn record(reach: &Reach, rest: Duration, network: bool) -> Record {
        let mut now = Duration::ZERO;
        let spans: Vec<Span> = reach
            .jobs()
            .into_iter()
            .map(|job| {
                let Job::Cook { time, .. } = job else { unreachable!("they wait") };
                let started = now;
                now += time + rest;
                Span {
                    job: JobName::Cook(Dish::Toast),
                    worker: 0,
                    process: 1,
                    thread: 1,
                    queued: Duration::ZERO,
                    started,
                    finished: started + time,
                    cpu: Duration::ZERO,
                }
            })
            .collect();
        let run = Run {
            model: Model::Mpi(1),
            language: Language::Rust,
            results: vec![],
            spans,
            wall: now,
            start: Duration::ZERO,
            transfer: Duration::ZERO,
            hosts: vec![],
        };
        let delay = rest / 2;
        let network = network.then_some(beyond::Network { hosts: 2, delay, cut: None });
        let (seats, deaths, begun) = (vec![], vec![], vec![]);
        let hosts = String::new();
        Record { run, seats, deaths, begun, stored: 0, hosts, network, bare: Some(rest) }
    }

    fn reach() -> Reach {
        let lengths = [1, 10, 100].map(ms).to_vec();
        Reach { lengths, distances: vec![], hosts: String::new() }
    }

    #[test]
    fn a_job_as_long_as_its_way_breaks_even() {
        let mut reach = reach();
        reach.distances = vec![reach.distance(&record(&reach, ms(10), true))];
        let shares = [1.0 / 11.0, 0.5, 100.0 / 110.0];
        for (seen, share) in reach.distances[0].efficiency.iter().zip(shares) {
            assert!((seen - share).abs() < 1e-6, "{seen} for {share}");
        }
        assert_eq!(reach.break_even(ms(5)), Some(ms(10)));
        assert_eq!(reach.break_even(ms(7)), None, "no such delay");
        assert!((reach.distances[0].on_paper().efficiency(1, ms(10)) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_rank_that_always_works_more_than_half_has_no_break_even() {
        let mut reach = reach();
        reach.distances = vec![reach.distance(&record(&reach, Duration::from_micros(20), true))];
        assert_eq!(reach.break_even(Duration::from_micros(10)), None);
        let alone = reach.distance(&record(&reach, ms(10), false));
        assert_eq!(alone.delay, None);
    }

    #[test]
    fn nothing_to_measure_is_an_error() {
        assert!(Reach::measure(&[], &[ms(1)], &Silent).is_err());
        assert!(Reach::measure(&[ms(1)], &[], &Silent).is_err());
    }
}
