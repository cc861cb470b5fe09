"""A checkout for `kernel-setup.sh`, with stand-ins for all that takes long or needs a network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from course.set_up.kernelspec import PLACE
from course.tests.checkout import ROOT, copy_script
from course.tests.waiting import wait_for

# Each is called in the checkout. `install` is the one of the Rust kernel.
CARGO = """
echo "$*" >>calls
case "$1" in
--version) echo 'cargo 9.9.9' ;;
install)
    {install}
    mkdir -p "$CARGO_HOME/bin"
    cp /bin/true "$CARGO_HOME/bin/evcxr_jupyter"
    echo '"evcxr_jupyter '"${{6#*@}}"' (registry)" = []' >"$CARGO_HOME/.crates.toml" ;;
build)
    {build}
    mkdir -p target/release && cp warm-kernel target/release/ ;;
*) exit 1 ;;
esac
"""
WARM_KERNEL = f"""
if [ "$1" = install ]; then
    {{install_kernel}}
    mkdir -p "$(dirname '{PLACE}')"
    echo '{{{{"argv": ["the kernel"]}}}}' >'{PLACE}'
fi
"""
# A real environment, as far as it is made in no time; `pip` does what the test says.
PYTHON = """
case "$*" in
'-m venv --clear '*)
    '{python}' -m venv --without-pip --clear "$4" || exit 1
    cp pip "$4/bin/pip" ;;
*) exec '{python}' "$@" ;;
esac
"""


class Stubbed(unittest.TestCase):
    """A checkout in `self.root` whose set-up takes no time. A class says in `steps` what happens in
    its long steps, in the words of a shell."""

    steps: ClassVar[dict[str, str]] = {}

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="course ")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve() / "check out"
        self.fill(self.root)

    def fill(self, root: Path) -> None:
        """Make it."""
        self.root, self.fakes = root, root / "fakes"
        copy_script(root)
        shutil.copy(ROOT / "requirements.txt", root)
        steps: ClassVar[dict[str, str]] = {
            "install": "",
            "build": "",
            "install_kernel": "",
            "pip": "",
        }
        steps |= self.steps
        self.program(self.fakes / "cargo", CARGO.format(**steps))
        for name, text in {
            "rustc": "echo rustc 9.9.9",
            "cc": "",
            "rustup": "exit 1",
        }.items():
            self.program(self.fakes / name, text)
        self.program(self.fakes / "python3", PYTHON.format(python=sys.executable))
        self.program(root / "warm-kernel", WARM_KERNEL.format(**steps))
        self.program(root / "pip", steps["pip"])

    def program(self, file: Path, text: str) -> None:
        """Write a program that runs in the checkout."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/sh\ncd "{self.root}" || exit 1\n{text}\n')
        file.chmod(0o755)

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PATH": f"{self.fakes}:{os.environ['PATH']}",
            "CARGO_HOME": str(self.root / "cargo"),
            "PYTHON": str(self.fakes / "python3"),
        }

    def begin(
        self,
        *arguments: str,
        before: tuple = (),
        cwd: Path | None = None,
        **variables: str,
    ) -> subprocess.Popen:
        """Start the set-up, or another verb, behind the words `before`; what it says goes to a log."""
        log = (self.root.parent / f"log {'-'.join(arguments)}").open("ab")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [*before, "bash", self.root / "kernel-setup.sh", *arguments],
            cwd=cwd or self.root,
            env=self.environment() | variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def said(self) -> str:
        logs = sorted(self.root.parent.glob("log *"))
        return "\n".join(log.read_text(errors="replace") for log in logs)

    def forget(self) -> None:
        """What was said until now is no more."""
        for log in self.root.parent.glob("log *"):
            log.write_bytes(b"")

    def wait_for_word(self, word: str) -> None:
        wait_for(word, lambda: word in self.said(), said=self.said, pause=0.1)

    def succeeds(self, *arguments: str, **options) -> str:
        """Run it to its end; return what it said."""
        process = self.begin(*arguments, **options)
        self.assertEqual(process.wait(300), 0, self.said())
        return self.said()

    def fails(self, *arguments: str, **options) -> str:
        """Run it to its end, which is a refusal or a failure; return what it said."""
        process = self.begin(*arguments, **options)
        self.assertEqual(process.wait(300), 1, self.said())
        return self.said()

    def processes(self) -> dict[int, str]:
        """Return what runs with the checkout in its command; the test itself has not."""
        found = {}
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it has ended
                if str(self.root).encode() in (words := file.read_bytes()):
                    found[int(file.parent.name)] = words.decode(errors="replace")
        return found

    def end_all(self) -> None:
        """End what a test has left, which are its own processes by their path."""
        for number in self.processes():
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
