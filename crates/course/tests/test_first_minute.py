"""`lab` on a fresh checkout, with stand-ins for Cargo and JupyterLab that take no time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

from course.set_up.kernelspec import PLACE
from course.tests.stubs import Stubbed
from course.tests.waiting import wait_for

# It compiles until the test says so, and tells then of success or failure.
COMPILE = """
    printf '    Building [==>  ] 12/34: syn\\r'
    echo $$ >compiler
    while [ ! -e go ] && [ ! -e fail ]; do sleep 0.1; done
    [ ! -e fail ] || { echo 'error: no network'; exit 1; }
"""
JUPYTER = "echo $$ >jupyter\nexec sleep 600"


class FirstMinute(Stubbed):
    """A checkout whose Python packages are installed and whose Rust part is not."""

    steps: ClassVar[dict[str, str]] = {"install": COMPILE}

    def setUp(self) -> None:
        super().setUp()
        self.program(self.root / ".venv/bin/jupyter", JUPYTER)
        python = self.root / ".venv/bin/python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        with (self.root / "requirements.txt").open() as text:
            sums = subprocess.check_output(["cksum"], stdin=text, text=True).strip()
        version = "{}.{}".format(*sys.version_info)
        stamp = f"{self.root} {version} {sums}\n"
        (self.root / ".venv/installed").write_text(stamp)

    def lab(self) -> subprocess.Popen:
        """Begin `lab`, and wait until JupyterLab is open and the Rust kernel compiles."""
        lab = self.begin("lab", "--as-published")
        for file in ["jupyter", "compiler"]:
            wait_for(file, (self.root / file).exists, said=self.said)
        self.addCleanup((self.root / "fail").touch)  # nothing waits for ever
        return lab

    def kernel(self) -> list[str]:
        return json.loads((self.root / PLACE).read_text())["argv"]

    def test_jupyterlab_is_open_while_the_kernel_compiles_which_then_is_there(
        self,
    ) -> None:
        lab = self.lab()
        self.assertIn("wait", self.kernel())
        step = (self.root / "target/setup/step").read_text()
        self.assertIn("Rust kernel evcxr_jupyter", step)
        ready = subprocess.run(
            [sys.executable, "-B", self.root / "crates/course/set_up", "ready"],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertIn("The set-up still goes on", ready.stdout)
        self.assertIn("12 of 34 crates", ready.stdout)
        (self.root / "go").touch()
        self.wait_for_word("The Rust kernel is ready")
        self.assertEqual(self.kernel(), ["the kernel"])
        self.assertIsNone(lab.poll())

    def test_a_second_set_up_waits_for_the_first(self) -> None:
        self.lab()
        second = self.begin()
        self.wait_for_word("another set-up goes on here; waiting for it")
        (self.root / "go").touch()
        self.assertEqual(second.wait(60), 0, self.said())
        calls = (self.root / "calls").read_text().splitlines()
        compiled = [c for c in calls if c.startswith("install --locked")]
        self.assertEqual(len(compiled), 1, calls)

    def test_closing_jupyterlab_ends_the_build_and_says_so(self) -> None:
        lab = self.lab()
        compiler = int((self.root / "compiler").read_text())
        lab.terminate()
        lab.wait()
        self.wait_for_word("JupyterLab was closed, which ends the set-up beside it")
        gone = Path(f"/proc/{compiler}") if Path("/proc/self").exists() else None
        if gone:
            wait_for("the compiler to end", lambda: not gone.exists())
        self.assertFalse((self.root / "target/setup/step").exists())
        (self.root / "go").touch()
        self.assertEqual(self.begin().wait(60), 0, self.said())

    def test_a_failure_is_told_in_the_terminal_and_kept_for_the_notebook(self) -> None:
        lab = self.lab()
        (self.root / "fail").touch()
        self.wait_for_word("the lines above are the end of")
        failure = (self.root / "target/setup/failure").read_text()
        self.assertIn("error: no network", failure)
        self.assertIn("Rust kernel evcxr_jupyter", failure)
        self.assertIn("wait", self.kernel())
        self.assertIsNone(lab.poll())
