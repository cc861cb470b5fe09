"""What the tools print and write of a file's own text: a terminal and a table are what they were."""

from __future__ import annotations

import argparse
import contextlib
import io
import stat
from collections.abc import Callable

from nbformat import writes
from nbformat.v4 import new_output

from course.notebook import shown
from course.notebook.verdict import Failure
from course.run.runner import Runner
from course.tests.foreign import NAME, STEERS, Foreign
from course.tests.lesson import Course, good


class Terminal(Course):
    """What a cell gave, as `course run` tells it."""

    def told(self, tell: Callable[[Runner], None]) -> str:
        options = argparse.Namespace(root=self.root, folder=self.notebooks, timeout=1)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            tell(Runner("02-b", good(), options))
        return said.getvalue()

    def test_a_megabyte_of_claim_is_cut_and_steers_nothing(self) -> None:
        claim = STEERS + "eggs " * 200_000
        cell = good().cells[4]
        data = {"text/html": '<p data-claim="fails">x</p>', "text/plain": claim}
        cell.outputs = [new_output("display_data", data=data)]
        said = self.told(lambda runner: runner.count_claims(cell))
        self.assertIn("eggs", said)
        self.assertIn(f"({len(claim):,} letters)", said)
        self.assertLess(len(said), 3_000)
        self.assertEqual({s for s in said if not s.isprintable()}, {"\n"})

    def test_a_report_is_cut_and_keeps_its_lines(self) -> None:
        report = "first\n\tsecond\x1b[31m red\x1b[0m\n" + STEERS + "x" * 1_000_000
        said = self.told(lambda it: it.fail(f"cell {STEERS}", Failure("p", report)))
        self.assertIn("first\n\tsecond red\n\\x1b]0;mine", said)
        self.assertLess(len(said), 50_000)
        self.assertEqual({s for s in said if not s.isprintable()}, {"\n", "\t"})

    def test_colours_alone_may_stay(self) -> None:
        told = shown.report("\x1b[31mred\x1b[0m\x1b[2J\x1b[1;2H", colours=True)
        self.assertEqual(told, "\x1b[31mred\x1b[0m\\x1b[2J\\x1b[1;2H")


class Tables(Foreign):
    """Names of learners are names of files, which a learner chooses."""

    NASTY = (
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "\uff1dcmd",
        "\t=1",
        'a",\n"b,01-a,two,core,correct',
        "\x1b[2Jann",
        "an\u202en",
        "an\u200bn",
        "ann\r",
        "\udcff",
        "ann,bob;cy|dee",
    )

    def test_no_learners_name_changes_another_row_or_steers_the_terminal(self) -> None:
        for name in ("ann", *self.NASTY):
            folder = self.root / "class" / name.replace("/", "\u2044")
            folder.mkdir(exist_ok=True)
            (folder / NAME).write_text(writes(good()))
        status, said = self.course_says("results", "class")
        self.assertEqual(status, 0, said)
        self.steers_nothing(said)
        file = self.root / "class/results.csv"
        lines = file.read_text(encoding="utf-8").splitlines()
        learners = 1 + len(self.NASTY)
        self.assertEqual(len(lines), 1 + 3 * learners)
        table = [row.split(",") for row in lines if row.startswith("ann,0")]
        self.assertEqual([row[2] for row in table], ["two", "three", "four"])
        for row in lines:
            self.assertTrue(row.isprintable(), ascii(row))
            self.assertNotRegex(row, '^"?[=+@\uff1d-]')
        self.assertTrue(stat.S_ISREG(file.stat().st_mode))
        print(f"{learners} names of learners: {len(lines) - 1} rows, 0 forged")
