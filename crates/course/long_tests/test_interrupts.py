"""A notebook that is interrupted, or whose kernel is restarted, at random moments of *Run All*."""

from __future__ import annotations

import contextlib
import random
import unittest
from collections.abc import Callable
from time import monotonic, sleep

from course.long_tests.conversation import Conversation, Sent, find
from course.long_tests.side_by_side import side_by_side

NOTEBOOKS = ("03", "04", "05", "07", "09")
MOMENTS = 10
# For what a few seconds are enough when nothing else runs.
PATIENCE = 90


def at_random_moments(
    number: str, act: Callable[[Conversation, int, list[Sent]], None]
) -> str:
    """Do something at random moments of *Run All*, until the next cell is done; return how long
    that took."""
    chance, worst = random.Random(number), 0.0
    with contextlib.closing(Conversation(find(number))) as talk:
        whole = talk.until_over(talk.send_all(), 900)
        for moment in range(MOMENTS):
            sent = talk.send_all()
            sleep(chance.uniform(0, whole))
            begun = monotonic()
            act(talk, moment, sent)
            worst = max(worst, monotonic() - begun)
            talk.check()
    return (
        f"{MOMENTS} moments in runs of {whole:.0f} s, the next cell was done after "
        f"{worst:.1f} s at the most"
    )


class AtRandomMoments(unittest.TestCase):
    """The moments are the same in each run of the test, as parts of the time of *Run All*."""

    def assert_one_ended(self, sent: list[Sent]) -> bool:
        """What came before was done, what came behind was aborted; return whether the one
        between was ended."""
        rest = [one for one in sent if one.status == "aborted"]
        self.assertEqual(sent[len(sent) - len(rest) :], rest)
        names = [one.replies[0].get("ename") for one in sent]
        self.assertLessEqual(names.count("Interrupted"), 1, names)
        ended = "Interrupted" in names
        if ended:
            self.assertEqual(names.index("Interrupted") + 1, len(sent) - len(rest))
        return ended

    def test_an_interrupt_ends_one_cell_and_the_queue(self) -> None:
        side_by_side(self, NOTEBOOKS, self.interrupt)

    def interrupt(self, number: str) -> None:
        ended = 0

        def act(talk: Conversation, moment: int, sent: list[Sent]) -> None:
            nonlocal ended
            talk.manager.interrupt_kernel()
            talk.until_over(sent, PATIENCE)
            ended += self.assert_one_ended(sent)
            talk.probe(moment)

        told = at_random_moments(number, act)
        print(f"{number}: {ended} of the interrupts ended a cell; {told}", flush=True)

    def test_a_restart_leaves_nothing_of_the_kernel_before(self) -> None:
        side_by_side(self, NOTEBOOKS, self.restart)

    def restart(self, number: str) -> None:
        def act(talk: Conversation, moment: int, sent: list[Sent]) -> None:
            # As JupyterLab asks for it, and as after a kernel that does not answer.
            talk.manager.restart_kernel(now=moment % 2 == 1)
            before = [len(one.published) for one in sent]
            talk.probe(moment, 180)
            self.assertEqual([len(one.published) for one in sent], before)

        print(f"{number}: restarts; {at_random_moments(number, act)}", flush=True)


if __name__ == "__main__":
    unittest.main()
