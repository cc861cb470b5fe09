"""The folders of the package import each other in one direction only."""

from __future__ import annotations

import ast
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

from course.tests.checkout import PACKAGE

# A folder, and the folders that it may import from.
ARROWS = {
    "notebook": set(),
    "run": {"notebook"},
    "check": {"notebook", "run"},
    "export": {"notebook", "run"},
    "bench": {"notebook", "run"},
    "board": {"notebook"},
    "handout": {"notebook", "export"},
    "results": {"notebook"},
    "set_up": set(),
    "hub": {"notebook"},
}


# Folders of tests import whatever they test.
TESTS = {"tests", "browser_tests", "long_tests"}


def imports(file: Path) -> Iterator[tuple[str, ...]]:
    """Yield the dotted names that a file imports, in parts."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            above = ["course"] if node.level else []  # hides its folder: an error
            module = [*above, *(node.module or "").split(".")]
            yield from ((*module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)


def wrong(package: Path) -> list[str]:
    """Return the imports that run against the arrows."""
    found = []
    for folder, allowed in ARROWS.items():
        for file in sorted((package / folder).rglob("*.py")):
            for name in imports(file):
                inside = name[0] == "course"
                if inside and (name + ("",))[1] not in allowed | {folder}:
                    where = file.relative_to(package).as_posix()
                    found.append(f"{where} imports {'.'.join(name)}")
    return found


class Arrows(unittest.TestCase):
    def test_none_points_the_other_way(self) -> None:
        self.assertEqual(wrong(PACKAGE), [])

    def test_each_folder_has_its_arrows(self) -> None:
        folders = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
        self.assertEqual(folders, set(ARROWS) | TESTS)

    def test_a_wrong_one_is_told(self) -> None:
        for line, told in [
            ("from course.check.lesson import Lesson", ["course.check.lesson.Lesson"]),
            ("from course import environment", ["course.environment"]),
            ("import course.tests.waiting", ["course.tests.waiting"]),
            ("from . import notebook", ["course..notebook"]),
            ("from course.notebook import files", []),
            ("from course.run.runner import Runner", []),
            ("import json", []),
        ]:
            with self.subTest(line=line), tempfile.TemporaryDirectory() as temp:
                file = Path(temp, "run", "inner", "new.py")
                file.parent.mkdir(parents=True)
                file.write_text(f"def late():\n    {line}\n")
                said = [f"run/inner/new.py imports {name}" for name in told]
                self.assertEqual(wrong(Path(temp)), said)
