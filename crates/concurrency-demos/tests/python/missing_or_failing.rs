//! No Python, an unfit one, one that fails, one that starts workers otherwise.

use crate::scene::{folder_with, printed, python_that_starts_by, scene, short_with};

fn fake_python(test: &str, text: &str) -> String {
    let folder = folder_with(test, "python", &format!("#!/bin/sh\n{text}\n"));
    folder.join("python").to_str().unwrap().to_owned()
}

#[test]
fn no_python_is_a_note_and_no_failure() {
    let empty = folder_with("no-python", "nothing", "");
    let on_path = scene("short").env_remove("CONCURRENCY_PYTHON").env("PATH", empty).output();
    let nowhere = short_with("/nowhere/python3");
    for (text, name) in [(printed(&on_path.unwrap()), "python3"), (nowhere, "/nowhere/python3")] {
        assert!(text.contains("1 measured; notes: [\"Python is not shown: "), "{text}");
        assert!(text.contains(&format!("{name} cannot be started")), "{text}");
        assert!(text.contains("Set CONCURRENCY_PYTHON"), "{text}");
    }
}

#[test]
fn an_unfit_python_is_a_note_with_the_reason() {
    let old =
        short_with(&fake_python("old", "echo False; echo 'Python 2.7.18 (GIL on)'; echo /old"));
    assert!(old.contains("1 measured") && old.contains("too old, it is Python 2.7.18"), "{old}");
    let broken = short_with(&fake_python("broken", "echo 'no such version' >&2; exit 127"));
    assert!(broken.contains("1 measured") && broken.contains("no such version"), "{broken}");
    let other = short_with(&fake_python("other", "echo hello"));
    assert!(other.contains("1 measured") && other.contains("is no Python"), "{other}");
}

#[test]
fn a_python_without_lock_is_a_language_of_its_own() {
    let named = std::env::var("CONCURRENCY_PYTHON").unwrap_or_else(|_| "python3".into());
    let probe = "if [ \"$3\" = -c ]; then echo True; echo 'Python 3.99 (GIL off)'; echo; exit; fi";
    let free = fake_python("free", &format!("{probe}\nexec {named} \"$@\""));
    let told = printed(&scene("languages").env("CONCURRENCY_PYTHON_FREE", free).output().unwrap());
    for label in ["2 threads", "Python, 2 threads", "Python without lock, 2 threads"] {
        assert!(told.contains(&format!("\"{label}\"")), "{label} in {told}");
    }
    assert!(told.contains("\"Python 3.99 (GIL off)\"") && told.contains("behind: true"), "{told}");
}

#[test]
fn a_python_with_its_lock_is_not_taken_for_one_without() {
    let mut languages = scene("languages");
    let told = languages.env("CONCURRENCY_PYTHON_FREE", "python3").env("CONCURRENCY_PYTHON", "/no");
    let told = printed(&told.output().unwrap());
    assert!(told.contains("without interpreter lock is not shown: Python 3"), "{told}");
    assert!(told.contains("/no cannot be started") && told.contains("behind: false"), "{told}");
    assert!(!told.contains("\"Python,"), "{told}");
}

/// A Python that answers the question for its version, and then does this.
fn fake_run(test: &str, then: &str) -> String {
    let probe = "if [ \"$3\" = -c ]; then echo True; echo 'Python 3.99'; echo; exit; fi";
    short_with(&fake_python(test, &format!("{probe}\n{then}")))
}

#[test]
fn a_failing_python_is_an_error_with_its_last_words() {
    let failing = fake_run("failing", "echo first >&2; echo 'OSError: too sad' >&2; exit 3");
    assert!(failing.contains("error: Python 3.99 failed on \"2 processes\""), "{failing}");
    assert!(
        failing.contains("exit status: 3") && failing.contains("OSError: too sad"),
        "{failing}"
    );
    let loud = fake_run("loud", "yes noise | head -c 300000 >&2; echo 'the end' >&2; exit 1");
    assert!(loud.contains("the end") && loud.len() < 2000, "{loud}");
}

#[test]
fn a_garbled_answer_is_an_error() {
    let garbled = fake_run("garbled", "read line; echo '{\"began\": 1'");
    assert!(garbled.contains("answer cannot be read"), "{garbled}");
    let short = fake_run("short", "read line; echo '{\"began\":1,\"ended\":2,\"spans\":[]}'");
    assert!(short.contains("0 spans for 2 jobs"), "{short}");
}

#[test]
fn python_may_start_its_workers_in_any_way() {
    for method in ["fork", "spawn", "forkserver"] {
        let python = python_that_starts_by(method, "any-way");
        let text = short_with(python.to_str().unwrap());
        assert!(text.contains("2 measured; notes: [\"Python 3"), "{method}: {text}");
    }
}

/// A learner may have a file beside the notebook that is called as a module of Python.
#[test]
fn files_beside_the_notebook_are_not_run() {
    let module = "open(__file__ + '.was-run', 'w').close()\nraise ImportError('not this one')\n";
    let folder = tempfile::tempdir().unwrap();
    for name in ["platform", "json", "random", "threading", "multiprocessing"] {
        std::fs::write(folder.path().join(name).with_extension("py"), module).unwrap();
    }
    for method in ["fork", "spawn", "forkserver"] {
        let mut scene = scene("short");
        scene.env("CONCURRENCY_PYTHON", python_that_starts_by(method, "beside"));
        let text = printed(&scene.current_dir(&folder).output().unwrap());
        assert!(text.contains("2 measured; notes: [\"Python 3"), "{method}: {text}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        5,
        "the modules and nothing else"
    );
}

#[test]
fn a_python_that_hangs_is_killed_and_named() {
    let hanging = short_with(&fake_python("hanging", "exec sleep 1000"));
    assert!(hanging.contains("1 measured; notes: [\"Python is not shown: "), "{hanging}");
    assert!(hanging.contains("did not end within 10.0 s and was killed"), "{hanging}");
}
