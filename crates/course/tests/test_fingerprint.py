"""Outputs are those of their code, their tags, and the crates that the cells loaded."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from course.notebook.fingerprint import made_with
from course.tests.checkout import ROOT

LIB = """//! Eggs.
use std::fmt;
#[cfg(test)]
mod tests;
pub use eggs::fry; // in a pan

/// Fries.
pub fn fry(n: u32) -> u32 {
    // Slowly.
    n + 1
}

#[cfg(test)]
mod more_tests {
    #[test]
    fn two() {}
}
"""
WORKSPACE = """[workspace]
members = ["crates/*"]
[workspace.package]
rust-version = "1.95"
[workspace.dependencies]
tokio = "=1.2.3"
[profile.release]
# Quick to build.
opt-level = 2
[workspace.lints.rust]
unsafe_code = "forbid"
"""
SOURCE = "crates/concurrency-demos/src/lib.rs"


class MadeWith(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write(SOURCE, LIB)
        self.write("crates/notebook/src/lib.rs", "pub use eggs;\n")
        self.write("Cargo.toml", WORKSPACE)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def changes(self, name: str, old: str, new: str) -> bool:
        """Say whether a change of a file changes the fingerprint; undo it."""
        path = self.root / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        self.assertIn(old, text)
        before = made_with(self.root)
        self.write(name, text.replace(old, new, 1))
        after = made_with(self.root)
        path.write_text(text, encoding="utf-8") if text else path.unlink()
        self.assertEqual(made_with(self.root), before)
        return after != before

    def test_code_counts(self) -> None:
        for old, new in [
            ("n + 1", "n + 2"),
            ("use std::fmt;", "use std::fmt;\nuse std::io;"),
            ("pub use eggs::fry; // in", "pub use eggs::boil; // in"),
        ]:
            self.assertTrue(self.changes(SOURCE, old, new), new)

    def test_comments_blank_lines_and_tests_do_not(self) -> None:
        for old, new in [
            ("//! Eggs.", "//! Many eggs."),
            ("/// Fries.", "/// Boils."),
            ("    // Slowly.\n", ""),
            ("\n\n", "\n\n\n"),
            ("fn two() {}", "fn two() { three() }"),
            ("mod tests;", "mod other_tests;"),
        ]:
            self.assertFalse(self.changes(SOURCE, old, new), new)

    def test_each_file_that_a_cell_loads_counts(self) -> None:
        for name in [
            "crates/concurrency-demos/src/models/new.rs",
            "crates/concurrency-demos/Cargo.toml",
            "crates/concurrency-demos/build.rs",
            "crates/concurrency-demos/python/workloads.py",
            "crates/notebook/src/new.rs",
            "crates/notebook/Cargo.toml",
            "crates/notebook/kernel/prelude.rs",
            "crates/notebook/kernel/kernel.toml",
        ]:
            self.assertTrue(self.changes(name, "", "a = 1\n"), name)

    def test_other_files_do_not(self) -> None:
        for name in [
            "crates/concurrency-demos/src/figure/tests/new.rs",
            "crates/concurrency-demos/src/figure/tests.rs",
            "crates/concurrency-demos/src/pool/schedules/new.rs",
            "crates/concurrency-demos/tests/new.rs",
            "crates/concurrency-demos/benches/new.rs",
            "crates/kernel/src/main.rs",
            "crates/course/run/new.py",
            "notebooks/new.rs",
        ]:
            self.assertFalse(self.changes(name, "", "a = 1\n"), name)

    def test_of_the_workspace_dependencies_and_profiles_count(self) -> None:
        for old, new, counts in [
            ("=1.2.3", "=1.2.4", True),
            ("opt-level = 2", "opt-level = 3", True),
            ("# Quick to build.", "# Small.", False),
            ('"crates/*"', '"crates/kernel"', False),
            ("1.95", "1.96", False),
            ("forbid", "deny", False),
        ]:
            self.assertEqual(self.changes("Cargo.toml", old, new), counts, new)

    def test_the_name_of_a_file_counts(self) -> None:
        before = made_with(self.root)
        (self.root / SOURCE).rename((self.root / SOURCE).with_name("other.rs"))
        self.assertNotEqual(made_with(self.root), before)

    def test_a_checkout_without_crates_has_one_too(self) -> None:
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(len(made_with(Path(empty))), 64)
            self.assertEqual(made_with(Path(empty)), made_with(Path(empty)))
            self.assertNotEqual(made_with(Path(empty)), made_with(ROOT))
