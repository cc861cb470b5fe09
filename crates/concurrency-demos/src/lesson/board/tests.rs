use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use serde_json::Value;

use super::*;

fn running(run: &str) -> Running {
    Running { notebook: "03-fibonacci".into(), run: run.into() }
}

fn guess(number: f64) -> Fact {
    Fact::Guess { guess: Amount::Number(number) }
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not come");
        thread::sleep(Duration::from_millis(10));
    }
}

/// The lines of a request's body.
fn body(client: &mut TcpStream) -> Option<String> {
    client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let (mut text, mut chunk) = (String::new(), [0; 4096]);
    while !text.ends_with('\n') || !text.contains("\r\n\r\n{") {
        match client.read(&mut chunk) {
            Ok(length) if length > 0 => text += &String::from_utf8_lossy(&chunk[..length]),
            _ => return None,
        }
    }
    Some(text.split_once("\r\n\r\n")?.1.to_owned())
}

fn answer(client: &mut TcpStream, status: &str) {
    let _ = write!(client, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

#[test]
fn a_line_says_where_it_was_made_and_counts_within_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let board = Board::open(folder.path().to_str().unwrap(), &folder.path().join("state")).unwrap();
    for run in ["3 guess-costs", "3 guess-costs", "4 guess-costs"] {
        board.take(&running(run), &guess(2.0));
    }
    let measured = Amount::seen(&Seen::from(Duration::from_millis(1500)));
    let guessed = Amount::guessed(&crate::lesson::predict("threads").unwrap());
    board.take(&running("4 guess-costs"), &Fact::Measured { guess: guessed, measured });
    let file = folder.path().join(format!("{}.jsonl", board.mark));
    let lines = until("four lines", || {
        let lines = std::fs::read_to_string(&file).ok()?;
        (lines.lines().count() == 4).then_some(lines)
    });
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let nth: Vec<_> = lines.iter().map(|line| line["nth"].as_u64().unwrap()).collect();
    assert_eq!(nth, [0, 1, 0, 0]);
    assert_eq!(lines[0]["cell"], "guess-costs");
    assert_eq!(lines[0]["notebook"], "03-fibonacci");
    assert_eq!(lines[0]["guess"]["number"], 2.0);
    assert_eq!(
        (&lines[3]["kind"], &lines[3]["guess"]["words"][0]),
        (&"measured".into(), &"threads".into())
    );
    assert_eq!(lines[3]["measured"]["seconds"], 1.5);
    assert!(board.trouble.news().is_none());
}

#[test]
fn a_learner_has_one_mark_for_a_board_and_another_for_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("below/state");
    let marks: Vec<_> = thread::scope(|scope| {
        let one = || scope.spawn(|| mark::of("http://one/", &state).unwrap());
        let all = [(); 8].map(|()| one());
        all.map(|thread| thread.join().unwrap()).to_vec()
    });
    assert!(marks.iter().all(|mark| *mark == marks[0] && mark.len() == 32), "{marks:?}");
    assert_ne!(mark::of("http://two/", &state).unwrap(), marks[0]);
    // One file for each board, and no part of one.
    assert_eq!(std::fs::read_dir(&state).unwrap().count(), 2);
    // Where nothing can be kept there is a mark all the same.
    let nowhere = Path::new("/dev/null/state");
    assert_ne!(mark::of("x", nowhere).unwrap(), mark::of("x", nowhere).unwrap());
}

#[test]
fn what_the_board_missed_comes_later_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/lines/token", listener.local_addr().unwrap());
    let board = Board::open(&address, folder.path()).unwrap();
    for number in [1.0, 2.0] {
        board.take(&running(""), &guess(number));
    }
    let mut taken = Vec::new();
    for status in ["503 Busy", "429 Too Many", "204 No Content", "400 Bad Request"] {
        let (mut client, _) = listener.accept().unwrap();
        let line: Value = serde_json::from_str(&body(&mut client).unwrap()).unwrap();
        taken.push(line["guess"]["number"].as_f64().unwrap());
        answer(&mut client, status);
    }
    assert_eq!(taken, [1.0, 1.0, 1.0, 2.0]);
    let sentence = until("a sentence", || board.trouble.news());
    assert!(sentence.contains("does not answer (it is busy)"), "{sentence}");
    // The line that was refused is no trouble of the learner's, and nothing is said twice.
    assert!(board.trouble.news().is_none());
}

#[test]
fn a_board_that_is_away_or_silent_or_none_delays_nothing_and_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    // Its connections are taken by the system, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent_address = format!("http://{}/", silent.local_addr().unwrap());
    for (place, says) in [
        (silent_address.as_str(), "does not answer"),
        (&format!("http://{closed}/"), "does not answer"),
        ("https://127.0.0.1/", "is no address of a class board"),
        ("/dev/null/board", "its folder cannot be written to"),
    ] {
        let board = Board::open(place, folder.path()).unwrap();
        let begun = Instant::now();
        for number in 0..2 * WAITING {
            board.take(&running(""), &guess(number as f64));
        }
        // An answer that is waited for would take as long as the patience, each time.
        assert!(begun.elapsed() < Duration::from_secs(place::PATIENCE), "{place}");
        let sentence = until(place, || board.trouble.news());
        assert!(sentence.contains(says), "{sentence}");
        assert!(board.trouble.news().is_none());
    }
}

/// What a learner of [`thirty_learners_lose_no_line`] does, in a process of its own.
#[test]
fn one_of_thirty() {
    if std::env::var_os("COURSE_BOARD_TEST").is_none() {
        return;
    }
    let expected: Vec<f64> = (0..40).map(f64::from).collect();
    for number in &expected {
        let guess = crate::lesson::predict(&number.to_string()).unwrap();
        let _ = guess.against(7);
    }
    // Both notebooks of the learner write to one file: time for what is still to be delivered.
    let place = std::env::var("COURSE_BOARD").unwrap();
    let mark = mark::of(&place, &mark::folder().unwrap()).unwrap();
    let file = Path::new(&place).join(format!("{mark}.jsonl"));
    until("all lines", || {
        let lines = std::fs::read_to_string(&file).ok()?;
        (lines.lines().count() >= 4 * expected.len()).then_some(())
    });
}

#[test]
fn thirty_learners_lose_no_line() {
    let (folder, states) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let program = std::env::current_exe().unwrap();
    // Two notebooks of each of fifteen learners, at once: two processes write to one file.
    let learners: Vec<_> = (0..30)
        .map(|number| {
            std::process::Command::new(&program)
                .args(["--exact", "lesson::board::tests::one_of_thirty"])
                .env("COURSE_BOARD_TEST", "1")
                .env("COURSE_BOARD", folder.path())
                .env("JUPYTER_RUNTIME_DIR", states.path().join((number / 2).to_string()))
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut learner in learners {
        assert!(learner.wait().unwrap().success());
    }
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 15);
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let mut guesses: Vec<_> = lines
            .filter(|line: &Value| line["kind"] == "measured")
            .map(|line| line["guess"]["number"].as_f64().unwrap())
            .collect();
        guesses.sort_by(f64::total_cmp);
        let expected: Vec<_> = (0..40).flat_map(|number| [f64::from(number); 2]).collect();
        assert_eq!(guesses, expected);
        assert_eq!(text.lines().count(), 160);
    }
}
