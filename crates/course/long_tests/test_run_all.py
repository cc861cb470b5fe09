"""*Run All*, again and again on the same kernel, and on three kernels at once."""

from __future__ import annotations

import os
import unittest
from pathlib import Path

from course.long_tests.conversation import Conversation
from course.notebook.cells import tags
from course.tests.checkout import ROOT

TIMES = int(os.environ.get("RUN_ALL_TIMES", "20"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def held(process: int) -> tuple[int, int]:
    """Return how many files and threads a process has."""
    of = Path("/proc", str(process))
    return len(list((of / "fd").iterdir())), len(list((of / "task").iterdir()))


class AgainAndAgain(unittest.TestCase):
    def test_each_run_shows_what_the_first_one_showed(self) -> None:
        for path in NOTEBOOKS:
            with self.subTest(notebook=path.stem):
                self.run_all(path)

    def run_all(self, path: Path) -> None:
        talk = Conversation(path)
        self.addCleanup(talk.close)
        process = talk.manager.provisioner.pid
        times, first, before = [], None, None
        for _ in range(TIMES):
            sent = talk.send_all()
            times.append(talk.until_over(sent, 900))
            talk.check()
            shown = [
                (c.id, s.status, s.shown) for c, s in zip(talk.cells, sent, strict=True)
            ]
            first, before = first or shown, before or held(process)
            self.assertEqual(shown, first)
        after = held(process)
        print(
            f"{path.stem}: {TIMES} times in {min(times):.0f} to {max(times):.0f} s, files and "
            f"threads of the kernel {before} after the first, {after} after the last",
            flush=True,
        )
        self.assertLessEqual(after[0], before[0] + 5)
        self.assertLessEqual(after[1], before[1] + 2)
        talk.close()

    def test_three_notebooks_at_once_hear_their_own_kernel_alone(self) -> None:
        talks = [Conversation(path) for path in NOTEBOOKS[3:6]]
        for talk in talks:
            self.addCleanup(talk.close)
        all_sent = [talk.send_all() for talk in talks]
        for talk, sent in zip(talks, all_sent, strict=True):
            talk.until_over(sent, 1800)
            talk.check()
            for cell, one in zip(talk.cells, sent, strict=True):
                wanted = "error" if "raises-exception" in tags(cell) else "ok"
                self.assertEqual(one.status, wanted, f"{cell.id}: {one.told()}")
        cells = [len(talk.cells) for talk in talks]
        print(f"three notebooks at once: {cells} cells, each as alone", flush=True)


if __name__ == "__main__":
    unittest.main()
