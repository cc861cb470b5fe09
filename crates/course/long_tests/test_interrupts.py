"""A notebook that is interrupted, or whose kernel is restarted, at random moments of *Run All*."""

from __future__ import annotations

import random
import unittest
from time import monotonic, sleep

from course.long_tests.conversation import Conversation, Sent, find

NOTEBOOKS = ("03", "04", "05", "07", "09")
MOMENTS = 10
# For what a few seconds are enough on a quiet machine.
PATIENCE = 60


class AtRandomMoments(unittest.TestCase):
    """The moments are the same in each run of the test, as parts of the time of *Run All*."""

    def begin(self, number: str) -> tuple[Conversation, random.Random, float]:
        talk = Conversation(find(number))
        self.addCleanup(talk.close)
        whole = talk.until_over(talk.send_all(), 900)
        return talk, random.Random(number), whole

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
        for number in NOTEBOOKS:
            with self.subTest(notebook=number):
                talk, chance, whole = self.begin(number)
                worst, ended = 0.0, 0
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
                    f"{number}: {MOMENTS} interrupts in runs of {whole:.0f} s, {ended} ended a "
                    f"cell, the next cell was done after {worst:.1f} s at the most",
                    flush=True,
                )
                talk.close()

    def test_a_restart_leaves_nothing_of_the_kernel_before(self) -> None:
        for number in NOTEBOOKS:
            with self.subTest(notebook=number):
                talk, chance, whole = self.begin(number)
                worst = 0.0
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
                    f"{number}: {MOMENTS} restarts in runs of {whole:.0f} s, the next cell was "
                    f"done after {worst:.1f} s at the most",
                    flush=True,
                )
                talk.close()


if __name__ == "__main__":
    unittest.main()
