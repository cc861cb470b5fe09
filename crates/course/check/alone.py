"""Parts of a notebook that must run without the rest, in the real kernel."""

from __future__ import annotations

import argparse
from copy import deepcopy
from dataclasses import dataclass

from nbformat import NotebookNode

from course.check import trial
from course.check.lesson import Lesson
from course.check.minutes import sections
from course.notebook.cells import is_extra, tags

# Their sections are divided among groups of a class.
DIVIDED = ("02", "05", "06")


@dataclass
class Part:
    """Code cells that are run in a kernel of their own, and what they are called."""

    name: str
    cells: list[NotebookNode]


def parts(lesson: Lesson) -> list[Part]:
    """Return what must run alone: of most notebooks all that is core; of those that are
    divided each section, behind the setup cell, what is extra last."""
    name = lesson.path.stem
    if not name.startswith(DIVIDED):
        return [Part(f"{name}, core", [c for c in lesson.code if not is_extra(c)])]
    knobs = [cell for cell in lesson.code if "knobs" in tags(cell)]
    found = []
    for section in sections(lesson):
        code = [c for c in section.cells if c.cell_type == "code" and c not in knobs]
        if code:
            in_order = sorted(code, key=is_extra)
            found.append(Part(f"{name}, {section.title}", knobs + in_order))
    return found


def test_alone(lessons: list[Lesson], options: argparse.Namespace) -> int:
    """Run each part alone; 0 if no cell of any fails."""
    notebooks = []
    for lesson in lessons:
        for part in parts(lesson):
            notebook = deepcopy(lesson.notebook)
            notebook.cells = deepcopy(part.cells)
            notebooks.append((part.name, notebook))
    runners = trial.run(notebooks, options)
    failed = [runner.name for runner in runners if runner.failures]
    print(f"parts run alone: {len(runners)}\nfailed: {'; '.join(failed) or 'none'}")
    return 1 if failed else 0
