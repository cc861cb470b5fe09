use super::{all, assert_whole, filled, ms, number, run, tags, texts};
use crate::figure::{
    palette::{FAILED, Shade},
    timeline,
};
use crate::record::{Cause, Failure, Model};
use crate::work::{Dish, JobName};

#[test]
fn a_lane_for_each_worker_and_a_bar_for_each_job() {
    let jobs = [(0, 0, 100, 100), (1, 0, 100, 100), (0, 100, 200, 100)];
    let figure = timeline(&[run(Model::Processes(2), &jobs)]);
    assert_whole(&figure);
    let texts = texts(&figure);
    assert!(texts.contains(&"worker 0, pid 1000") && texts.contains(&"worker 1, pid 1001"));
    assert_eq!(texts.iter().filter(|text| **text == "toast").count(), 3);
    assert_eq!(filled(&figure, Shade::of(Model::Processes(2)).fill).len(), 3);
    assert!(texts.contains(&"2 processes: 200 ms"));
    for fact in ["200 ms", "3 jobs", "300 ms of CPU time", "toast on worker 1, 0.00 s to 100 ms"] {
        assert!(figure.alt().contains(fact), "{fact} in {}", figure.alt());
    }
}

#[test]
fn tasks_of_one_thread_stand_below_each_other_under_one_label() {
    let figure =
        timeline(&[run(Model::Async, &[(0, 0, 100, 0), (0, 0, 200, 0), (0, 150, 200, 0)])]);
    assert_whole(&figure);
    assert_eq!(texts(&figure).iter().filter(|text| **text == "thread 2000").count(), 1);
    // Waiting jobs are light, and the third one fits behind the first.
    let shade = Shade::of(Model::Async);
    assert_eq!((filled(&figure, shade.tint()).len(), filled(&figure, shade.fill).len()), (3, 0));
    let mut rows = all(&filled(&figure, shade.tint()), "y");
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), 2);
}

#[test]
fn two_threads_on_one_core_are_half_filled() {
    let figure = timeline(&[run(Model::Threads(2), &[(0, 0, 100, 50), (1, 0, 100, 50)])]);
    let shade = Shade::of(Model::Threads(2));
    // The light part lies one pixel inside the outline.
    let whole = all(&filled(&figure, shade.tint()), "height")[0] + 2;
    // Its outline has the same colour as what fills it.
    let mut heights = all(&filled(&figure, shade.fill), "height");
    heights.sort_unstable();
    assert_eq!(heights, [whole / 2, whole / 2, whole, whole]);
}

#[test]
fn a_breakfast_for_twenty_is_readable_and_small() {
    let dishes: Vec<_> = (0..80).map(|job| (job, 0, 2000 + 10 * job as u64, 0)).collect();
    let tasks: Vec<_> = dishes.iter().map(|dish| (0, dish.1, dish.2, dish.3)).collect();
    let figure = timeline(&[run(Model::Async, &tasks)]);
    assert_whole(&figure);
    assert_eq!(filled(&figure, Shade::of(Model::Async).light()).len(), 80);
    let height = number(tags(&figure, "svg ")[0], "height").unwrap();
    assert!((350..=500).contains(&height), "{height} px");
    let three = [Model::Serial, Model::ThreadPerJob, Model::Async];
    let figure = timeline(&three.map(|model| run(model, &dishes)));
    assert_whole(&figure);
    assert!(texts(&figure).contains(&"2000 to 2079"));
}

#[test]
fn what_is_not_drawn_is_counted() {
    let figure = timeline(&[run(Model::Async, &[(0, 0, 2000, 0); 1000])]);
    assert_whole(&figure);
    assert!(figure.caption().contains("880 of 1000 jobs are not drawn"), "{}", figure.caption());
    assert_eq!(filled(&figure, Shade::of(Model::Async).light()).len(), 120);
}

#[test]
fn a_failed_job_has_another_colour_and_a_cross() {
    let mut run = run(Model::Processes(1), &[(0, 0, 100, 100), (0, 100, 200, 0)]);
    assert!(!timeline(std::slice::from_ref(&run)).caption().contains("Cross"));
    let job = JobName::Cook(Dish::Toast);
    let cause = Cause::Panicked("<no & \"butter\">".to_owned());
    run.results[1] = Err(Failure { job, process: 1000, cause });
    let figure = timeline(&[run]);
    assert_whole(&figure);
    assert_eq!(filled(&figure, FAILED.tint()).len(), 1);
    assert_eq!(figure.svg().matches("stroke-width=\"2\"").count(), 2);
    assert!(figure.caption().contains("Cross: failed (toast)"));
    assert!(figure.alt().contains("it panicked: <no & \"butter\">"));
    assert!(figure.html().contains("&lt;no &amp; &quot;butter&quot;&gt;"));
}

#[test]
fn of_many_that_failed_the_first_are_named_and_the_rest_counted() {
    let mut run = run(Model::Threads(1), &[(0, 0, 100, 100); 14]);
    let job = JobName::Cook(Dish::Toast);
    run.results = vec![Err(Failure { job, process: 1000, cause: Cause::Dropped }); 14];
    let figure = timeline(&[run]);
    assert!(figure.caption().contains("toast, and 2 more)."), "{}", figure.caption());
    assert!(figure.alt().contains("; and 2 more"), "{}", figure.alt());
    assert!(figure.caption().contains("CPU time: 1 thread 1.40 s."), "{}", figure.caption());
}

#[test]
fn a_worker_on_a_host_is_told_with_it() {
    let mut run = run(Model::Mpi(2), &[(0, 0, 100, 100), (1, 0, 100, 100)]);
    run.hosts = vec!["near".to_owned(), "far".to_owned()];
    run.spans[1].thread = 0; // it was lost with its process
    let alt = timeline(&[run]).alt().to_owned();
    for part in ["toast on rank 2, far", "lanes: rank 1, near | rank 2, far", "threads: 2"] {
        assert!(alt.contains(part), "{part} in {alt}");
    }
}

#[test]
fn what_was_dropped_is_not_said_to_have_failed() {
    let mut run = run(Model::Async, &[(0, 0, 100, 0), (0, 0, 100, 0)]);
    let job = JobName::Task("salad");
    run.results[1] = Err(Failure { job, process: 1000, cause: Cause::Dropped });
    let figure = timeline(std::slice::from_ref(&run));
    assert_whole(&figure);
    assert!(figure.caption().contains("Cross: dropped (salad)."), "{}", figure.caption());
    assert!(figure.alt().contains("salad was dropped before its end"), "{}", figure.alt());
    assert!(texts(&figure).contains(&"async, 1 thread: 100 ms, 1 of 2 jobs dropped"));
    run.results[0] = Err(Failure { job, process: 1000, cause: Cause::Panicked("burnt".into()) });
    assert!(timeline(&[run]).caption().contains("Cross: failed (salad, salad)."));
}

#[test]
fn starting_is_grey_where_it_can_be_seen() {
    let mut run = run(Model::Processes(1), &[(0, 500, 1000, 500)]);
    run.start = ms(500);
    assert!(texts(&timeline(std::slice::from_ref(&run))).contains(&"start 500 ms"));
    run.start = ms(4);
    let figure = timeline(&[run]);
    assert!(!figure.caption().contains("Grey") && figure.caption().contains("queued"));
}

#[test]
fn nothing_to_draw_is_said() {
    for figure in [timeline(&[]), timeline(&[run(Model::Serial, &[])])] {
        assert_whole(&figure);
        assert!(texts(&figure)[0].to_lowercase().contains("no"), "{}", figure.svg());
        assert_eq!(texts(&figure)[0], figure.alt());
    }
    let some = [run(Model::Serial, &[]), run(Model::Async, &[(0, 0, 9, 9)])];
    assert_whole(&timeline(&some));
    assert!(texts(&timeline(&some)).contains(&"no jobs, nothing to draw"));
}
