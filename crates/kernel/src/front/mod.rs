//! The kernel as Jupyter sees it: a program between Jupyter and evcxr.
//!
//! ```text
//!           doors        sockets                    evcxr's ports
//! Jupyter ────────► … ──────────► session ──────────────────────────► evcxr
//!                                    ▲                                  │
//!                                    │   stdin, stdout and stderr       ▼
//!                                    └────────────────────────── process of the cells
//! ```
//!
//! evcxr compiles, completes and explains. All else is done here: who may come in, the order
//! of messages, the queue, what a cell prints and shows, interrupts, errors.
//!
//! Messages are read, signed and written by `jupyter-zmq-client` on `zeromq` 0.7, and their
//! types are those of `jupyter-protocol`: the one set of crates that is maintained and made
//! for this. `zeromq` 0.7 survives clients that come and go, and drops what a subscriber does
//! not read; 0.6, which evcxr has, hangs on the first and waits on the second. So evcxr has
//! one client, which stays. `XPUB`, which would welcome each subscriber as protocol 5.4 has
//! it, waits for slow ones too: `PUB` is used.
//!
//! # What may be dropped
//!
//! Every request of a client is answered once, also one that is interrupted or aborted, and what
//! evcxr says of a request that has its answer is dropped (`session/schedules.rs`, in thousands of
//! schedules). Whoever speaks nonsense is dropped and harms nobody else, and nothing that comes
//! from outside sets memory aside by a claim alone (`wire_checks.rs`, and `crates/fuzz` beside it):
//!
//! | what | limit | beyond it | held by |
//! | --- | --- | --- | --- |
//! | a message of a client | 64 MB | its connection is closed | `frames.rs`, `sockets/nonsense.rs` |
//! | one without the kernel's key | | as if it had never come | `sockets/nonsense.rs` |
//! | what a client does not read | 32 MB | its connection is closed | `tests/kernel/load.rs` |
//! | text that a cell prints | 256 KB, 5,000 lines | left out, and says so | `output.rs` |
//! | values that it shows | 10,000 | left out | `output.rs` |
//! | one of them | 16 MB | left out, and says so | `words.rs` |
//! | a panic's report | 256 KB | cut where it is made | `control.rs` |
//! | other words of the cells' process | none | the process is ended | `control.rs` |
//! | a process that comes in and says nothing | 5 s | its connection is closed | `session/newcomers.rs` |
//! | what a notebook hands to a spare | 4 MB | the spare waits for another | `spare/hear.rs` |

mod cells;
pub mod children;
pub mod connection;
mod control;
mod current;
mod display;
mod doors;
pub mod evcxr;
mod frames;
mod lines;
mod output;
mod questions;
mod session;
mod shut;
mod sockets;
mod words;

#[cfg(any(test, fuzzing))]
pub use {control::Control, frames::Frames, words::Reader, words::Word};

pub use current::{CURRENT_CELL, file as current_cell};
pub use session::ATTACH;

use std::borrow::Cow;
use std::fs;
use std::io::ErrorKind;
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::pin::Pin;

use anyhow::Context;
use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::ConnectionInfo;
use tokio::sync::watch;

use crate::cell;
use crate::folder::Folder;

/// Who answers a kernel's requests.
pub struct Kernel {
    /// The command of evcxr, once all is there that it needs.
    pub command: tokio::process::Command,
    /// Where evcxr listens.
    pub connection: ConnectionInfo,
    /// Where the process of the cells finds this program.
    pub socket: PathBuf,
    /// The file that says which cell runs.
    pub current_cell: PathBuf,
    /// What it has loaded.
    pub loaded: Loaded,
    /// What is run once while nothing is asked.
    pub idle: String,
    /// Where all of it is.
    pub folder: ManuallyDrop<Folder>,
}

/// The crate that notebooks load.
pub struct Loaded {
    /// The name of its package.
    pub package: String,
    /// Its folder.
    pub folder: PathBuf,
}

impl Loaded {
    /// A cell without the lines that load it again. One that leads to nothing means it, too: the
    /// notebook lies in a folder of its reader's, not beside the crate.
    fn not_again<'a>(&self, code: &'a str) -> Cow<'a, str> {
        let is_there = |folder: &str| match fs::canonicalize(folder) {
            Ok(folder) => folder == self.folder,
            Err(reason) => reason.kind() == ErrorKind::NotFound,
        };
        cell::without_loaded(code, &self.package, &is_there)
    }
}

/// Who asks.
pub struct Client {
    /// Where it is listened for.
    pub public: ConnectionInfo,
    /// What was asked there before.
    pub asked: Vec<JupyterMessage>,
    /// What each process of cells is told before its first cell: see `kernel_inside`.
    pub told: String,
    /// Comes to its end once nobody is left who could ask.
    pub gone: Pin<Box<dyn Future<Output = ()>>>,
}

/// What a kernel does at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doing {
    /// It gets ready.
    Starting,
    /// It runs cells or answers questions.
    Working,
    /// It is ready, and nothing is asked.
    Resting,
    /// It cannot start.
    Failed,
}

/// Serves `client` until the end is asked for, or nobody is left to ask. `prepare` says how evcxr
/// is started; if that fails, each cell is answered with the reason. A kernel gets ready also
/// while its client is still waited for.
pub fn serve<F: Future<Output = anyhow::Result<Client>>>(
    folder: Option<PathBuf>,
    prepare: impl FnOnce() -> anyhow::Result<Kernel> + Send + 'static,
    client: impl FnOnce(watch::Receiver<Doing>) -> F,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads for the kernel")?;
    let served = runtime.block_on(async {
        let (jupyter, requests, closed) = sockets::Jupyter::new();
        let (doing, looks) = watch::channel(Doing::Starting);
        let kernel = tokio::task::spawn_blocking(prepare);
        let client = async {
            let mut client = client(looks).await?;
            closed.take(std::mem::take(&mut client.asked));
            closed.open(&client.public, folder.as_deref()).await?;
            anyhow::Ok(client)
        };
        session::Session::new(jupyter, requests, doing).run(kernel, client).await
    });
    // A thread may still wait for something.
    runtime.shutdown_background();
    served
}
