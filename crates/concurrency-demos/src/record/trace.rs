//! A run in the trace event format of Chrome, which Perfetto and `chrome://tracing` open.
//!
//! ```text
//! process of the caller   the run       |--- 2 threads ---------------|
//!                         the queue     |2 jobs queued|  \   \
//! process of a worker     thread 4711   fib(31) on worker 0  \ fib(31)
//! ```
//!
//! A job is a complete event (`X`) on its thread, with its CPU time; a flow (`s`, `f`) leads to
//! it from where it was queued. Tasks that wait share a thread at the same time, which complete
//! events cannot show: they are nestable events (`b`, `e`) with an id for each, and their
//! time in the queue is one more.
//! (Google, *Trace Event Format*, 2016.)

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Run, Span};
use crate::error::Error;
use crate::format::{count, thousands};
use crate::system::write_whole;

/// The most jobs of a file: no viewer opens what is much larger.
const MOST_JOBS: usize = 50_000;

impl Run {
    /// Saves the run as a file that [Perfetto](https://ui.perfetto.dev) and `chrome://tracing`
    /// open: each process and thread, each job with its share on a CPU and its result, and how
    /// it came from the queue. A file that is there is replaced.
    ///
    /// ```
    /// use concurrency_demos::{Job, Model, Silent};
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("breakfast.json");
    /// let run = Model::Threads(2).run(&vec![Job::Fib(20); 4], &Silent)?;
    /// run.save(path)?;
    /// # Ok::<(), concurrency_demos::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the path names no file, if its folder is missing or cannot be written, if the run has
    /// more than 50,000 jobs. Then the file is as it was before.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        if self.spans.len() > MOST_JOBS {
            let [jobs, most] = [self.spans.len(), MOST_JOBS].map(thousands);
            return Err(Error::new(format!(
                "a run of {jobs} jobs is too much for a viewer: save one of {most} at the most"
            )));
        }
        write_whole(path.as_ref(), self.trace().to_string().as_bytes())
    }

    fn trace(&self) -> Value {
        let mut events = Events::of(self);
        events.name_lanes();
        events.run();
        events.queue();
        for (index, span) in self.spans.iter().enumerate() {
            events.job(index, span);
        }
        json!({ "traceEvents": events.all, "displayTimeUnit": "ms" })
    }
}

/// The events of one run.
struct Events<'a> {
    run: &'a Run,
    /// The threads on which jobs overlap.
    shared: BTreeSet<(u32, u64)>,
    /// The lanes of the caller, which are no threads: ids above those of all threads.
    lanes: [u64; 2],
    all: Vec<Value>,
}

impl<'a> Events<'a> {
    fn of(run: &'a Run) -> Self {
        let most = run.threads().last().copied().unwrap_or(0);
        Events { run, shared: shared(&run.spans), lanes: [most + 1, most + 2], all: vec![] }
    }

    /// Processes and threads by their names; those of the caller come first.
    fn name_lanes(&mut self) {
        let caller = process::id();
        let others = self.run.processes().into_iter().filter(|process| *process != caller);
        let processes: Vec<_> =
            [(caller, "caller")].into_iter().chain(others.map(|id| (id, "worker"))).collect();
        for (place, (process, role)) in processes.into_iter().enumerate() {
            self.all.push(json!({ "ph": "M", "name": "process_name", "pid": process,
                "args": { "name": format!("{role} {process}") } }));
            self.all.push(json!({ "ph": "M", "name": "process_sort_index", "pid": process,
                "args": { "sort_index": place } }));
        }
        for (lane, name) in self.lanes.into_iter().zip(["the run", "the queue"]) {
            self.name_thread(caller, lane, name);
        }
        let threads =
            BTreeSet::from_iter(self.run.spans.iter().map(|span| (span.process, span.thread)));
        for (process, thread) in threads {
            let name = if thread == 0 { "lost".to_owned() } else { format!("thread {thread}") };
            self.name_thread(process, thread, &name);
        }
    }

    fn name_thread(&mut self, process: u32, thread: u64, name: &str) {
        self.all.push(json!({ "ph": "M", "name": "thread_name", "pid": process, "tid": thread,
            "args": { "name": name } }));
    }

    /// The whole run, and in it the start of its workers.
    fn run(&mut self) {
        let (run, caller) = (self.run, process::id());
        let whole = json!({ "ph": "X", "name": run.label(), "cat": "run", "pid": caller,
            "tid": self.lanes[0], "ts": 0, "dur": micros(run.wall),
            "args": { "jobs": run.spans.len(), "transfer_us": micros(run.transfer) } });
        self.all.push(whole);
        if run.start > Duration::ZERO {
            self.all.push(json!({ "ph": "X", "name": "start of the workers", "cat": "run",
                "pid": caller, "tid": self.lanes[0], "ts": 0, "dur": micros(run.start) }));
        }
    }

    /// Where jobs were queued: one event for all of the same moment, since a flow must begin in
    /// one. It lasts a microsecond, or less where others follow at once.
    fn queue(&mut self) {
        let mut queued: BTreeMap<Duration, usize> = BTreeMap::new();
        for span in self.run.spans.iter().filter(|span| !self.is_shared(span)) {
            *queued.entry(span.queued).or_default() += 1;
        }
        let moments: Vec<_> = queued.into_iter().collect();
        for (place, (at, jobs)) in moments.iter().enumerate() {
            let next = moments.get(place + 1).map_or(Duration::MAX, |(next, _)| *next - *at);
            self.all.push(json!({ "ph": "X", "name": format!("{} queued", count(*jobs, "job")),
                "cat": "queue", "pid": process::id(), "tid": self.lanes[1], "ts": micros(*at),
                "dur": micros(next.min(Duration::from_micros(1))) }));
        }
    }

    fn job(&mut self, index: usize, span: &Span) {
        let name = span.job.to_string();
        let event = |phase: &str, cat: &str, at: Duration| {
            json!({ "ph": phase, "name": name, "cat": cat, "pid": span.process,
                "tid": span.thread, "ts": micros(at) })
        };
        let id = index + 1;
        if self.is_shared(span) {
            let queued = json!({ "name": format!("{name} queued"), "id": id });
            let task = json!({ "id": id });
            self.all.extend([
                with(event("b", "task", span.queued), queued.clone()),
                with(event("e", "task", span.started), queued),
                with(with(event("b", "task", span.started), task.clone()), self.args(index, span)),
                with(event("e", "task", span.finished), task),
            ]);
            return;
        }
        let length = json!({ "dur": micros(span.duration()) });
        let job = with(with(event("X", "job", span.started), length), self.args(index, span));
        let lane = json!({ "id": id, "pid": process::id(), "tid": self.lanes[1] });
        let from = with(event("s", "queue", span.queued), lane);
        let to = with(event("f", "queue", span.started), json!({ "id": id, "bp": "e" }));
        self.all.extend([job, from, to]);
    }

    /// What is told of a job when it is clicked at.
    fn args(&self, index: usize, span: &Span) -> Value {
        let result = match &self.run.results[index] {
            Ok(output) => output.to_string(),
            Err(failure) => failure.to_string(),
        };
        json!({ "args": { "job": index, "worker": span.worker, "result": result,
            "cpu_us": micros(span.cpu), "cpu_share": span.cpu_share() } })
    }

    fn is_shared(&self, span: &Span) -> bool {
        self.shared.contains(&(span.process, span.thread))
    }
}

/// The threads on which one job begins before another one has ended.
fn shared(spans: &[Span]) -> BTreeSet<(u32, u64)> {
    let mut sorted: Vec<&Span> = spans.iter().collect();
    sorted.sort_by_key(|span| (span.process, span.thread, span.started));
    let lanes = sorted.chunk_by(|a, b| (a.process, a.thread) == (b.process, b.thread));
    let overlap = |lane: &&[&Span]| lane.windows(2).any(|pair| pair[1].started < pair[0].finished);
    lanes.filter(overlap).map(|lane| (lane[0].process, lane[0].thread)).collect()
}

/// The event with these fields, which replace its own.
fn with(mut event: Value, fields: Value) -> Value {
    if let (Some(event), Value::Object(fields)) = (event.as_object_mut(), fields) {
        event.extend(fields);
    }
    event
}

/// The unit of the format.
fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}
