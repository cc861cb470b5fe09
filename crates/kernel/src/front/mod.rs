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

mod cells;
pub mod children;
pub mod connection;
mod display;
mod doors;
pub mod evcxr;
mod output;
mod questions;
mod session;
mod shut;
mod sockets;
mod words;

use std::path::PathBuf;

use anyhow::Context;
use jupyter_zmq_client::ConnectionInfo;

/// Who answers a kernel's requests.
pub struct Kernel {
    /// The command of evcxr, once all is there that it needs.
    pub command: tokio::process::Command,
    /// Where evcxr listens.
    pub connection: ConnectionInfo,
    /// Where the process of the cells finds this program.
    pub socket: PathBuf,
}

/// Serves Jupyter until it asks for the end, or nobody is left to ask. `prepare` says how evcxr
/// is started; if that fails, each cell is answered with the reason.
pub fn serve(
    public: ConnectionInfo,
    folder: Option<PathBuf>,
    server: Option<i32>,
    prepare: impl FnOnce() -> anyhow::Result<Kernel> + Send + 'static,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads for the kernel")?;
    runtime.block_on(async {
        let (jupyter, requests) = sockets::Jupyter::open(&public, folder.as_deref()).await?;
        let kernel = tokio::task::spawn_blocking(prepare);
        session::Session::new(jupyter, requests, server).run(kernel).await
    })?;
    // A thread may still wait for something.
    runtime.shutdown_background();
    Ok(())
}
