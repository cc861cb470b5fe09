"""`course handout`: what a class gets, and above all what it does not get."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from nbformat import NotebookNode

from course import command_line
from course.check.lesson import folded_code
from course.handout import strip
from course.notebook.exercises import exercise_parts
from course.notebook.files import read
from course.tests.checkout import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMED = "06-when-to-use"  # with a quiz, and small
HREF = re.compile(r'\bhref="([^"]*)"|\]\(([^()\s]+)\)')


def letters(text: str) -> str:
    """Return a text without spaces: they differ between a notebook and its page."""
    return "".join(text.split())


def solutions(notebook: NotebookNode) -> list[str]:
    """Return all that is folded: the code of solutions and of wrong answers."""
    parts = exercise_parts(notebook).values()
    folded = [p[part] for p in parts for part in ("solution", "wrong") if part in p]
    return [letters(code) for cell in folded for code in folded_code(cell)]


def handout(*arguments: str) -> str:
    said = io.StringIO()
    options = command_line.parse(["handout", *arguments])
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = options.main(options)
    return f"{code}: {said.getvalue()}"


class Copies(unittest.TestCase):
    def test_no_notebook_keeps_a_solution_or_an_output(self) -> None:
        with tempfile.TemporaryDirectory() as temp:
            for path in NOTEBOOKS:
                target = Path(temp, path.name)
                strip.copy(
                    path, target, {"04-breakfast"}, solutions=False, outputs=False
                )
                copy, text = read(target), target.read_text(encoding="utf-8")
                wanted = solutions(read(path))
                self.assertGreater(len(wanted), 2, path.stem)
                all_code = letters("".join(cell.source for cell in copy.cells))
                for code in wanted:
                    self.assertNotIn(code, all_code, path.stem)
                self.assertNotIn("<summary>Solution", text, path.stem)
                self.assertNotIn("-solution", text, path.stem)
                self.assertFalse(any(c.get("outputs") for c in copy.cells), path.stem)
                self.assertNotIn("(04-breakfast.ipynb", text, path.stem)
                stubs = len(exercise_parts(copy))
                self.assertEqual(stubs, len(exercise_parts(read(path))), path.stem)

    def test_outputs_and_solutions_stay_where_they_are_wanted(self) -> None:
        with tempfile.TemporaryDirectory() as temp:
            target = Path(temp, "copy.ipynb")
            strip.copy(NOTEBOOKS[0], target, set(), solutions=True, outputs=True)
            self.assertEqual(target.read_bytes(), NOTEBOOKS[0].read_bytes())


class Archive(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.temp = Path(folder.name)
        file = str(cls.temp / "class.zip")
        no = ("--no-solutions", "--no-outputs")
        cls.said = handout(*no, "--output", file, NAMED)
        # As `unzip` does, and Python's zipfile does not: a program stays one.
        with zipfile.ZipFile(file) as archive:
            cls.modes = {i.filename: i.external_attr >> 16 for i in archive.infolist()}
            archive.extractall(cls.temp)
        cls.root = cls.temp / "class"

    def test_it_is_one_folder_with_a_page_to_open_first(self) -> None:
        self.assertTrue(self.said.startswith("0: "), self.said)
        self.assertIn("opens class/START.html", self.said)
        names = {path.name for path in self.temp.iterdir()}
        self.assertEqual(names, {"class", "class.zip"})
        pages = sorted(path.name for path in (self.root / "html").glob("*.html"))
        self.assertEqual(pages, [f"{NAMED}.html", "index.html"])
        self.assertTrue(self.modes["class/kernel-setup.sh"] & 0o100)

    def test_nothing_of_the_solutions_is_in_it(self) -> None:
        told = [code for path in NOTEBOOKS for code in solutions(read(path))]
        told = [code for code in told if len(code) > 20]
        self.assertGreater(len(told), len(NOTEBOOKS))
        for path in filter(Path.is_file, self.root.rglob("*")):
            text = path.read_text(encoding="utf-8", errors="replace")
            if path.suffix == ".html":
                text = BeautifulSoup(text, "html.parser").get_text()
            for code in told:
                self.assertNotIn(code, letters(text), path)

    def test_every_link_leads_to_something_in_it(self) -> None:
        seen = 0
        files = [*self.root.glob("*.html"), *self.root.glob("html/*.html")]
        for path in [*files, self.root / "README.md"]:
            for found in HREF.findall(path.read_text(encoding="utf-8")):
                link = urlsplit("".join(found))
                if not link.scheme and link.path:
                    there = path.parent / unquote(link.path)
                    self.assertTrue(there.exists(), f"{path.name}: {link.path}")
                    seen += 1
        self.assertGreater(seen, 10)

    def test_it_can_be_set_up(self) -> None:
        done = subprocess.run(
            [
                "cargo",
                "metadata",
                "--locked",
                "--offline",
                "--no-deps",
                "--format-version=1",
            ],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in (
            "kernel-setup.sh",
            "requirements.txt",
            "crates/course/__main__.py",
        ):
            ours, theirs = (ROOT / name).read_bytes(), (self.root / name).read_bytes()
            self.assertEqual(ours, theirs, name)

    def test_a_place_that_is_not_there_is_an_error(self) -> None:
        said = handout("--output", str(self.temp / "no" / "class.zip"), NAMED)
        self.assertTrue(said.startswith("2: error: there is no folder"), said)
