"""A notebook that is interrupted, or whose kernel is restarted, at random moments of *Run All*."""

from __future__ import annotations

import contextlib
import random
import unittest
from time import monotonic, sleep

from course.long_tests.conversation import Conversation, Sent, find
from course.long_tests.side_by_side import side_by_side

NOTEBOOKS = ("03", "04", "05", "07", "09")
MOMENTS = 10
# For what a few seconds are enough when nothing else runs.
PATIENCE = 90


class AtRandomMoments(unittest.TestCase):
    """The moments are the same in each run of the test, as parts of the time of *Run All*."""

    def assert_one_ended(self, sent: list[Sent]) -> str:
        """What came before was done, what came behind was aborted; return what became of the
        one between."""
        rest = [one for one in sent if one.status == "aborted"]
        self.assertEqual(sent[len(sent) - len(rest) :], rest)
        names = [one.replies[0].get("ename") for one in sent]
        self.assertLessEqual(names.count("Interrupted"), 1, names)
        if "Interrupted" in names:
            self.assertEqual(names.index("Interrupted") + 1, len(sent) - len(rest))
            return "a cell was ended"
        return "no cell was ended"

    def test_an_interrupt_ends_one_cell_and_the_queue(self) -> None:
        side_by_side(self, NOTEBOOKS, self.interrupt)

    def interrupt(self, number: str) -> None:
        chance, worst, ended = random.Random(number), 0.0, 0
        with contextlib.closing(Conversation(find(number))) as talk:
            whole = talk.until_over(talk.send_all(), 900)
            for moment in range(MOMENTS):
                sent = talk.send_all()
                sleep(chance.uniform(0, whole))
                begun = monotonic()
                talk.manager.interrupt_kernel()
                talk.until_over(sent, PATIENCE)
                ended += self.assert_one_ended(sent) == "a cell was ended"
                talk.probe(moment)
                worst = max(worst, monotonic() - begun)
                talk.check()
        print(
            f"{number}: {MOMENTS} interrupts in runs of {whole:.0f} s, {ended} ended a cell, "
            f"the next cell was done after {worst:.1f} s at the most",
            flush=True,
        )

    def test_a_restart_leaves_nothing_of_the_kernel_before(self) -> None:
        side_by_side(self, NOTEBOOKS, self.restart)

    def restart(self, number: str) -> None:
        chance, worst = random.Random(number), 0.0
        with contextlib.closing(Conversation(find(number))) as talk:
            whole = talk.until_over(talk.send_all(), 900)
            for moment in range(MOMENTS):
                sent = talk.send_all()
                sleep(chance.uniform(0, whole))
                begun = monotonic()
                # As JupyterLab asks for it, and as after a kernel that does not answer.
                talk.manager.restart_kernel(now=moment % 2 == 1)
                before = [len(one.published) for one in sent]
                talk.probe(moment, 180)
                worst = max(worst, monotonic() - begun)
                self.assertEqual([len(one.published) for one in sent], before)
                talk.check()
        print(
            f"{number}: {MOMENTS} restarts in runs of {whole:.0f} s, the next cell was done "
            f"after {worst:.1f} s at the most",
            flush=True,
        )


if __name__ == "__main__":
    unittest.main()
