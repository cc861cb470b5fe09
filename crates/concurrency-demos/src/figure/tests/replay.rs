use super::{all, assert_whole, filled, ms, number, run, tags, texts};
use crate::figure::{
    Figure,
    palette::{BLACK, Shade, WHITE},
    replay, timeline,
};
use crate::record::{Model, Run};

fn two() -> [Run; 2] {
    let serial = run(Model::Serial, &[(0, 0, 1000, 0), (0, 1000, 2000, 0)]);
    [serial, run(Model::Async, &[(0, 0, 1000, 0), (0, 0, 1000, 0)])]
}

/// What a replay has in addition to its timeline: the style and the cover.
fn added(figure: &Figure) -> (&str, &str) {
    let (_, rest) = figure.svg().split_once("<style>").unwrap();
    let (style, rest) = rest.split_once("</style>\n").unwrap();
    (style, rest.split_once("</g>\n").unwrap().0)
}

/// The number between two pieces of a text.
fn between(text: &str, before: &str, after: &str) -> f64 {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0.parse().unwrap()
}

#[test]
fn without_its_cover_it_is_the_timeline() {
    let (figure, still) = (replay(&two()), timeline(&two()));
    assert_whole(&figure);
    let (style, cover) = added(&figure);
    let added = format!("<style>{style}</style>\n{cover}</g>\n");
    assert_eq!(figure.svg().replacen(&added, "", 1), still.svg());
    assert!(figure.alt().ends_with(still.alt()));
}

#[test]
fn a_white_cover_and_a_line_lie_on_all_that_is_drawn_of_each_run() {
    let figure = replay(&two());
    let (_, cover) = added(&figure);
    let (covers, lines): (Vec<&str>, Vec<&str>) = cover
        .split('<')
        .filter(|tag| tag.starts_with("rect "))
        .partition(|tag| number(tag, "width").unwrap() > 2);
    assert_eq!((covers.len(), lines.len()), (2, 2));
    let inside = |tag: &str| {
        covers.iter().any(|cover| {
            let [x, y] = ["x", "y"].map(|name| number(tag, name).unwrap());
            let [left, top] = ["x", "y"].map(|name| number(cover, name).unwrap());
            let [wide, high] = ["width", "height"].map(|name| number(cover, name).unwrap());
            x >= left
                && y >= top
                && y + number(tag, "height").unwrap() <= top + high
                && x + number(tag, "width").unwrap() <= left + wide
        })
    };
    let bars = [Model::Serial, Model::Async]
        .map(|model| Shade::of(model).tint())
        .map(|tint| filled(&figure, tint));
    assert_eq!(bars.concat().len(), 4);
    assert!(bars.concat().into_iter().all(inside), "{cover}");
    assert_eq!(all(&filled(&figure, WHITE), "x")[1..], all(&lines, "x"));
    assert!(lines.iter().all(|line| filled(&figure, BLACK).contains(line)));
    // Titles and the names of lanes can be read while it plays.
    let tops = all(&covers, "y");
    let titles: Vec<_> =
        tags(&figure, "text ").into_iter().filter(|t| t.contains("bold")).collect();
    assert_eq!(titles.len(), 2);
    assert!(all(&titles, "y").iter().zip(tops).all(|(title, top)| title + 6 <= top));
}

#[test]
fn it_moves_from_zero_to_the_end_of_the_axis_in_at_most_five_seconds_and_rests() {
    for longest in [1, 2000, 600_000] {
        let figure = replay(&[run(Model::Serial, &[(0, 0, longest, 0)])]);
        let (style, cover) = added(&figure);
        // The bar ends where the axis does, one pixel less.
        let bar = filled(&figure, Shade::of(Model::Serial).ink)[0];
        let end = number(bar, "x").unwrap() + number(bar, "width").unwrap() + 1;
        let left = between(cover, "x=\"", "\"");
        assert_eq!(left + between(style, "translateX(", "px)"), f64::from(end));
        let whole = between(style, "animation:sweep ", "s linear");
        let plays = whole * between(style, "from{opacity:1}", "%{") / 100.0;
        assert!((plays - 4.0).abs() < 0.01 && plays <= 5.0, "{plays} s");
        assert!(whole - plays > 1.0 && style.contains("to{opacity:0;"), "{style}");
    }
}

#[test]
fn where_nothing_may_move_nothing_is_covered() {
    let figure = replay(&two());
    let (style, cover) = added(&figure);
    assert!(cover.starts_with("<g class=\"cover\" opacity=\"0\">"), "{cover}");
    // The one rule outside the keyframes: not in print, not with less motion.
    let (_, rules) = style.split_once("}}@media screen and ").unwrap();
    assert!(rules.starts_with("(prefers-reduced-motion:no-preference){.cover{"), "{rules}");
    assert_eq!(style.matches("animation:").count(), 1);
    assert!(!style.contains("forwards") && !style.contains("fill"));
}

#[test]
fn the_words_give_speed_and_order_and_the_reader_opens_it() {
    let figure = replay(&two());
    assert!(figure.alt().starts_with("Replay, done in this order: async"), "{}", figure.alt());
    assert!(figure.caption().contains("2.00 s in 4 s, 0.50 times real speed"));
    let (folded, html) = (figure.folded().unwrap(), figure.html());
    assert!(folded.starts_with("Play 2 runs"));
    let (before, after) = html.split_once("<img").unwrap();
    assert!(before.contains("<details><summary") && before.ends_with("</summary>"));
    assert!(after.contains("</details><figcaption") && !html.contains("<details open"));
    assert!(!html.contains("<svg") && !html.contains("<style"));
    assert!(timeline(&two()).folded().is_none() && !timeline(&two()).html().contains("<details"));
}

#[test]
fn many_jobs_stay_small_and_no_job_is_still() {
    let dishes: Vec<_> = (0..80).map(|job| (job, 0, 2000, 0)).collect();
    assert_whole(&replay(&[Model::Serial, Model::Async].map(|model| run(model, &dishes))));
    let empty = [run(Model::Serial, &[])];
    for figure in [replay(&[]), replay(&empty)] {
        assert!(figure.folded().is_none() && !figure.svg().contains("<style"));
    }
    let mut late = run(Model::Serial, &[(0, 0, 10, 0)]);
    late.wall = ms(100);
    let figure = replay(&[late, empty[0].clone()]);
    assert!(texts(&figure).contains(&"no jobs, nothing to draw"));
    assert_eq!(added(&figure).1.matches("<rect ").count(), 2);
    assert!(figure.caption().contains("100 ms in 4 s"));
}
