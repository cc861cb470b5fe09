"""The kernel of the first minutes: it tells how far the build is, and becomes the real one."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from course.bench.start import our_command
from course.notebook.files import read
from course.set_up import kernelspec, stand_in
from course.tests.checkout import ROOT
from course.tests.waiting import PATIENCE, wait_for

# Takes the place of the kernel: it keeps what it is handed over.
FAKE = """
import shutil, sys, time
shutil.copy(sys.argv[sys.argv.index("--unanswered") + 1], sys.argv[1])
time.sleep(600)
"""


class Waiting(unittest.TestCase):
    """A checkout in which the set-up goes on: this test has its lock."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="course ", dir="/tmp")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / ".venv/bin").mkdir(parents=True)
        # A link to the program would be no virtual environment.
        python = self.root / ".venv/bin/python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        self.state = self.root / "target/setup"
        self.state.mkdir(parents=True)
        self.log = self.root / "target/setup-evcxr.log"
        self.log.write_text("   Building [====>   ] 120/385: syn, rustix\r")
        step = [str(int(time.time()) - 130), str(self.log), "Rust kernel"]
        (self.state / "step").write_text("\n".join(step))
        self.lock = (self.state / "build.lock").open("wb")
        self.addCleanup(self.lock.close)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        kernelspec.install_stand_in(self.root)
        self.start()

    def start(self) -> None:
        manager = KernelManager(connection_file=str(self.root / "kernel.json"))
        argv = json.loads((self.root / kernelspec.PLACE).read_text())["argv"]
        manager._kernel_spec = KernelSpec(argv=argv, interrupt_mode="message")
        manager.start_kernel(cwd=str(ROOT / "notebooks"), stdout=subprocess.DEVNULL)
        self.addCleanup(manager.shutdown_kernel, now=True)
        client = manager.client()
        client.start_channels()
        self.addCleanup(client.stop_channels)
        client.wait_for_ready(timeout=PATIENCE)
        self.manager, self.client = manager, client

    def hear(self, kind: str, cell: str) -> dict:
        """Wait for a message that belongs to a cell; return its content."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if (message["msg_type"], message["parent_header"].get("msg_id")) == (
                kind,
                cell,
            ):
                return message["content"]
        raise AssertionError(f"no {kind} came for the cell")

    def install(self, argv: list[str]) -> None:
        spec = {"argv": argv, "display_name": "Rust", "language": "rust"}
        (self.root / kernelspec.PLACE).write_text(json.dumps(spec))

    def test_a_cell_shows_how_far_the_build_is_and_is_handed_over(self) -> None:
        first, second = self.client.execute("1 + 1"), self.client.execute("2 + 2")
        shown = self.hear("display_data", first)["data"]
        self.assertIn("Rust kernel: 2 min", shown["text/plain"])
        self.assertIn("120 of 385 crates", shown["text/plain"])
        self.assertIn('value="120" max="385"', shown["text/html"])
        self.log.write_text("   Building [=====>  ] 200/385: evcxr\r")
        # A page that missed the first one shows the next: it is no update.
        self.hear("clear_output", first)
        while "200 of 385" not in shown["text/plain"]:
            shown = self.hear("display_data", first)["data"]

        fake, told = self.root / "fake.py", self.root / "told.json"
        fake.write_text(FAKE)
        process = self.manager.provisioner.pid
        self.install([sys.executable, str(fake), str(told), "{connection_file}"])
        wait_for("the cells to be handed over", lambda: told.exists(), pause=0.1)
        wait_for("all of them", lambda: told.read_text().endswith("]"), pause=0.1)
        self.hear("clear_output", first)
        pairs = json.loads(told.read_text())
        self.assertEqual([p[1]["header"]["msg_id"] for p in pairs], [first, second])
        self.assertEqual([p[1]["content"]["code"] for p in pairs], ["1 + 1", "2 + 2"])
        self.assertEqual(self.manager.provisioner.pid, process)
        self.assertTrue(self.manager.is_alive())

    def test_a_cell_is_told_whatever_the_set_up_does(self) -> None:
        first = self.client.execute("1 + 1")
        self.hear("display_data", first)
        since = str(int(time.time()))
        self.log.write_text("Building what the notebooks load.\n")
        step = [since, str(self.log), "kernel in JupyterLab"]
        (self.state / "step").write_text("\n".join(step))
        shown = ""
        while "Building what" not in shown:
            shown = self.hear("display_data", first)["data"]["text/plain"]
        self.assertIn("Building what the notebooks load. This cell", shown)
        (self.state / "step").unlink()  # between two steps
        while "kernel in JupyterLab" in shown:
            shown = self.hear("display_data", first)["data"]["text/plain"]
        self.assertIn("still being built. This cell", shown)

    def test_the_cells_run_in_the_real_kernel_in_their_order(self) -> None:
        self.client.execute("let b = 20 + 1;")
        last = self.client.execute("b * 2")
        self.install(our_command(ROOT))
        self.assertEqual(self.hear("execute_result", last)["data"]["text/plain"], "42")
        reply = self.client.get_shell_msg(timeout=PATIENCE)
        self.assertEqual(reply["content"]["status"], "ok")

    def test_a_failure_is_told_with_its_cure_and_so_is_a_build_that_nobody_does(
        self,
    ) -> None:
        (self.state / "failure").write_text("error: Rust kernel failed: no network")
        self.lock.close()
        cells = [self.client.execute("1 + 1"), self.client.execute("2 + 2")]
        told = self.hear("error", cells[0])["evalue"]
        self.assertIn("no network", told)
        self.assertIn("Run ./kernel-setup.sh", told)
        replies = [self.client.get_shell_msg(timeout=PATIENCE) for _ in cells]
        states = [reply["content"]["status"] for reply in replies]
        self.assertEqual(states, ["error", "aborted"])
        (self.state / "failure").unlink()
        told = self.hear("error", self.client.execute("1 + 1"))["evalue"]
        self.assertIn("does not go on", told)

    def test_an_interrupt_ends_the_waiting_and_the_server_the_kernel(self) -> None:
        cell = self.client.execute("1 + 1")
        self.hear("display_data", cell)
        self.manager.interrupt_kernel()
        self.assertEqual(self.hear("error", cell)["ename"], "Interrupted")
        self.client.shutdown()
        wait_for("its end", lambda: not self.manager.is_alive())

    def test_a_restart_begins_with_the_kernel_if_it_is_there_by_then(self) -> None:
        argv = json.loads((self.root / kernelspec.PLACE).read_text())["argv"]
        self.install(["/bin/echo", "the kernel of", "{connection_file}"])
        said = subprocess.check_output([*argv[:-1], "other.json"], text=True)
        self.assertEqual(said, "the kernel of other.json\n")

    def test_notebooks_keep_what_they_say_of_the_language(self) -> None:
        notebook = read(ROOT / "notebooks/00-start-here.ipynb")
        self.assertEqual(stand_in.LANGUAGE, notebook.metadata.language_info)
