//! Which worker did which job when: a panel for each run, all on one time axis.

use std::time::Duration;

use super::axis::{AXIS_HEIGHT, Axis};
use super::canvas::{self, WIDTH};
use super::lanes::on_host;
use super::panel::{Panel, failed_word};
use super::{Figure, count, machine};
use crate::format::{ratio, seconds};
use crate::record::{Failure, Run};

/// How many bars a figure has at the most: 240 keep it under 60 kB.
pub(super) const MOST_BARS: usize = 240;
/// How high the rows of all panels are together, unless they are very many.
pub(super) const ROWS_HEIGHT: i32 = 400;
/// Up to so many jobs of a run are told one by one in the alt text.
const MOST_TOLD: usize = 12;

/// The runs below each other: a lane for each worker, a bar for each job.
///
/// The filled height of a bar is the share of its time that the job spent on a
/// CPU: full while computing, light while waiting.
#[must_use]
pub fn timeline<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Figure {
    still(&runs.into_iter().collect::<Vec<_>>())
}

/// The timeline of these runs. (Not generic: a notebook's cells would compile it again.)
pub(super) fn still(runs: &[&Run]) -> Figure {
    match Layout::of(runs) {
        Ok(layout) => {
            let longest = layout.longest;
            Figure::new(layout.svg(), alt(runs, longest), caption(&layout.panels, longest))
        }
        Err(why) => Figure::of_nothing(&why),
    }
}

/// Where everything stands: panels from top to bottom, the axis below them.
pub(super) struct Layout<'a> {
    panels: Vec<Panel<'a>>,
    pub axis: Axis,
    /// When the last thing of all runs happened.
    pub longest: Duration,
}

impl<'a> Layout<'a> {
    /// A panel for each run, or why there is nothing to draw.
    pub fn of(runs: &[&'a Run]) -> Result<Layout<'a>, String> {
        if runs.is_empty() {
            return Err("No run to draw.".to_owned());
        }
        if runs.iter().all(|run| run.spans.is_empty()) {
            let names: Vec<String> = runs.iter().map(|run| run.label()).collect();
            return Err(format!("{}: no jobs, nothing to draw.", names.join("; ")));
        }
        let (bars, height) = (MOST_BARS / runs.len(), ROWS_HEIGHT / runs.len() as i32);
        let panel = |run: &&'a Run| Panel::new(run, bars.max(1), height);
        let panels: Vec<Panel> = runs.iter().map(panel).collect();
        let longest = runs.iter().map(|run| end(run)).max().unwrap_or_default();
        Ok(Layout::new(panels, longest))
    }

    /// These panels on an axis as long as this.
    pub fn new(panels: Vec<Panel<'a>>, longest: Duration) -> Layout<'a> {
        let left = panels.iter().map(Panel::label_width).max().unwrap_or(0) + 24;
        let axis = Axis::linear(longest.as_secs_f64(), (left, WIDTH - 20));
        Layout { panels, axis, longest }
    }

    /// The height of the whole figure.
    pub fn height(&self) -> i32 {
        self.bottom() + AXIS_HEIGHT
    }

    fn bottom(&self) -> i32 {
        self.panels.iter().map(Panel::height).sum()
    }

    /// The panels, each with its top.
    pub fn panels(&self) -> impl Iterator<Item = (&Panel<'a>, i32)> {
        self.panels.iter().scan(0, |top, panel| {
            let at = *top;
            *top += panel.height();
            Some((panel, at))
        })
    }

    pub fn svg(&self) -> String {
        canvas::draw(self.height(), |canvas| {
            self.panels().for_each(|(panel, top)| panel.draw(canvas, &self.axis, top));
            let name = format!("{} from the start of the run", self.axis.unit());
            self.axis.draw(canvas, self.bottom(), &name);
        })
    }
}

/// When the last thing of a run happened.
fn end(run: &Run) -> Duration {
    run.spans.iter().map(|span| span.finished).max().unwrap_or_default().max(run.wall)
}

fn caption(panels: &[Panel<'_>], longest: Duration) -> String {
    let any = |what: &dyn Fn(&Panel<'_>) -> bool| panels.iter().any(what);
    let mut parts = vec![
        "One bar for each job; the filled part of its height is the share of its time on a CPU, \
         the light part is waiting. Vertical line: the end of the run."
            .to_owned(),
    ];
    if any(&|panel| panel.queue_shows(longest)) {
        parts.push("Thin line: the job is queued.".to_owned());
    }
    if any(&|panel| panel.start_shows(longest)) {
        parts.push("Grey: the workers are being started.".to_owned());
    }
    let failed: Vec<Failure> = panels.iter().flat_map(|panel| panel.run.failures()).collect();
    if !failed.is_empty() {
        let names = failed.iter().map(|failure| failure.job.to_string());
        parts.push(format!("Cross: {} ({}).", failed_word(&failed), first_of(names).join(", ")));
    }
    let cpu = |panel: &Panel<'_>| format!("{} {}", panel.run.label(), seconds(panel.run.cpu()));
    parts.push(format!("CPU time: {}.", panels.iter().map(cpu).collect::<Vec<_>>().join(", ")));
    for panel in panels.iter().filter(|panel| panel.hidden() > 0) {
        let jobs = count(panel.run.spans.len(), "job");
        parts.push(format!("{}: {} of {jobs} are not drawn.", panel.run.label(), panel.hidden()));
    }
    parts.push(format!("One run each; {}.", machine()));
    parts.join(" ")
}

fn alt(runs: &[&Run], longest: Duration) -> String {
    let panels = count(runs.len(), "run");
    let mut lines = vec![format!("Timeline of {panels}, from 0 to {}.", seconds(longest))];
    lines.extend(runs.iter().map(|run| told(run)));
    lines.join("\n")
}

/// The first of them, and how many more there are.
fn first_of(all: impl ExactSizeIterator<Item = String>) -> Vec<String> {
    let more = all.len().saturating_sub(MOST_TOLD);
    let more = (more > 0).then(|| format!("and {more} more"));
    all.take(MOST_TOLD).chain(more).collect()
}

/// A run in words, with its numbers.
fn told(run: &Run) -> String {
    if run.spans.is_empty() {
        return format!("{}: no jobs, nothing to draw.", run.label());
    }
    let processes = run.processes().len();
    // The thread of a job that was lost with its process is not known.
    let threads = run.threads().len().max(processes);
    let mut parts = vec![
        format!("{} in {}", count(run.spans.len(), "job"), seconds(run.wall)),
        format!("at the most {} in progress at the same time", run.in_progress()),
        format!("{} of CPU time in {} of work", seconds(run.cpu()), seconds(run.work())),
        format!("{} to start", seconds(run.start)),
        format!("processes: {processes}, threads: {threads}"),
    ];
    let hosts: Vec<_> = (0..run.hosts.len()).filter_map(|worker| on_host(run, worker)).collect();
    if !hosts.is_empty() {
        parts.push(format!("lanes: {}", first_of(hosts.into_iter()).join(" | ")));
    }
    parts.extend(first_of(run.failures().iter().map(ToString::to_string)));
    if run.spans.len() <= MOST_TOLD {
        parts.extend(run.spans.iter().map(|span| {
            let (from, to) = (seconds(span.started), seconds(span.finished));
            let share = ratio(span.cpu_share() * 100.0);
            let on = on_host(run, span.worker);
            let on = on.unwrap_or_else(|| format!("worker {}", span.worker));
            format!("{} on {on}, {from} to {to}, {share} % on a CPU", span.job)
        }));
    }
    format!("{}: {}.", run.label(), parts.join("; "))
}
