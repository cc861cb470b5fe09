"""Tests that were not run are no success."""

from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from course.tests.__main__ import run_all

CLASS = "import unittest\nclass T(unittest.TestCase):\n    def test_it(self): {}\n"


class RunAll(unittest.TestCase):
    def status(self, *files: str, at_a_time: int = 2) -> tuple[int, str]:
        """Run files with these texts; return the exit status and what was said."""
        with tempfile.TemporaryDirectory() as temp:
            folder = Path(temp, "package", "tests")
            folder.mkdir(parents=True)
            for number, text in enumerate(files):
                (folder / f"test_{number}.py").write_text(text)
            with contextlib.redirect_stdout(io.StringIO()) as said:
                return run_all(folder, at_a_time), said.getvalue()

    def test_all_must_pass_and_there_must_be_some(self) -> None:
        good, bad = CLASS.format("pass"), CLASS.format("self.fail('burnt')")
        self.assertEqual(self.status(good, good)[0], 0)
        self.assertEqual(self.status()[0], 1)
        self.assertEqual(self.status(good, "")[0], 1)
        status, said = self.status(good, bad)
        self.assertEqual(status, 1)
        self.assertIn("burnt", said)
        self.assertIn("--- package.tests.test_0\n", said)
        status, said = self.status(bad, at_a_time=1)
        self.assertEqual((status, said.count("AssertionError: burnt")), (1, 1))
