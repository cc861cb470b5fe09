//! A timeline whose lanes grow while the jobs run.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::bar::Live;
use super::changing::{self, Reader};
use crate::display::block;
use crate::figure::{self, Growing};
use crate::record::{Failure, Listener, Model, Progress, Run, Span, Watch};
use crate::system::spawn;
use crate::work::{Job, Output};

/// Draws the timeline of a run while it goes on, and leaves the final one in its place. End the
/// statement with a semicolon: the figure is there already.
///
/// ```
/// # use concurrency_demos::{Job, LiveTimeline, Model};
/// # let jobs = [Job::Fib(20)];
/// let run = Model::Threads(2).run(&jobs, &LiveTimeline)?;
/// # Ok::<(), concurrency_demos::Error>(())
/// ```
///
/// Ten times a second at the most, and not more than one fiftieth of the time, a thread of its
/// own draws. Where a display cannot change, the final figure alone is shown; where there is no
/// notebook, lines are, as [`Live`] has them.
#[derive(Clone, Copy, Debug)]
pub struct LiveTimeline;

/// The shortest time from one picture to the next.
const PAUSE: Duration = Duration::from_millis(100);
/// A picture that took long is followed by a pause this many times as long.
const PAUSES: u32 = 50;

impl Listener for LiveTimeline {
    fn ended(&self, job: &Job, result: &Result<Output, Failure>) {
        if Reader::of_this_program() == Reader::Lines {
            Live.ended(job, result);
        }
    }

    fn progress(&self, progress: &Progress<'_>) {
        Live.progress(progress);
    }

    fn watch(&self, model: Model, jobs: &[Job]) -> Option<Arc<dyn Watch>> {
        match Reader::of_this_program() {
            Reader::Changing => Some(Arc::new(Drawn::start(model, jobs.len()))),
            Reader::Still => Some(Arc::new(AtTheEnd)),
            Reader::Lines => None,
        }
    }
}

/// Shows the figure when all is over.
struct AtTheEnd;

impl Watch for AtTheEnd {
    fn began(&self, _: usize, _: Span) {}

    fn ended(&self, _: usize, _: Span, _: &Result<Output, Failure>) {}

    fn over(&self, run: &Run) {
        let figure = figure::timeline([run]);
        block(&figure.html(), &figure.plain());
    }
}

/// One run that is drawn while it goes on.
struct Drawn {
    shared: Arc<Shared>,
    artist: Mutex<Option<JoinHandle<()>>>,
}

/// What the watch and the thread that draws share.
struct Shared {
    name: String,
    since: Instant,
    state: Mutex<State>,
    over: Condvar,
}

struct State {
    growing: Growing,
    /// Where the jobs that are drawn stand in it, by their index.
    places: HashMap<usize, usize>,
    over: bool,
    /// Whether nothing has been shown yet.
    first: bool,
}

impl Drawn {
    fn start(model: Model, jobs: usize) -> Drawn {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let state = State {
            growing: Growing::new(model, jobs),
            places: HashMap::new(),
            over: false,
            first: true,
        };
        let shared = Arc::new(Shared {
            name: changing::name("timeline", STARTED.fetch_add(1, Ordering::Relaxed)),
            since: Instant::now(),
            state: Mutex::new(state),
            over: Condvar::new(),
        });
        let drawn = shared.clone();
        // Without a thread the final figure alone is shown.
        let artist = spawn("timeline", move || drawn.draw_until_it_is_over()).ok();
        Drawn { shared, artist: Mutex::new(artist) }
    }

    /// Lets the thread that draws end, so that what is shown from now on stays.
    fn end(&self) {
        self.shared.state().over = true;
        self.shared.over.notify_all();
        let artist = self.artist.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(artist) = artist {
            let _ = artist.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw_until_it_is_over(&self) {
        let mut pause = PAUSE;
        loop {
            let state = self.state();
            let waited = self.over.wait_timeout_while(state, pause, |state| !state.over);
            let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if state.over {
                return;
            }
            let (began, first) = (Instant::now(), std::mem::take(&mut state.first));
            let growing = state.growing.at(self.since.elapsed());
            drop(state);
            let figure = growing.figure();
            changing::show(&self.name, first, &figure.inline_html(), figure.alt());
            pause = PAUSE.max(began.elapsed() * PAUSES);
        }
    }
}

impl Watch for Drawn {
    fn began(&self, index: usize, span: Span) {
        let mut state = self.shared.state();
        if let Some(place) = state.growing.began(span) {
            state.places.insert(index, place);
        }
    }

    fn ended(&self, index: usize, span: Span, result: &Result<Output, Failure>) {
        let mut state = self.shared.state();
        let place = state.places.get(&index).copied();
        state.growing.ended(place, span, result.as_ref().err());
    }

    fn over(&self, run: &Run) {
        self.end();
        let figure = figure::timeline([run]);
        let first = self.shared.state().first;
        changing::show(&self.shared.name, first, &figure.html(), &figure.plain());
    }
}

impl Drop for Drawn {
    fn drop(&mut self) {
        self.end();
    }
}
