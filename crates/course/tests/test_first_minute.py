"""`lab` on a fresh checkout, with stand-ins for Cargo and JupyterLab that take no time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from course.set_up.kernelspec import PLACE
from course.tests.checkout import ROOT, copy_script
from course.tests.waiting import wait_for

# It compiles until the test says so, and tells then of success or failure.
CARGO = """
echo "$*" >>calls
case "$1 $2" in
--version*) echo 'cargo 9.9.9' ;;
'install --list') cat list 2>/dev/null || true ;;
install*)
    printf '    Building [==>  ] 12/34: syn\\r'
    echo $$ >compiler
    while [ ! -e go ] && [ ! -e fail ]; do sleep 0.1; done
    [ ! -e fail ] || { echo 'error: no network'; exit 1; }
    mkdir -p "$CARGO_HOME/bin"
    cp /bin/true "$CARGO_HOME/bin/evcxr_jupyter"
    echo "evcxr_jupyter v${6#*@}:" >list ;;
build*) mkdir -p target/release && cp warm-kernel target/release/ ;;
*) exit 1 ;;
esac
"""
WARM_KERNEL = f"""
[ "$1" != install ] || echo '{{"argv": ["the kernel"]}}' >'{PLACE}'
"""
JUPYTER = "echo $$ >jupyter\nexec sleep 600"


class FirstMinute(unittest.TestCase):
    """A checkout whose Python packages are installed and whose Rust part is not."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="course ")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve() / "check out"
        copy_script(self.root)
        shutil.copy(ROOT / "requirements.txt", self.root)
        self.fakes = self.root / "fakes"
        programs = {
            "cargo": CARGO,
            "rustc": "echo rustc 9.9.9",
            "cc": "",
            "rustup": "exit 1",
        }
        for name, text in programs.items():
            self.program(self.fakes / name, text)
        self.program(self.root / "warm-kernel", WARM_KERNEL)
        self.program(self.root / ".venv/bin/jupyter", JUPYTER)
        python = f'exec "{sys.executable}" "$@"'
        self.program(self.root / ".venv/bin/python", python)
        with (self.root / "requirements.txt").open() as text:
            sums = subprocess.check_output(["cksum"], stdin=text, text=True).strip()
        version = "{}.{}".format(*sys.version_info)
        stamp = f"{self.root} {version} {sums}\n"
        (self.root / ".venv/installed").write_text(stamp)

    def program(self, file: Path, text: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        here = f"cd '{self.root}'\n" if file.parent == self.fakes else ""
        file.write_text(f"#!/bin/sh\n{here}{text}\n")
        file.chmod(0o755)

    def begin(self, *arguments: str) -> subprocess.Popen:
        changed = {
            "PATH": f"{self.fakes}:{os.environ['PATH']}",
            "CARGO_HOME": str(self.root / "cargo"),
            "PYTHON": sys.executable,
        }
        log = (self.root / f"log {'-'.join(arguments)}").open("wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [self.root / "kernel-setup.sh", *arguments],
            cwd=self.root,
            env=os.environ | changed,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def lab(self) -> subprocess.Popen:
        """Begin `lab`, and wait until JupyterLab is open and the Rust kernel compiles."""
        lab = self.begin("lab", "--as-published")
        for file in ["jupyter", "compiler"]:
            wait_for(file, (self.root / file).exists, said=self.said)
        self.addCleanup((self.root / "fail").touch)  # nothing waits for ever
        return lab

    def said(self) -> str:
        logs = sorted(self.root.glob("log *"))
        return "\n".join(log.read_text(errors="replace") for log in logs)

    def wait_for_word(self, word: str) -> None:
        wait_for(word, lambda: word in self.said(), said=self.said, pause=0.1)

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
