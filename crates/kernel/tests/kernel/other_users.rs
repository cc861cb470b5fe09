//! One checkout for all users of a machine: for those of its kernels who may only read it.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use procfs::net::TcpState;
use rustix::process::geteuid;
use serde_json::{Value, json};

use crate::jupyter_client::{Jupyter, checkout, dep, eventually};
use crate::nothing_was_built_since;

/// Users without an account.
const IDS: [u32; 2] = [54321, 54322];

/// What a user is handed, in their home.
const ARGUMENT: &str = "argument";

/// Mounts what is read of root's home over it, for the command alone.
const OPEN: &str = r#"
set -e
cp "$0" "$1/argument" && chown "$2" "$1/argument"
if [ "$(stat -c %a "$HOME" | tail -c 2)" -lt 5 ]; then
    mkdir "$1.mounted"
    mount --bind "$HOME" "$1.mounted"
    mount -t tmpfs -o mode=755 none "$HOME"
    for folder in .cargo .rustup; do
        mkdir "$HOME/$folder"
        mount --bind "$1.mounted/$folder" "$HOME/$folder"
    done
fi
shift 2
exec "$@"
"#;

/// A user with an empty home, to whom nothing of this checkout belongs.
struct User {
    id: u32,
    home: PathBuf,
    temp: PathBuf,
}

impl User {
    fn new(id: u32, jupyter: &Jupyter) -> Self {
        let [home, temp] = ["home", "temp"].map(|name| jupyter.temp().join(format!("{name}-{id}")));
        for folder in [&home, &temp] {
            fs::create_dir(folder).expect("it is ours");
            chown(folder, Some(id), Some(id)).expect("root may do this");
        }
        Self { id, home, temp }
    }

    /// A command of this user. Root's home shows them nothing but Rust and Cargo's folder, which
    /// `share` would have put elsewhere. The file `argument` is copied to them.
    fn command(&self, argument: &str) -> Vec<String> {
        let id = self.id;
        let [home, temp] = [&self.home, &self.temp].map(|path| path.display().to_string());
        [
            "unshare",
            "--mount",
            "sh",
            "-c",
            OPEN,
            argument,
            &home,
            &id.to_string(),
            "setpriv",
            &format!("--reuid={id}"),
            &format!("--regid={id}"),
            "--clear-groups",
            "--bounding-set=-all",
            "env",
            "-i",
            "PATH=/usr/bin:/bin",
            &format!("HOME={home}"),
            &format!("TMPDIR={temp}"),
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn start(&self, jupyter: &mut Jupyter, notebooks: &Path) -> usize {
        let settings = checkout().join("crates/notebook/kernel/kernel.toml");
        let mut argv = self.command("{connection_file}");
        argv.extend([env!("CARGO_BIN_EXE_warm-kernel"), "start"].map(str::to_owned));
        argv.extend([&settings, &self.home.join(ARGUMENT)].map(|path| path.display().to_string()));
        jupyter.start_by(&json!(argv), notebooks)
    }

    /// The private folder of their kernel.
    fn folder(&self) -> Option<PathBuf> {
        Some(fs::read_dir(&self.temp).expect("it is there").next()?.expect("a folder").path())
    }
}

#[test]
fn two_users_at_once_run_the_notebooks_of_a_checkout_that_they_only_read() {
    // Who only reads Cargo's folder takes no lock there: no other test may change it meanwhile.
    let mut jupyter = Jupyter::alone();
    if !geteuid().is_root() {
        println!("skipped: only root can start kernels of other users");
        return;
    }
    fs::set_permissions(jupyter.temp(), Permissions::from_mode(0o711)).expect("it is ours");
    let users = IDS.map(|id| User::new(id, &jupyter));
    if let Err(reason) = can_become_others(&User::new(IDS[0] + 2, &jupyter)) {
        println!("skipped: no kernel of another user can be started here: {reason}");
        return;
    }
    // One opens the checkout's own notebooks, the other has copies.
    let published = checkout().join("notebooks");
    let copies = users[1].home.join("notebooks");
    fs::create_dir(&copies).expect("root may do this");
    chown(&copies, Some(users[1].id), None).expect("root may do this");
    let places = [published, copies];
    let kernels = [0, 1].map(|user| users[user].start(&mut jupyter, &places[user]));
    for (kernel, user) in kernels.into_iter().zip(&users) {
        jupyter.wait(kernel);
        runs_what_needs_folders_and_programs(&mut jupyter, kernel);
        evcxr_lets_nobody_in(user.id);
        let private = user.folder().expect("the kernel runs");
        nothing_was_built_since(&checkout().join("target/warm"), &private);
    }
    jupyter.ok(kernels[1], "std::fs::write(\"notes.txt\", \"2\")?");
    assert_eq!(fs::read_to_string(places[1].join("notes.txt")).expect("it was saved"), "2");
    for kernel in kernels {
        jupyter.stop(kernel);
    }
    for user in &users {
        eventually("the private folder is gone", || user.folder().is_none());
    }
}

/// Cells of 03: a program made by a cell, worker processes; a type error; an explanation.
fn runs_what_needs_folders_and_programs(jupyter: &mut Jupyter, kernel: usize) {
    jupyter.ok(kernel, &(dep() + "\nuse notebook::{Job, Model, Silent};\nuse std::process;"));
    jupyter.ok(kernel, &cell("program"));
    assert_eq!(jupyter.ok(kernel, &cell("compile")).trim(), "rustc: exit status: 0");
    let run =
        "process::Command::new(\"../target/programs/fib\").arg(\"20\").output()?.stdout.len() > 4";
    assert_eq!(jupyter.ok(kernel, run).trim(), "true");
    let workers = "Model::Processes(2).run(&[Job::Fib(20), Job::Fib(21)], &Silent)?.numbers()?";
    assert_eq!(jupyter.ok(kernel, workers).trim(), "[6765, 10946]");
    let refused = jupyter.run(kernel, "let n: usize = \"20\";");
    assert!(refused.text.contains("mismatched types"), "{}", refused.text);
    assert!(jupyter.inspect(kernel, "vec![1, 2].len()", 14).contains("number of elements"));
}

/// What shuts evcxr's ports needs no more rights than a user has. They are not on the address that
/// Jupyter knows.
fn evcxr_lets_nobody_in(user: u32) {
    let entries = procfs::net::tcp().expect("the system tells").into_iter();
    let listening = entries.filter(|entry| entry.state == TcpState::Listen && entry.uid == user);
    let addresses = listening.map(|entry| entry.local_address);
    let doors: Vec<_> = addresses.filter(|door| door.ip() != Ipv4Addr::LOCALHOST).collect();
    assert_eq!(doors.len(), 5, "{doors:?}");
    for door in doors {
        let came_in = TcpStream::connect_timeout(&door, Duration::from_millis(300));
        assert!(came_in.is_err(), "{door} is open");
    }
}

/// The code of a cell of notebook 03.
fn cell(id: &str) -> String {
    let text = include_str!("../../../../notebooks/03-fibonacci.ipynb");
    let notebook: Value = serde_json::from_str(text).expect("JSON");
    let mut cells = notebook["cells"].as_array().expect("cells").iter();
    let cell = cells.find(|cell| cell["id"] == id).expect("it has this cell");
    let lines = cell["source"].as_array().expect("lines").iter();
    lines.map(|line| line.as_str().expect("a text")).collect()
}

/// Root can, if nobody has taken from it what that needs, as containers do.
fn can_become_others(user: &User) -> Result<(), String> {
    let program = env!("CARGO_BIN_EXE_warm-kernel");
    let command = user.command("/dev/null");
    let tried = Command::new(&command[0]).args(&command[1..]).args([program, "--version"]).output();
    match tried {
        Ok(tried) if tried.status.success() => Ok(()),
        Ok(tried) => Err(String::from_utf8_lossy(&tried.stderr).into_owned()),
        Err(reason) => Err(format!("unshare: {reason}")),
    }
}
