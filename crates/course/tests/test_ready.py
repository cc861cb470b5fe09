"""`ready`: one line that a learner can send, green or with a cure."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import unittest
from pathlib import Path
from time import monotonic
from unittest import mock

from course.bench.start import our_command
from course.set_up import ready
from course.set_up.kernelspec import PLACE
from course.tests.checkout import ROOT
from course.tests.waiting import PATIENCE

MACHINE = {"cores": 2, "memory": 8e9, "free": 4e9, "rust": "1.95.0"}


class Ready(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        manifest = '[workspace.package]\nversion = "0.1.0"\n'
        (self.root / "Cargo.toml").write_text(manifest)
        (self.root / PLACE).parent.mkdir(parents=True)

    def kernel(self, argv: list[str]) -> None:
        (self.root / PLACE).write_text(json.dumps({"argv": argv}))

    def line(self) -> tuple[int, str]:
        """Return the status and the one line."""
        with contextlib.redirect_stdout(io.StringIO()) as said:
            status = ready.main(self.root, "0.22.0", monotonic())
        lines = said.getvalue().splitlines()
        self.assertEqual(len(lines), 1, lines)
        return status, lines[0]

    def test_a_real_kernel_is_measured(self) -> None:
        self.kernel(our_command(ROOT))
        with mock.patch.object(ready, "PATIENCE", PATIENCE):
            status, line = self.line()
        self.assertEqual(status, 0, line)
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
        words = "a kernel in .*, a cell in .*, two threads .* times as quick as one"
        start = r"^READY: course 0\.1\.0, .*, JupyterLab 4.*, Rust 1\.[0-9.]+, evcxr 0\.22\.0; "
        self.assertRegex(
            line, start + rf"\d+ cores?, .*GB of memory, .* free, {words}$"
        )
        if cores == 1:
            self.assertIn("1 core,", line)

    def test_red_names_the_cure(self) -> None:
        status, line = self.line()
        self.assertEqual(status, 1)
        self.assertRegex(
            line, r"^NOT READY: The Rust kernel is not built\. Run \./kernel"
        )
        self.kernel(["/bin/sh", "-c", "echo 'This kernel starts slowly: it is.' >&2"])
        with mock.patch.object(ready, "PATIENCE", 1.0):
            status, line = self.line()
        self.assertEqual(status, 1)
        cure = "starts slowly: it is. Run ./kernel-setup.sh"
        self.assertIn(f"NOT READY: This kernel {cure}", line)
        self.kernel(["/bin/sh", "-c", "exec sleep 60"])
        with mock.patch.object(ready, "PATIENCE", 0.5):
            status, line = self.line()
        self.assertEqual(status, 1)
        self.assertIn("Close what keeps the machine busy", line)

    def test_who_has_an_answer_but_no_time_left_is_ready(self) -> None:
        client = mock.Mock(**{"execute_interactive.side_effect": TimeoutError})
        self.assertIsNone(ready.speed_up(client, monotonic()))

    def test_little_memory_is_red_and_the_words_are_whole(self) -> None:
        self.kernel(["/bin/true"])
        seen = ready.Seen(1.25, 0.31, MACHINE, 1.93)
        with mock.patch.object(ready, "measure", return_value=seen):
            status, line = self.line()
            self.assertEqual(status, 0)
            told = (
                "2 cores, 8.0 GB of memory, 4.0 GB free, a kernel in 1.2 s, a cell in"
            )
            self.assertIn(
                f"Rust 1.95.0, evcxr 0.22.0; {told} 0.3 s, two threads 1.9 times", line
            )
            seen.speed_up = None
            status, line = self.line()
            self.assertEqual(status, 0)
            self.assertIn("a cell in 0.3 s, no time left to compare two threads", line)
            seen.machine = MACHINE | {"free": 0.4e9}
            status, line = self.line()
        self.assertEqual(status, 1)
        self.assertIn("Only 0.4 GB of memory are free. Close other programs", line)
