"""The notebooks where a machine has little to give: no cell fails, and no claim is wrong. What
does not hold there says what the machine gave, so that nobody takes it for the course's fault.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from time import monotonic

from course.long_tests import NUMBERS, hard
from course.notebook.files import read
from course.notebook.verdict import claims
from course.tests.checkout import COURSE, ROOT

# A cell may take so many seconds.
PATIENCE = "1800"
GIGABYTE = 1 << 30
OTHERS = re.compile(r"other programs took ([\d.]+)")
ROOM = re.compile(r"he program may use \d+ core")
# What others take of a machine that was to be quiet, in CPUs.
QUIET = 0.1


class HardTimes(unittest.TestCase):
    def setUp(self) -> None:
        if not os.environ.get("LONG_TESTS"):
            self.skipTest("it takes an hour: ./kernel-setup.sh test --long")

    def run_course(
        self, name: str, condition: contextlib.AbstractContextManager[hard.Prefix]
    ) -> dict[str, str]:
        """Run the notebooks under a condition. No cell may fail; return the claims that do
        not hold, by notebook and cell."""
        began = monotonic()
        with tempfile.TemporaryDirectory() as temp, condition as prefix:
            line = ["run", *NUMBERS, "--output", temp, "--keep-going"]
            run = subprocess.run(
                [*prefix, *COURSE, *line, "--timeout", PATIENCE],
                cwd=ROOT,
                check=False,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            said = run.stdout
            found = dict(self.found(Path(temp)))
        counts = Counter(verdict for verdict, _ in found.values())
        failed = re.findall(r"^\S+  FAILED .*", said, re.MULTILINE)
        print(
            f"{name}: {counts['holds']} claims hold, {counts['fails']} do not hold here, "
            f"{counts['untested']} not tested, {len(failed)} cells failed; "
            f"{monotonic() - began:.0f} s"
        )
        not_here = {
            k: text for k, (verdict, text) in found.items() if verdict == "fails"
        }
        for cell, text in not_here.items():
            print(f"  {cell}: {text}")
        self.assertEqual(failed, [], said[-5_000:])
        self.assertEqual(run.returncode, 0, said[-5_000:])
        self.assertGreater(counts["holds"], 0, said[-5_000:])
        return not_here

    def found(self, folder: Path):
        """Yield each claim in the notebooks of a folder: its place, its verdict, its words."""
        for path in sorted(folder.glob("*.ipynb")):
            for cell in read(path).cells:
                if cell.cell_type == "code":
                    for nth, claim in enumerate(claims(cell)):
                        yield f"{path.stem[:2]} {cell.id} {nth}", claim

    def holds_or_others(self, not_here: dict[str, str]) -> None:
        """What does not hold must be the fault of others, who took of the machine."""
        for cell, text in not_here.items():
            with self.subTest(claim=cell):
                took = OTHERS.search(text)
                self.assertIsNotNone(took, text)
                self.assertGreater(float(took[1]), QUIET, f"a false claim: {text}")

    def test_with_a_stress_process_on_every_core(self) -> None:
        for cell, text in self.run_course("stress", hard.stress()).items():
            with self.subTest(claim=cell):
                took = OTHERS.search(text)
                self.assertIsNotNone(took, f"it names no cause: {text}")
                self.assertGreater(float(took[1]), QUIET, f"the cause is wrong: {text}")
                self.assertRegex(text, ROOM)

    def test_on_one_core(self) -> None:
        self.holds_or_others(self.run_course("one core", hard.one_core()))

    def test_with_a_quota(self) -> None:
        if reason := hard.missing("cpu"):
            self.skipTest(reason)
        for cpus in (1, 1.5):
            with self.subTest(cpus=cpus):
                run = self.run_course(f"quota of {cpus} CPUs", hard.quota(cpus))
                self.holds_or_others(run)

    def test_with_a_gigabyte(self) -> None:
        if reason := hard.missing("memory"):
            self.skipTest(reason)
        self.holds_or_others(self.run_course("1 GiB", hard.memory(GIGABYTE)))
