"""*Run All*, again and again on the same kernel, with three notebooks open at any time."""

from __future__ import annotations

import contextlib
import os
import unittest
from pathlib import Path

from course.long_tests import NUMBERS
from course.long_tests.conversation import Conversation, find
from course.long_tests.side_by_side import side_by_side
from course.notebook.cells import tags
from course.tests.checkout import ROOT

TIMES = int(os.environ.get("RUN_ALL_TIMES", "20"))
# Those with most cells are the last ones: begun first, they do not end behind all others.
ALL = [path.stem[:2] for path in (ROOT / "notebooks").glob("*.ipynb")]


def held(process: int) -> tuple[int, int]:
    """Return how many files and threads a process has."""
    of = Path("/proc", str(process))
    return len(list((of / "fd").iterdir())), len(list((of / "task").iterdir()))


class AgainAndAgain(unittest.TestCase):
    def test_each_run_shows_what_the_first_one_showed(self) -> None:
        side_by_side(self, NUMBERS or sorted(ALL, reverse=True), self.run_all)

    def run_all(self, number: str) -> None:
        with contextlib.closing(Conversation(find(number))) as talk:
            process = talk.manager.provisioner.pid
            wanted = [
                "error" if "raises-exception" in tags(cell) else "ok"
                for cell in talk.cells
            ]
            times, first, before = [], None, None
            for _ in range(TIMES):
                sent = talk.send_all()
                times.append(talk.until_over(sent, 1800))
                talk.check()
                told = [
                    f"{cell.id}: {one.text[-2000:]}"
                    for cell, one in zip(talk.cells, sent, strict=True)
                ]
                self.assertEqual([one.status for one in sent], wanted, told)
                shown = [
                    (cell.id, one.shown)
                    for cell, one in zip(talk.cells, sent, strict=True)
                ]
                first, before = first or shown, before or held(process)
                self.assertEqual(shown, first)
            after = held(process)
        print(
            f"{number}: {TIMES} times in {min(times):.0f} to {max(times):.0f} s, files and "
            f"threads of the kernel {before} after the first, {after} after the last",
            flush=True,
        )
        self.assertLessEqual(after[0], before[0] + 5)
        self.assertLessEqual(after[1], before[1] + 2)


if __name__ == "__main__":
    unittest.main()
