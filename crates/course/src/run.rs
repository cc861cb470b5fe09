//! `course run`: execute notebooks.

use std::path::Path;

use crate::python::{self, Arguments};

/// Executes notebooks; returns only if that could not begin.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    python::replace_by("run_notebook.py", root, arguments)
}
