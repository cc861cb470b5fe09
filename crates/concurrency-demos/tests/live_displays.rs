//! What a live figure and a bar write, for each kind of reader. The environment says who reads,
//! so each scene is this program again.

mod common;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{again, cook, is_alone};
use concurrency_demos::{
    BreakEven, Crash, Dish, Fate, Fault, Home, Job, Listener, Live, LiveTimeline, Model, Onlooker,
    Outcome, Silent, Survivors, Watch,
};

/// A display in the order of their coming: its type, how it is named, what it holds.
struct Display {
    mime: String,
    word: String,
    body: String,
}

/// What this test prints, run alone with these variables.
fn printed(test: &str, variables: &[&str]) -> String {
    let mut command = again(test);
    command.env_remove("EVCXR_LIVE_DISPLAYS").env_remove("EVCXR_IS_RUNTIME");
    command.envs(variables.iter().map(|name| (*name, "1")));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn displays(text: &str) -> Vec<Display> {
    let blocks = text.split("EVCXR_BEGIN_CONTENT ").skip(1);
    let display = |block: &str| {
        let (head, rest) = block.split_once('\n').unwrap();
        let (body, _) = rest.split_once("\nEVCXR_END_CONTENT").unwrap();
        let (mime, word) = head.split_once(' ').unwrap_or((head, ""));
        Display { mime: mime.into(), word: word.into(), body: body.into() }
    };
    blocks.map(display).collect()
}

const LIVE: [&str; 2] = ["EVCXR_LIVE_DISPLAYS", "EVCXR_IS_RUNTIME"];
const STOCK: [&str; 1] = ["EVCXR_IS_RUNTIME"];
/// Also the variable that names the program of the worker processes: there is none of this name.
const LIVE_WITHOUT_WORKERS: [&str; 2] = ["EVCXR_LIVE_DISPLAYS", "CONCURRENCY_WORKER"];

/// Keeps the watch of a live timeline longer than the run.
#[derive(Default)]
struct Kept(Mutex<Vec<Arc<dyn Watch>>>);

impl Listener for Kept {
    fn watch(&self, model: Model, jobs: &[Job]) -> Option<Arc<dyn Watch>> {
        let watch = LiveTimeline.watch(model, jobs);
        self.0.lock().unwrap().extend(watch.clone());
        watch
    }
}

#[test]
fn a_timeline() {
    if is_alone() {
        let jobs = [cook(Dish::Toast, 250), cook(Dish::Salad, 1500)];
        let kept = Kept::default();
        Model::ThreadPerJob.run(&jobs, &kept).unwrap();
        println!("the cell goes on");
        std::thread::sleep(Duration::from_millis(300));
        return;
    }
    let text = printed("a_timeline", &LIVE);
    let displays = displays(&text);
    let html: Vec<_> = displays.iter().filter(|display| display.mime == "text/html").collect();
    // About fifteen pictures in 1.5 s; on a busy machine fewer, and never above ten a second.
    assert!((3..=17).contains(&html.len()), "{} pictures", html.len());
    let (first, rest) = html.split_first().unwrap();
    let id = first.word.strip_prefix("display_id=").expect("the first names a display");
    let update = format!("update_display_id={id}");
    assert!(rest.iter().all(|display| display.word == update));
    // Inline while it grows, as an image at the end, and both dishes grow with time.
    let (last, growing) = html.split_last().unwrap();
    for display in growing {
        assert!(display.body.contains("<svg role=\"img\" aria-label=\"Timeline, growing"));
    }
    assert!(last.body.contains("<img alt=\"Timeline of 1 run") && !last.body.contains("<svg"));
    let done = |display: &&Display| display.body.contains("1 of 2 jobs done");
    assert!(!done(&growing[0]) && done(growing.last().unwrap()), "a dish ends meanwhile");
    // Each has its words, and nothing is drawn after the end.
    assert_eq!(displays.len(), 2 * html.len());
    assert!(text.trim_end().rsplit_once("the cell goes on").unwrap().1.find("EVCXR").is_none());
}

#[test]
fn a_short_timeline() {
    if is_alone() {
        Model::Serial.run(&[Job::Fib(5)], &LiveTimeline).unwrap();
        return;
    }
    let live = displays(&printed("a_short_timeline", &LIVE));
    assert!(live[0].word.starts_with("display_id="), "{}", live[0].word);
    assert!(live[0].body.contains("<img"), "the final figure alone");
    assert_eq!(live.len(), 2);
    let still = displays(&printed("a_short_timeline", &STOCK));
    assert_eq!(still.iter().map(|display| &*display.word).collect::<Vec<_>>(), ["", ""]);
    assert!(still[0].body.contains("<img"), "a stock kernel shows the same figure");
}

#[test]
fn a_timeline_without_a_notebook() {
    if is_alone() {
        let jobs = [cook(Dish::Toast, 1), Job::Fault(Fault::Panic)];
        Model::Serial.run(&jobs, &LiveTimeline).unwrap();
        return;
    }
    let text = printed("a_timeline_without_a_notebook", &[]);
    assert!(!text.contains("EVCXR_"), "{text}");
    assert!(text.contains("1 toast is ready\npanic failed in process"), "{text}");
}

#[test]
fn a_run_that_fails_leaves_no_thread_that_draws() {
    if is_alone() {
        assert!(Model::Processes(1).run(&[Job::Fib(1)], &LiveTimeline).is_err());
        println!("it is refused");
        std::thread::sleep(Duration::from_millis(300));
        return;
    }
    let text = printed("a_run_that_fails_leaves_no_thread_that_draws", &LIVE_WITHOUT_WORKERS);
    let (_, after) = text.split_once("it is refused").unwrap();
    assert!(!after.contains("EVCXR_"), "{text}");
}

#[test]
fn a_bar() {
    if is_alone() {
        BreakEven::measure(&[5, 6], &[Model::Serial], 2, &Live).unwrap();
        BreakEven::measure(&[5], &[Model::Serial], 1, &Live).unwrap();
        return;
    }
    let all = displays(&printed("a_bar", &LIVE));
    let html: Vec<_> = all.iter().filter(|display| display.mime == "text/html").collect();
    let values: Vec<_> = html.iter().map(|bar| between(&bar.body, "value=\"", "\"")).collect();
    // Three runs each; those of n = 5 are 0.38 of the work.
    assert_eq!(values, ["0", "13", "25", "38", "59", "79", "100", "0", "100"]);
    let named = |bar: &&&Display| bar.word.starts_with("display_id=");
    assert_eq!(html.iter().filter(named).count(), 2);
    assert_ne!(html[0].word, html[7].word, "each measurement has a bar of its own");
    assert!(html[6].body.contains("</progress> 6 steps in "), "{}", html[6].body);
    for reader in [&STOCK[..], &[]] {
        let text = printed("a_bar", reader);
        assert!(!text.contains("EVCXR_"), "{text}");
        let told: Vec<_> = text.lines().filter(|line| line.ends_with("is measured")).collect();
        assert_eq!(told, ["5", "6", "5"].map(|n| format!("2 x fib({n}) is measured")));
    }
}

/// A table with so many of its places filled.
fn table(filled: usize) -> Survivors {
    let places = Crash::ALL.into_iter().flat_map(|crash| Home::ALL.map(|home| (crash, home)));
    let fate = |(crash, home)| Fate {
        crash,
        home,
        outcome: Some(Outcome::JobLost),
        neighbours: 2,
        alive: true,
        seen: "an error".to_owned(),
        noticed: None,
        replaced: None,
    };
    Survivors { fates: places.take(filled).map(fate).collect(), ..Survivors::default() }
}

#[test]
fn a_table() {
    if is_alone() {
        (0..=24).for_each(|filled| Live.sees(7, &table(filled)));
        return;
    }
    let all = displays(&printed("a_table", &LIVE));
    let html: Vec<_> = all.iter().filter(|display| display.mime == "text/html").collect();
    assert_eq!(html.len(), 25, "empty first, then one more at a time");
    let id = html[0].word.strip_prefix("display_id=").expect("the first names a display");
    assert!(html[1..].iter().all(|display| display.word == format!("update_display_id={id}")));
    assert!(html[0].body.contains("None of 24 programs has run"));
    assert!(html[23].body.contains("23 of 24 programs have run") && html[23].body.contains("<svg"));
    assert!(html[24].body.contains("<img") && html[24].body.contains("One run of each of 24"));
    let still = displays(&printed("a_table", &STOCK));
    assert_eq!(still.len(), 2, "a stock kernel shows the whole table, once");
    assert!(still[0].word.is_empty() && still[0].body.contains("<img"));
    let lines = printed("a_table", &[]);
    assert!(!lines.contains("EVCXR_"), "{lines}");
    let lines = lines.lines().filter(|line| line.contains(" by ")).count();
    assert_eq!(lines, 24, "a line for each crash");
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).unwrap().1.split_once(to).unwrap().0
}

#[test]
fn what_another_thread_prints_stands_beside_a_display() {
    if is_alone() {
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    println!("a line");
                }
            });
            for _ in 0..50 {
                Model::Serial.run(&[Job::Fib(1)], &LiveTimeline).unwrap();
            }
            over.store(true, Ordering::Relaxed);
        });
        return;
    }
    let displays = displays(&printed("what_another_thread_prints_stands_beside_a_display", &LIVE));
    assert_eq!(displays.len(), 100);
    assert!(displays.iter().all(|display| !display.body.contains("a line")));
}

#[test]
fn the_record_is_the_same_whoever_listens() {
    let jobs = [Job::Fib(20), Job::Fib(21)];
    let numbers = |run: Result<concurrency_demos::Run, _>| run.unwrap().numbers().unwrap();
    let live = numbers(Model::Threads(2).run(&jobs, &LiveTimeline));
    assert_eq!(live, numbers(Model::Threads(2).run(&jobs, &Silent)));
}
