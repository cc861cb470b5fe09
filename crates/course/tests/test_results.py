"""`course results`: what it reads out of a class's notebooks, and what it says of the rest."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import tempfile
import unittest
from pathlib import Path

from nbformat import NotebookNode, writes
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course import command_line

CHECKS = {"one": 'check("one", a() == 1)', "two": 'check("two", b() == 2)'}


def shown(passed: str) -> NotebookNode:
    html = f'<p data-check="{passed}">...</p>'
    return new_output("execute_result", {"text/html": html}, execution_count=2)


def error(text: str) -> NotebookNode:
    return new_output("error", ename="panic", evalue=text, traceback=[text])


def notebook(**outputs: NotebookNode) -> NotebookNode:
    """Return a notebook with two exercises, of which those with an output were run."""
    cells = []
    for name, source in CHECKS.items():
        check = new_code_cell(source, id=f"exercise-{name}-check")
        check.metadata["tags"] = ["extra" if name == "two" else "core"]
        if name in outputs:
            check.outputs, check.execution_count = [outputs[name]], 2
        cells += [new_code_cell("fn a()", id=f"exercise-{name}"), check]
    return new_notebook(cells=cells)


class Results(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.hand_in("../notebooks/01-a.ipynb", notebook())

    def hand_in(self, name: str, notebook: NotebookNode) -> Path:
        path = self.root / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(writes(notebook), encoding="utf-8")
        return path

    def results(self, *more: str) -> tuple[int, str]:
        line = ["--root", str(self.root), "results", str(self.root / "class"), *more]
        options = command_line.parse(line)
        options.folder = self.root / "notebooks"
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            return options.main(options), said.getvalue()

    def rows(self) -> list[tuple[str, ...]]:
        """Return learner, exercise, layer and verdict of each row."""
        file = self.root / "class" / "results.csv"
        with file.open(newline="", encoding="utf-8") as table:
            columns = ("learner", "exercise", "layer", "verdict")
            return [tuple(row[c] for c in columns) for row in csv.DictReader(table)]

    def test_each_learner_and_exercise_has_a_row_with_its_verdict(self) -> None:
        self.hand_in("ann/01-a.ipynb", notebook(one=shown("true"), two=shown("false")))
        self.hand_in("bob/week 1/01-a.ipynb", notebook(one=error("not yet: one")))
        self.hand_in("=cy.ipynb", notebook(one=error("missing"), two=shown("true")))
        code, said = self.results()
        self.assertEqual(code, 0, said)
        self.assertEqual(
            self.rows(),
            [
                ("'=cy", "one", "core", "error"),
                ("'=cy", "two", "extra", "correct"),
                ("ann", "one", "core", "correct"),
                ("ann", "two", "extra", "not yet"),
                ("bob", "one", "core", "not yet"),
                ("bob", "two", "extra", "not run"),
            ],
        )
        self.assertIn("learners: 3, exercises: 6 (2 correct", said)

    def test_a_check_that_is_not_the_courses_gives_nothing(self) -> None:
        changed = notebook(one=shown("true"))
        changed.cells[1].source = 'check("one", true)'
        del changed.cells[3]
        self.hand_in("ann/01-a.ipynb", changed)
        self.results()
        verdicts = [verdict for *_, verdict in self.rows()]
        self.assertEqual(verdicts, ["check changed", "missing"])

    def test_what_cannot_be_read_is_named_and_the_others_are_read(self) -> None:
        old = self.hand_in("ann/copy/01-a.ipynb", notebook())
        os.utime(old, (1, 1))
        self.hand_in("ann/01-a.ipynb", notebook(one=shown("true")))
        self.hand_in("ann/.ipynb_checkpoints/01-a.ipynb", notebook())
        (self.root / "class" / "bob.ipynb").write_text("{", encoding="utf-8")
        other = new_notebook(cells=[new_code_cell("1", id="mine")])
        self.hand_in("cy/homework.ipynb", other)
        code, said = self.results()
        self.assertEqual(code, 1)
        self.assertRegex(said, r"not read: .*bob\.ipynb is not a notebook")
        self.assertRegex(said, r"not read: .*homework\.ipynb is no notebook of this")
        self.assertRegex(said, r"not read: .*copy/01-a\.ipynb is older than ann/01-a")
        self.assertEqual({row[0] for row in self.rows()}, {"ann"})
        self.assertEqual(self.rows()[0][-1], "correct")

    def test_a_folder_without_notebooks_or_none_at_all_is_an_error(self) -> None:
        code, said = self.results()
        self.assertEqual(code, 2)
        self.assertIn("error:", said)
        (self.root / "class").mkdir(exist_ok=True)
        code, said = self.results()
        self.assertEqual(code, 2)
        self.assertIn("no notebook in", said)
        self.assertFalse((self.root / "class" / "results.csv").exists())
