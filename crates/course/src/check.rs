//! `course check`: hold notebooks to the rules of the course.

use std::path::Path;

use crate::python::{self, Arguments};

/// Checks notebooks; returns only if that could not begin.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    python::replace_by("check_notebooks.py", root, arguments)
}
