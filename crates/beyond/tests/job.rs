//! One job in a terminal: its line, and what is said of a bad one.

use std::process::{Command, Output};

fn said(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_beyond-worker")).args(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_job_is_one_line_of_five_parts() {
    for (words, job, result, shortest) in [
        (["fib", "25"], "fib(25)", "75025", 0.0),
        (["salad", "0.2"], "salad", "1 salad is ready", 0.2),
    ] {
        let output = said(&["job", words[0], words[1]]);
        let line = text(&output.stdout);
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        assert_eq!(line.lines().count(), 1, "{line}");
        let parts: Vec<&str> = line.trim_end().split('\t').collect();
        let [named, got, host, process, seconds] = parts[..] else { panic!("{line}") };
        assert_eq!((named, got), (job, result));
        assert_eq!(host, rustix::system::uname().nodename().to_str().unwrap());
        assert!(process.parse::<u32>().unwrap() != std::process::id(), "a process of its own");
        let seconds: f64 = seconds.parse().unwrap();
        assert!((shortest..60.0).contains(&seconds), "{line}");
    }
}

#[test]
fn a_bad_job_is_one_sentence_and_status_2() {
    for (words, cure) in [
        (&["fib", "94"][..], "93"),
        (&["fib", "-1"], "whole number"),
        (&["salad", "soon"], "0.5"),
        (&["salad", "-1"], "0.5"),
        (&["salad", "1e6"], "a day"),
        (&["soup", "1"], "omelet, toast and salad"),
        (&["fib"], "job fib 32"),
        (&[], "job fib 32"),
    ] {
        let output = said(&[&["job"], words].concat());
        let sentence = text(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{words:?}");
        assert!(sentence.lines().count() == 1 && sentence.contains(cure), "{sentence}");
    }
}

#[test]
fn without_words_it_says_how_it_is_used() {
    let (without, asked) = (said(&[]), said(&["--help"]));
    assert_eq!((without.status.code(), asked.status.code()), (Some(2), Some(0)));
    assert_eq!(without.stderr, asked.stdout);
    assert!(text(&asked.stdout).contains("job fib N") && without.stdout.is_empty());
}
