"""A set-up that is interrupted at any moment, and the one behind it, which ends well.

One at a time: while one works, another waits. One that was killed leaves a step that goes on;
the next one ends that, and no process of anybody else.
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import ClassVar

from course.set_up.kernelspec import PLACE
from course.tests.stubs import Stubbed
from course.tests.waiting import wait_for

SEED = 14
MOMENTS = 10 if os.environ.get("LONG_TESTS") else 3
PACKAGES = 15
# Of two that write at once, the second tells.
ALONE = """
[ ! -e writer ] || ! kill -0 "$(cat writer)" 2>/dev/null || echo $0 >>clash
echo $$ >writer
{step}
rm writer
"""
# A package is whole with its second line.
PIP = f"""
number=0
while [ $number -lt {PACKAGES} ]; do
    mkdir -p .venv/lib/package-$number
    echo half >.venv/lib/package-$number/it
    sleep 0.03
    echo whole >>.venv/lib/package-$number/it
    number=$((number + 1))
done
"""


@unittest.skipUnless(Path("/proc/self").exists(), "what runs is seen in /proc")
class AtAnyMoment(Stubbed):
    """The long steps take half a second each."""

    steps: ClassVar[dict[str, str]] = {
        "pip": ALONE.format(step=PIP),
        "install": ALONE.format(step="sleep 0.5"),
        "build": ALONE.format(step="sleep 0.3"),
        "install_kernel": ALONE.format(step="sleep 0.3"),
    }

    def test_interrupted_and_run_again_it_ends_well(self) -> None:
        moments = random.Random(SEED)
        begun = time.monotonic()
        self.succeeds()
        whole = time.monotonic() - begun
        signals = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
        ended, well = 0, 0
        for number in range(MOMENTS):
            how, after = signals[number % 3], moments.uniform(0.02, 1) * whole
            with (
                self.subTest(how=how.name, after=after),
                tempfile.TemporaryDirectory(prefix="course ") as folder,
            ):
                self.fill(Path(folder).resolve() / "check out")
                self.addCleanup(self.end_all)
                first = self.begin()
                time.sleep(after)
                first.send_signal(how)
                ended += first.wait(60) != 0
                if how is not signal.SIGKILL:
                    self.assertEqual(self.processes(), {})
                self.goes_on()
                well += 1
        print(
            f"set-up of {whole:.1f} s, interrupted {MOMENTS} times (seed {SEED}):"
            f" {ended} ended by it, {well} ended well when run again"
        )

    def goes_on(self) -> None:
        self.forget()
        said = self.succeeds()
        self.assertIn("Ready. Next:", said)
        packages = sorted((self.root / ".venv/lib").glob("package-*/it"))
        self.assertEqual(
            [p.read_text() for p in packages], ["half\nwhole\n"] * PACKAGES
        )
        self.assertIn("the kernel", (self.root / PLACE).read_text())
        self.assertTrue((self.root / "cargo/bin/evcxr_jupyter").exists())
        self.assertFalse((self.root / "clash").exists(), said)
        self.assertEqual(self.processes(), {})
        state = {path.name for path in (self.root / "target/setup").iterdir()}
        self.assertEqual(state, {"build.lock", "packages.lock", "done", "rust-src"})


@unittest.skipUnless(Path("/proc/self").exists(), "what runs is seen in /proc")
class OneAtATime(Stubbed):
    """pip writes until the test says so."""

    steps: ClassVar[dict[str, str]] = {
        "pip": """
            echo pip >>calls
            echo $$ >pip-runs
            while [ ! -e go ]; do mkdir -p ".venv/lib/$(date +%N)/deep"; done
            rm pip-runs
        """
    }

    def pip(self) -> int:
        """Return the number of its process, once it has begun."""
        file = self.root / "pip-runs"
        wait_for("pip", lambda: file.exists() and file.read_text(), said=self.said)
        return int(file.read_text())

    def test_what_a_killed_one_left_running_is_ended_and_the_next_ends_well(
        self,
    ) -> None:
        self.addCleanup(self.end_all)
        first = self.begin()
        left = self.pip()
        first.kill()
        first.wait()
        time.sleep(0.5)
        self.assertIn(
            left, self.processes()
        )  # it goes on by itself, which is the trouble
        self.program(self.root / "pip", "echo pip >>calls")
        said = self.succeeds()
        self.assertIn("a set-up that was killed left a step running: it is ended", said)
        self.assertNotIn("Directory not empty", said)
        self.assertNotIn(left, self.processes())
        # What was installed half is installed anew.
        self.assertEqual((self.root / "calls").read_text().split().count("pip"), 2)

    def test_a_number_that_a_stranger_has_by_now_ends_nobody(self) -> None:
        with subprocess.Popen(["sleep", "600"], start_new_session=True) as stranger:
            self.addCleanup(stranger.wait)
            self.addCleanup(stranger.kill)
            state = self.root / "target/setup"
            state.mkdir(parents=True)
            for when in [
                "4711 0b0e-another-start-of-the-machine",
                "",
                "Mon Jan  1 00:00:00 2024",
            ]:
                (state / "packages.left").write_text(f"{stranger.pid}\n{when}\n")
                (self.root / "go").touch()
                self.assertNotIn("it is ended", self.succeeds())
                self.assertIsNone(stranger.poll())
                self.assertFalse((state / "packages.left").exists())
            stranger.kill()

    def test_the_second_waits_and_does_not_install_again(self) -> None:
        first, second = self.begin(), self.begin("")
        self.pip()
        self.wait_for_word("another set-up goes on here; waiting for it")
        (self.root / "go").touch()
        self.assertEqual([first.wait(60), second.wait(60)], [0, 0], self.said())
        calls = (self.root / "calls").read_text().splitlines()
        self.assertEqual(calls.count("pip"), 1, calls)
        self.assertNotIn("it is ended", self.said())

    def test_clean_waits_for_it_too(self) -> None:
        first = self.begin()
        self.pip()
        clean = self.begin("clean")
        self.wait_for_word("another set-up goes on here; waiting for it")
        self.assertTrue((self.root / ".venv/lib").exists())
        (self.root / "go").touch()
        self.assertEqual([first.wait(60), clean.wait(60)], [0, 0], self.said())
        # If it was quicker than the step after pip, all is installed anew.
        anew = (self.root / "calls").read_text().split().count("pip") == 2
        self.assertEqual((self.root / ".venv").exists(), anew, self.said())
        self.assertFalse((self.root / ".clean").exists())

    def test_what_clean_took_away_from_one_that_waits_is_installed_anew(self) -> None:
        (self.root / "go").touch()
        state = self.root / "target/setup"
        state.mkdir(parents=True)
        with (state / "build.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            first = self.begin()
            self.wait_for_word("another set-up goes on here; waiting for it")
            shutil.rmtree(self.root / ".venv")
        self.assertEqual(first.wait(60), 0, self.said())
        self.assertTrue((self.root / ".venv/lib").exists())


if __name__ == "__main__":
    sys.exit(unittest.main())
