"""`course check` without a kernel: outputs, the course as a whole, what it prints."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from course import command_line
from course.check import command
from course.check.exercises import solved, wrong_checks
from course.check.rules.source import SOURCE, coverage, table
from course.notebook.files import save
from course.notebook.fingerprint import outputs_of
from course.tests.lesson import (
    LONG,
    SETUP,
    Course,
    code,
    good,
    printing,
    showing,
    source,
    without,
)


class Outputs(Course):
    def stale(self, change: Callable[[NotebookNode], None]) -> list[str]:
        lesson = self.lesson(lambda cells: None)
        change(lesson.notebook)
        return self.found(command.OF_OUTPUTS, lesson)

    def test_changed_code_and_changed_tags_make_them_stale(self) -> None:
        for change in [
            lambda n: n.cells[2].update(source=SETUP + "\nconst N: u8 = 1;"),
            lambda n: n.cells[4].metadata.update(tags=[]),
            lambda n: n.cells.insert(5, code("new", "1")),
        ]:
            [found] = self.stale(change)
            told = "its code or tags changed since its outputs were made"
            self.assertIn(f"{told}: `./kernel-setup.sh run 02` [stale-outputs]", found)

    def test_changed_crates_make_them_stale(self) -> None:
        crate = self.root / "crates/notebook/src/lib.rs"
        crate.parent.mkdir(parents=True)
        crate.write_text("pub fn boil() {}\n")
        lesson = self.lesson(lambda cells: None)
        told = (
            "notebooks/02-b.ipynb: the crates changed since its outputs were made: "
            "`./kernel-setup.sh run 02` [stale-outputs]"
        )
        for more, found in [("// Eggs.\n", []), ("pub fn fry() {}\n", [told])]:
            crate.write_text(crate.read_text() + more)
            self.assertEqual(self.found(command.OF_OUTPUTS, lesson), found)

    def test_outputs_from_before_the_crates_counted_are_stale(self) -> None:
        [found] = self.stale(lambda n: n.metadata.course.pop("made_with"))
        self.assertIn("the crates changed", found)

    def test_another_key_beside_the_fingerprints_is_told(self) -> None:
        [found] = self.stale(lambda n: n.metadata.course.update(eggs="two"))
        self.assertIn("metadata eggs is unknown", found)

    def test_changed_text_does_not(self) -> None:
        change = source("run-read", "a while", "long")
        self.assertEqual(self.stale(lambda n: change({c.id: c for c in n.cells})), [])

    def test_claims_that_hold_or_could_not_be_tested_are_no_findings(self) -> None:
        page = '<p data-claim="holds"></p><p data-claim="untested"></p>'
        lesson = self.lesson(showing("run", "text/html", page))
        self.assertEqual(self.found(command.OF_OUTPUTS, lesson), [])

    def test_outputs_of_another_tool_are_told(self) -> None:
        found = self.stale(lambda n: n.metadata.pop("course"))
        self.assertIn("were not made by `course run`", found[0])

    def test_a_notebook_that_was_never_run_is_told_once(self) -> None:
        def never(notebook: NotebookNode) -> None:
            notebook.metadata.pop("course")
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.update(outputs=[], execution_count=None)

        self.assertEqual(len(self.stale(never)), 1)

    def test_only_an_executed_notebook_gets_a_fingerprint(self) -> None:
        executed = good()
        save(executed, self.course[0], "eggs")
        self.assertEqual(executed.metadata.course.outputs_of, outputs_of(good()))
        self.assertEqual(executed.metadata.course.made_with, "eggs")
        for cell in executed.cells:
            cell.pop("execution_count", None)
        save(executed, self.course[0], "eggs")
        self.assertNotIn("course", executed.metadata)


class TheCourse(Course):
    def test_each_piece_of_the_source_that_is_not_covered_is_told(self) -> None:
        pieces = {tag for _, _, tag in SOURCE}
        told = "\n".join(coverage([self.lesson(lambda cells: None)]))
        for tag in pieces - {"source-sec-1", "source-in-2"}:
            self.assertIn(f"no cell is tagged {tag}", told)
        self.assertNotRegex(told, r"tagged (source-sec-1|source-in-2)\n")

    def test_the_table_names_notebook_and_cell(self) -> None:
        shown = table([self.lesson(lambda cells: None)])
        self.assertRegex(shown, r"In \[2\] .* source-in-2 +02-b run\n")
        self.assertRegex(shown, r"In \[3\] .* source-in-3 +MISSING\n")


class CommandLine(Course):
    def check(self, *arguments: str) -> tuple[int, str]:
        options = command_line.parse(["--root", str(self.root), "check", *arguments])
        with (
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(out),
        ):
            return options.main(options), out.getvalue()

    def test_one_line_for_each_finding(self) -> None:
        self.assertEqual(self.check("02")[0], 0)
        self.lesson(source("run", "timeline()", LONG))
        status, said = self.check("02")
        self.assertEqual(status, 1)
        first = "notebooks/02-b.ipynb cell run: 16 lines, at most 15 [cell-length]\n"
        self.assertTrue(said.startswith(first), said)
        self.assertIn("findings: 1", said)

    def test_outputs_may_be_left_out(self) -> None:
        self.lesson(printing("setup", "stderr", "burnt\n"))
        self.assertEqual(self.check("02")[0], 1)
        self.assertEqual(self.check("02", "--no-outputs")[0], 0)

    def test_the_source_is_asked_for_in_the_whole_course_alone(self) -> None:
        self.assertNotIn("[coverage]", self.check("02")[1])
        self.assertIn("notebooks: source In [3], ", self.check("--no-outputs")[1])
        self.assertEqual(self.check("--coverage")[0], 1)

    def test_a_torn_file_and_an_unknown_name_are_told(self) -> None:
        self.course[2].write_text('{"cells": [')
        status, said = self.check("03")
        self.assertEqual(status, 1)
        self.assertIn("notebooks/03-c.ipynb is not a notebook: ", said)
        self.assertEqual(self.check("7")[0], 2)

    def test_incomplete_exercises_are_told_before_a_kernel_starts(self) -> None:
        self.lesson(without("exercise-two-check"))
        self.assertIn("exercise-two has no check", self.check("02", "--exercises")[1])


class Exercises(Course):
    def test_each_is_checked_left_alone_answered_wrongly_and_solved(self) -> None:
        notebook = solved(self.lesson(lambda cells: None))
        cells = {cell.id: cell for cell in notebook.cells}
        order = list(cells)
        place = order.index("exercise-two")
        self.assertEqual(order[place + 1 : place + 6], [
            "exercise-two-check",
            "exercise-two-run-wrong-1",
            "exercise-two-check-wrong-1",
            "exercise-two-run-solved",
            "exercise-two-check-solved",
        ])  # fmt: skip
        self.assertEqual(cells["exercise-two-run-wrong-1"].source, "let a = 3;")
        self.assertEqual(cells["exercise-two-run-solved"].source, "let a = 2;")
        self.assertEqual(
            cells["exercise-two-check-solved"].source, 'check("two", a == 2)'
        )

    def test_wrong_answers_are_told(self) -> None:
        names = ["exercise-x-check" + how for how in ("", "-wrong-2", "-solved")]
        for *said, wrong in [
            ("false", "false", "true", []),
            (
                "true",
                "false",
                "true",
                ["the exercise as it is it says true, not false"],
            ),
            ("false", "true", "true", ["wrong answer 2 it says true, not false"]),
            ("false", "false", "false", ["its solution it says false, not true"]),
            ("", "false", "true", ["the exercise as it is it says nothing, not false"]),
        ]:
            html = [f'<p data-check="{word}">' for word in said]
            cells = [code(n, "", shown=page) for n, page in zip(names, html)]
            told = wrong_checks(new_notebook(cells=cells))
            self.assertEqual(len(told), len(wrong), told)
            for line, part in zip(told, wrong):
                self.assertIn(part, line)
