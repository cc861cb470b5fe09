"""Jupyter stays inside the checkout, and what is missing is said."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from course.environment import NEEDED, prepare
from course.tests.checkout import PACKAGE


class Prepare(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for needed in NEEDED:
            path = self.root / ".venv" / needed
            path.parent.mkdir(parents=True)
            path.touch()

    def prepared(self, **before: str) -> dict[str, str]:
        """Return the environment that it makes of this one."""
        with unittest.mock.patch.dict(os.environ, before, clear=True):
            prepare(self.root)
            return dict(os.environ)

    def test_jupyters_folders_are_in_the_checkout(self) -> None:
        jupyter = self.root / "target" / "jupyter"
        self.assertEqual(
            self.prepared(),
            {
                "JUPYTER_CONFIG_DIR": str(jupyter / "config"),
                "JUPYTER_DATA_DIR": str(jupyter / "data"),
                "JUPYTER_RUNTIME_DIR": str(jupyter / "runtime"),
                "IPYTHONDIR": str(jupyter / "ipython"),
                "JUPYTER_PREFER_ENV_PATH": "1",
            },
        )
        self.assertTrue(jupyter.is_dir())

    def test_the_caller_may_name_others(self) -> None:
        made = self.prepared(JUPYTER_RUNTIME_DIR="/elsewhere")
        self.assertEqual(made["JUPYTER_RUNTIME_DIR"], "/elsewhere")

    def test_what_would_mislead_jupyter_or_evcxr_is_taken_away(self) -> None:
        wrong = {"JUPYTER_PATH": "/elsewhere", "EVCXR_IS_RUNTIME": "1"}
        made = self.prepared(JUPYTER_PREFER_ENV_PATH="0", **wrong)
        self.assertEqual(made["JUPYTER_PREFER_ENV_PATH"], "1")
        self.assertFalse(set(wrong) & set(made))

    def test_each_missing_part_of_the_set_up_is_named(self) -> None:
        for needed in NEEDED:
            path = self.root / ".venv" / needed
            path.unlink()
            told = f"{needed} is missing: set the course up with ./kernel-setup.sh"
            with self.assertRaisesRegex(FileNotFoundError, told):
                self.prepared()
            path.touch()


class WithoutPackages(unittest.TestCase):
    def test_the_first_that_is_missing_is_named(self) -> None:
        bare = [sys.executable, "-E", "-B", "-S", str(PACKAGE), "run"]
        done = subprocess.run(bare, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        told = r"^error: the Python package \w+ is missing: .* \./kernel-setup\.sh\n$"
        self.assertRegex(done.stderr, told)
