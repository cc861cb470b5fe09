//! What a notebook cell loads with
//! `:dep notebook = { path = "../crates/notebook" }`.
//!
//! Re-exports, and code that all cells share. The crate is a dylib, so all cells
//! of a notebook share one copy of each library and of its state.

mod variables;

pub use concurrency_demos::*;

pub use {evcxr_runtime, loom, plotters, rayon, shuttle, tokio};
