//! Which job stands in which row of a timeline.
//!
//! ```text
//! lane = worker     thread 7 | omelet ---      row
//!                            | salad -----     row: in progress at the same time
//!                   thread 8 | toast -- toast --
//! ```

use std::collections::BTreeMap;

use super::count;
use crate::record::{Kind, Run, Span, distinct};

/// The rows of one worker.
pub(super) struct Lane {
    pub label: String,
    /// Indices of jobs, in order of time; those of one row do not overlap.
    pub rows: Vec<Vec<usize>>,
}

/// The lanes of a run, with the `bars` jobs that began first and no more than
/// `rows` rows.
pub(super) fn lanes(run: &Run, bars: usize, rows: usize) -> Vec<Lane> {
    let mut order: Vec<usize> = (0..run.spans.len()).collect();
    order.sort_by_key(|job| (run.spans[*job].started, *job));
    order.truncate(bars);
    let mut workers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for job in order {
        workers.entry(run.spans[job].worker).or_default().push(job);
    }
    let mut left = rows;
    let mut lanes = Vec::new();
    for (worker, jobs) in workers {
        let mut rows = pack(&run.spans, &jobs);
        rows.truncate(left);
        left -= rows.len();
        if !rows.is_empty() {
            lanes.push(Lane { label: lane_label(run, worker, &jobs), rows });
        }
    }
    lanes
}

/// Puts each job into the first row that is free when it begins.
fn pack(spans: &[Span], jobs: &[usize]) -> Vec<Vec<usize>> {
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for job in jobs {
        let began = spans[*job].started;
        let free =
            |row: &&mut Vec<usize>| row.last().is_none_or(|last| spans[*last].finished <= began);
        match rows.iter_mut().find(free) {
            Some(row) => row.push(*job),
            None => rows.push(vec![*job]),
        }
    }
    rows
}

/// A worker of a run on hosts, with its host.
pub(super) fn on_host(run: &Run, worker: usize) -> Option<String> {
    let host = run.hosts.get(worker)?;
    Some(match run.model.kind() {
        // Rank 0 hands out.
        Kind::Mpi => format!("rank {}, {host}", worker + 1),
        _ => format!("worker {worker}, {host}"),
    })
}

fn lane_label(run: &Run, worker: usize, jobs: &[usize]) -> String {
    if let Some(label) = on_host(run, worker) {
        return label;
    }
    let spans = jobs.iter().map(|job| &run.spans[*job]);
    if in_processes(run) {
        let pids = distinct(spans.map(|span| u64::from(span.process)));
        match pids[..] {
            [] => format!("worker {worker}, no process"),
            [pid] => format!("worker {worker}, pid {pid}"),
            _ => format!("worker {worker}, {}", count(pids.len(), "pid")),
        }
    } else {
        let threads = distinct(spans.map(|span| span.thread));
        match threads[..] {
            [thread] => format!("thread {thread}"),
            _ => format!("worker {worker}, {}", count(threads.len(), "thread")),
        }
    }
}

/// The lanes in two lines, for when there is no room for a label at each.
pub(super) fn summary(run: &Run, lanes: &[Lane]) -> [String; 2] {
    let jobs = lanes.iter().flat_map(|lane| lane.rows.iter().flatten());
    let spans = jobs.map(|job| &run.spans[*job]);
    let (what, ids, id) = if in_processes(run) {
        ("worker", distinct(spans.map(|span| u64::from(span.process))), "pid ")
    } else {
        ("thread", distinct(spans.map(|span| span.thread)), "")
    };
    let range = match (ids.first(), ids.last()) {
        (Some(first), Some(last)) => format!("{id}{first} to {last}"),
        _ => String::new(),
    };
    [count(lanes.len(), what), range]
}

fn in_processes(run: &Run) -> bool {
    matches!(run.model.kind(), Kind::Processes | Kind::Mpi | Kind::Broker)
}
