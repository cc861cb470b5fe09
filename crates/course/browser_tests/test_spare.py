"""The spare kernel of `./kernel-setup.sh lab`, as the server's kernels find it."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from course.browser_tests.session import NOTEBOOKS, Server
from course.tests.checkout import ROOT
from course.tests.waiting import wait_for


class Spare(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(dir="/tmp")
        self.addCleanup(folder.cleanup)
        self.temp = Path(folder.name)

    def lab(self, spare: str) -> Server:
        server = Server(
            ROOT / "target" / "browser-spare.log",
            WARM_KERNEL_SPARE=spare,
            TMPDIR=str(self.temp),
        )
        self.addCleanup(server.stop)
        server.wait()
        return server

    def spares(self) -> list[Path]:
        return [*self.temp.glob("warm-kernel-*/spare-*")]

    def kernels(self) -> list[Path]:
        return [*self.temp.glob("warm-kernel-*")]

    def test_the_first_notebook_takes_it_and_the_server_ends_it(self) -> None:
        server = self.lab("0.5")
        wait_for("a spare kernel", self.spares)
        self.assertEqual(server.ask("/api/kernels"), [])
        path = str(NOTEBOOKS[0].relative_to(ROOT))
        request = {
            "path": path,
            "name": path,
            "type": "notebook",
            "kernel": {"name": "rust"},
        }
        server.ask("/api/sessions", request)
        # Another variable or folder than the server's kernels have, and it would stay.
        wait_for("the spare kernel to be taken", lambda: not self.spares())
        self.assertEqual(len(self.kernels()), 1)
        self.assertEqual(len(server.ask("/api/kernels")), 1)
        wait_for("another spare kernel", self.spares)
        self.assertEqual(len(server.ask("/api/kernels")), 1)
        server.stop()
        wait_for("nothing to be left", lambda: not self.kernels())
