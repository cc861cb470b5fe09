"""A real nbgrader hands an exercise out, runs what two learners hand in, and counts points."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import sysconfig
import tempfile
import unittest
from pathlib import Path

from nbformat import NotebookNode, read, write

from course.check.lesson import folded_code
from course.notebook.exercises import exercise_parts
from course.tests.checkout import COURSE, PACKAGE, ROOT

NBGRADER = PACKAGE / "handout/requirements.txt"
NAME = "00-start-here"
EXERCISE = "function"


def environment(folder: Path) -> Path:
    """Return the programs of an environment with nbgrader. It sees the packages of the
    course, so that a dozen more are enough; it stays, for the next run."""
    programs = folder / "bin"
    if not (programs / "nbgrader").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
        Path(paths["purelib"], "course.pth").write_text(
            sysconfig.get_paths()["purelib"]
        )
        pip = [
            programs / "pip",
            "install",
            "--quiet",
            "--no-cache-dir",
            "--require-hashes",
        ]
        done = subprocess.run(
            [*pip, "-r", NBGRADER], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise OSError(done.stderr.strip().splitlines()[-1])
    return programs


class Points(unittest.TestCase):
    def setUp(self) -> None:
        try:
            self.programs = environment(ROOT / "target" / "nbgrader")
        except OSError as error:
            if os.environ.get("CI") == "true":
                raise
            self.skipTest(f"nbgrader cannot be installed: {error}")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def call(self, *command: str | Path) -> str:
        variables = {
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "JUPYTER_PATH": str(ROOT / ".venv/share/jupyter"),
        }
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def change(self, path: str, change) -> NotebookNode:
        """Change a notebook of nbgrader's folder in place."""
        notebook = read(self.folder / path, as_version=4)
        change(notebook)
        write(notebook, self.folder / path)
        return notebook

    def hand_in(self, learner: str, change) -> None:
        released = read(self.folder / f"release/{NAME}/{NAME}.ipynb", as_version=4)
        change(exercise_parts(released)[EXERCISE])
        target = self.folder / f"submitted/{learner}/{NAME}/{NAME}.ipynb"
        target.parent.mkdir(parents=True)
        write(released, target)

    def test_an_unsolved_exercise_gets_nothing_and_a_solved_one_its_point(self) -> None:
        self.call(*COURSE, "handout", "--nbgrader", self.folder, NAME)
        source = f"source/{NAME}/{NAME}.ipynb"
        wanted = ("setup", f"exercise-{EXERCISE}", f"exercise-{EXERCISE}-check")

        def shorten(notebook: NotebookNode) -> None:
            notebook.cells = [cell for cell in notebook.cells if cell.id in wanted]

        self.assertEqual(len(self.change(source, shorten).cells), 3)
        self.call("nbgrader", "generate_assignment", NAME)
        course = read(ROOT / "notebooks" / f"{NAME}.ipynb", as_version=4)
        solution = folded_code(exercise_parts(course)[EXERCISE]["solution"])[0]

        def solve(parts: dict[str, NotebookNode]) -> None:
            self.assertIn("your code instead", parts["stub"].source)
            parts["stub"].source = solution

        def cheat(parts: dict[str, NotebookNode]) -> None:
            parts["check"].source = 'check("done", true)'

        self.hand_in("solved", solve)
        self.hand_in("unsolved", cheat)
        said = self.call("nbgrader", "autograde", NAME, "--create")
        self.call("nbgrader", "export")
        with (self.folder / "grades.csv").open(newline="", encoding="utf-8") as file:
            grades = {row["student_id"]: row for row in csv.DictReader(file)}
        scores = {name: float(row["raw_score"]) for name, row in grades.items()}
        self.assertEqual(scores, {"solved": 1.0, "unsolved": 0.0}, said)
        self.call(*COURSE, "results", self.folder / "autograded")
        self.assert_results({"solved": "correct", "unsolved": "not yet"})

    def assert_results(self, wanted: dict[str, str]) -> None:
        """What nbgrader has run is read by `course results`, too."""
        table = self.folder / "autograded/results.csv"
        with table.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["exercise"] == EXERCISE]
        self.assertEqual({row["learner"]: row["verdict"] for row in rows}, wanted)
