//! The part of `warm-kernel` inside the process that runs the cells.
//!
//! evcxr and the process of the cells speak over that process's stdin and stdout, which the
//! cells use too. So a partial line of a cell spoils evcxr's words, and a cell that reads
//! stdin takes evcxr's next command. Here the kernel puts itself between:
//!
//! ```text
//!            commands               commands              one command, then /dev/null
//! evcxr ───────────────► kernel ───────────────► turn() ───────────────► fd 0
//!       ◄───────────────        ◄─────────────────────────────────────── fd 1, fd 2
//!         evcxr's words          all that cells print
//! ```
//!
//! [`attach`] hands evcxr's three pipes to the kernel and takes three new ones. From then on
//! each command comes as three, written at once: [`turn`], the command, [`turn`]. The first
//! closes stdin for the cell; the second waits for the next command, with stdin still closed.
//!
//! Before a command the kernel may have a variable set or removed that its notebook has, and that
//! was not known when the process started: `variable NAME=value` or `variable NAME`, and an empty
//! line.
//!
//! For the moment in which a command is on stdin, cells cannot read it: their standard library
//! is another copy than evcxr's, with a lock of its own, which is held.

#[cfg(not(target_os = "linux"))]
compile_error!("tried on Linux alone");

pub mod handover;
mod panic_report;

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, StdinLock, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustix::pipe::{PipeFlags, pipe_with};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

/// The variable that names the kernel's socket.
pub const SOCKET: &str = "WARM_KERNEL_SOCKET";

/// How what sets a variable begins.
pub const VARIABLE: &str = "variable ";

/// A report of a panic has so many bytes at the most.
pub const LARGEST_REPORT: usize = 256 * 1024;

/// To the kernel: what it must hear in order.
static KERNEL: OnceLock<UnixStream> = OnceLock::new();

thread_local! {
    /// Keeps cells from stdin, while a command is there.
    static STDIN: RefCell<Option<StdinLock<'static>>> = const { RefCell::new(None) };
}

/// From the kernel: evcxr's commands.
static COMMANDS: Mutex<Option<Commands>> = Mutex::new(None);

struct Commands {
    from_kernel: BufReader<File>,
    /// Whether a cell has begun and not ended.
    running: bool,
}

/// Hands evcxr's pipes to the kernel, and takes its own.
///
/// # Errors
/// If the kernel cannot be reached; the process is then left as it was.
pub fn attach() -> io::Result<()> {
    // Where memory runs out the system ends this process first: evcxr then starts another one.
    let _ = std::fs::write("/proc/self/oom_score_adj", "600");
    let kernel = connect()?;
    handover::send(&kernel, [&io::stdin(), &io::stdout(), &io::stderr()])?;
    let [commands, stdout, stderr] = handover::receive(&kernel)?;
    dup2_stdin(commands)?;
    dup2_stdout(stdout)?;
    Ok(dup2_stderr(stderr)?)
}

/// Called before and after each cell: closes stdin, and waits for the next cell.
///
/// Each cell has its own copy of this crate and what it knows: it is always the same cell that
/// calls this, and another one than calls [`attach`].
///
/// # Panics
/// If the process can open no file, or has lost its kernel.
pub fn turn() {
    let mut commands = COMMANDS.lock().unwrap_or_else(PoisonError::into_inner);
    let commands = commands.get_or_insert_with(|| Commands::take_over().expect("a kernel"));
    if commands.running {
        commands.wait().expect("the next command can be had");
    } else {
        close_stdin().expect("stdin can be closed");
        STDIN.take();
    }
    commands.running = !commands.running;
}

impl Commands {
    /// Those that come on stdin by now.
    fn take_over() -> io::Result<Self> {
        let from_kernel = BufReader::new(File::from(io::stdin().as_fd().try_clone_to_owned()?));
        let _ = KERNEL.set(connect()?);
        panic_report::install();
        Ok(Self { from_kernel, running: true })
    }

    /// Tells the kernel that the cell is over, and puts the next command, with a turn on each
    /// side, where evcxr's loop reads it. This is read at once, before a cell runs.
    fn wait(&mut self) -> io::Result<()> {
        // What a cell printed without a line end.
        let _ = io::stdout().flush();
        close_stdin()?;
        tell("waiting\n")?;
        let mut three = self.read()?;
        while let Some(variable) = three.strip_prefix(VARIABLE) {
            set(variable.trim_end_matches('\n'));
            three = self.read()?;
        }
        three.pop();
        let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
        File::from(write).write_all(three.as_bytes())?;
        STDIN.set(Some(io::stdin().lock()));
        Ok(dup2_stdin(read)?)
    }

    /// Lines up to an empty one, and that one.
    fn read(&mut self) -> io::Result<String> {
        let mut lines = String::new();
        while !lines.ends_with("\n\n") {
            if self.from_kernel.read_line(&mut lines)? == 0 {
                // The kernel has ended.
                std::process::exit(0);
            }
        }
        Ok(lines)
    }
}

/// Sets a variable, `NAME=value`, or removes it, `NAME`. No cell runs now; threads that a prelude
/// has left do not read variables while they are idle.
fn set(variable: &str) {
    match variable.split_once('=') {
        Some((name, value)) => std::env::set_var(name, value),
        None => std::env::remove_var(variable),
    }
}

fn close_stdin() -> io::Result<()> {
    Ok(dup2_stdin(File::open("/dev/null")?)?)
}

fn connect() -> io::Result<UnixStream> {
    let socket = std::env::var_os(SOCKET).ok_or(io::ErrorKind::NotFound)?;
    UnixStream::connect(socket)
}

/// Sends words to the kernel; only the thread that runs the cells may.
fn tell(words: &str) -> io::Result<()> {
    let mut kernel = KERNEL.get().ok_or(io::ErrorKind::NotConnected)?;
    kernel.write_all(words.as_bytes())
}
