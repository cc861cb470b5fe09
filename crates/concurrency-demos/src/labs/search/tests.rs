use shuttle::sync::Mutex;
use shuttle::sync::atomic::{AtomicU32, Ordering::SeqCst};

use super::*;

fn lost_update(trace: &Trace) {
    let counter = AtomicU32::new(0);
    shuttle::thread::scope(|scope| {
        for me in ["A", "B"] {
            let counter = &counter;
            scope.spawn(move || {
                let seen = counter.load(SeqCst);
                trace.note(me, &format!("reads {seen}"));
                counter.store(seen + 1, SeqCst);
                trace.note(me, &format!("writes {}", seen + 1));
            });
        }
    });
    assert_eq!(counter.load(SeqCst), 2, "an addition is lost");
}

fn crossed(trace: &Trace) {
    let locks = [Mutex::new(()), Mutex::new(())];
    let take = |me: &str, [first, second]: [usize; 2]| {
        let _first = locks[first].lock().unwrap();
        trace.waits(me, "the second lock");
        let _second = locks[second].lock().unwrap();
        trace.note(me, "has both");
    };
    shuttle::thread::scope(|scope| {
        scope.spawn(|| take("A", [0, 1]));
        scope.spawn(|| take("B", [1, 0]));
    });
}

#[test]
fn a_lost_update_is_found_and_its_seed_gives_the_same_schedule_again() {
    let search = Search::random(lost_update, 0..200).unwrap();
    assert_eq!(search.tried, 200);
    assert!((1..200).contains(&search.failed), "{search:?}");
    let first = search.first.unwrap();
    assert_eq!(first.why, "an addition is lost (left: 1, right: 2)");
    let noted: Vec<&str> = first.steps.iter().map(|step| &*step.what).collect();
    assert_eq!(noted, ["reads 0", "reads 0", "writes 1", "writes 1"]);
    let again = Search::random(lost_update, first.seed..first.seed + 1).unwrap();
    assert_eq!((again.failed, again.first), (1, Some(first)));
}

#[test]
fn a_deadlock_is_found_and_told_in_one_line() {
    let search = Search::random(crossed, 0..200).unwrap();
    assert!((1..200).contains(&search.failed), "{search:?}");
    let first = search.first.unwrap();
    assert!(first.why.starts_with("deadlock: ") && first.why.lines().count() == 1);
    assert_eq!(first.steps.iter().filter(|step| step.waits).count(), 2, "{first:?}");
}

/// The flag may be seen before what it stands for, if nothing orders them.
fn flag<const RELEASE: bool>(trace: &Trace) {
    use loom::sync::atomic::{AtomicU32, Ordering};
    let (set, get) = match RELEASE {
        true => (Ordering::Release, Ordering::Acquire),
        false => (Ordering::Relaxed, Ordering::Relaxed),
    };
    let shared = loom::sync::Arc::new((AtomicU32::new(0), AtomicU32::new(0)));
    let other = shared.clone();
    let writer = loom::thread::spawn(move || {
        other.0.store(1, Ordering::Relaxed);
        other.1.store(1, set);
    });
    if shared.1.load(get) == 1 {
        let seen = shared.0.load(Ordering::Relaxed);
        trace.note("reader", &format!("sees {seen}"));
        assert_eq!(seen, 1, "the flag came first");
    }
    writer.join().unwrap();
}

#[test]
fn loom_finds_what_relaxed_allows_and_is_green_where_the_order_is_asked_for() {
    let relaxed = Search::exhaustive(flag::<false>).unwrap();
    assert_eq!(relaxed.failed, 1);
    let first = relaxed.first.unwrap();
    assert_eq!((&*first.why, first.steps.len()), ("the flag came first (left: 0, right: 1)", 1));
    let ordered = Search::exhaustive(flag::<true>).unwrap();
    assert!(ordered.complete && ordered.failed == 0 && ordered.tried > 1, "{ordered:?}");
}

#[test]
fn a_program_that_never_ends_fails_and_no_seed_is_refused() {
    let endless: Program = |_| loop {
        shuttle::thread::yield_now();
    };
    let search = Search::random(endless, 5..6).unwrap();
    assert!(search.first.unwrap().why.contains("max_steps"));
    let error = Search::random(endless, 5..5).unwrap_err().to_string();
    assert!(error.contains("5..5 holds no seed"), "{error}");
}

#[test]
fn what_panics_say_is_cut_to_a_line() {
    assert_eq!(told("sold twice"), "sold twice");
    assert_eq!(told("assertion failed: a == b"), "a == b");
    let equal = "assertion `left == right` failed\n  left: 1\n right: 2";
    assert_eq!(told(equal), "assertion `left == right` failed (left: 1, right: 2)");
}
