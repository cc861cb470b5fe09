//! A scene is an ignored test in a process of its own: the environment of a
//! test process cannot be changed safely, nor can a test be killed.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use concurrency_demos::labs::Languages;
use concurrency_demos::{Job, Model, Silent};

use crate::compare;

/// Prints the notes or the error of a comparison of two numbers.
#[test]
#[ignore = "a scene: other tests run it in a process of its own"]
fn short() {
    match compare(&[Job::Fib(10), Job::Fib(11)], &[Model::Processes(2)]) {
        Ok(comparison) => {
            let runs = comparison.measurements.len();
            println!("{runs} measured; notes: {:?}", comparison.notes);
        }
        Err(error) => println!("error: {error}"),
    }
}

/// Runs jobs that Rust does in a moment and Python in a minute.
#[test]
#[ignore = "a scene: other tests run it in a process of its own"]
fn long() {
    let result = compare(&[Job::Fib(40), Job::Fib(40)], &[Model::Processes(2)]);
    println!("error: {}", result.expect_err("it is disturbed"));
    #[cfg(target_os = "linux")]
    crate::nothing_is_left::assert_no_children();
}

/// Tells which languages both workloads were measured in, and what is missing.
#[test]
#[ignore = "a scene: other tests run it in a process of its own"]
fn languages() {
    let measured = Languages::measure(0.05, 2, &Silent).unwrap();
    for comparison in [&measured.computing, &measured.waiting] {
        let labels: Vec<String> = comparison.measurements.iter().map(|m| m.label()).collect();
        println!("{}: {labels:?}", comparison.title);
    }
    println!("notes: {:?}", measured.waiting.notes);
    println!("behind: {}", measured.python_is_behind().is_some());
}

pub fn scene(name: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("scene::{name}"), "--ignored", "--nocapture"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn printed(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(output.status.success(), "{text}");
    text
}

/// What the short scene prints with this Python.
pub fn short_with(python: &str) -> String {
    printed(&scene("short").env("CONCURRENCY_PYTHON", python).output().unwrap())
}

/// A new folder with one executable or plain file in it.
pub fn folder_with(test: &str, file: &str, text: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(file), text).unwrap();
    fs::set_permissions(folder.join(file), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// A Python of its own for this test, which starts its pool workers in this way: it sets the
/// way whenever it starts, also isolated.
pub fn python_that_starts_by(method: &str, test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{method}"));
    let named = env::var_os("CONCURRENCY_PYTHON").unwrap_or_else(|| "python3".into());
    let mut venv = Command::new(named);
    venv.args(["-m", "venv", "--clear", "--without-pip"]).arg(&folder);
    printed(&venv.output().unwrap());
    let python = folder.join("bin/python");
    let line = format!("import multiprocessing as m; m.set_start_method('{method}', force=True)");
    let write = "import pathlib, sys, sysconfig; \
                 pathlib.Path(sysconfig.get_path('purelib'), 'start.pth').write_text(sys.argv[1])";
    printed(&Command::new(&python).args(["-c", write, &line]).output().unwrap());
    python
}
