"""Parts of a notebook that must run without the rest, in the real kernel."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass

from nbformat import NotebookNode

from course.check.lesson import Lesson
from course.check.minutes import sections
from course.notebook.cells import tags
from course.notebook.files import clear, replace_knobs
from course.run.runner import Runner

# Their sections are divided among groups of a class.
DIVIDED = ("02", "05", "06")
OPTIONS = {"keep_going": False, "timeout": 600}


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
        return [Part(f"{name}, core", [c for c in lesson.code if is_core(c)])]
    knobs = [cell for cell in lesson.code if "knobs" in tags(cell)]
    found = []
    for section in sections(lesson):
        code = [c for c in section.cells if c.cell_type == "code" and c not in knobs]
        if code:
            in_order = sorted(code, key=lambda cell: not is_core(cell))
            found.append(Part(f"{name}, {section.title}", knobs + in_order))
    return found


def is_core(cell: NotebookNode) -> bool:
    return "extra" not in tags(cell)


def test_alone(lessons: list[Lesson], options: argparse.Namespace) -> int:
    """Run each part alone; 0 if no cell of any fails."""
    options = argparse.Namespace(**vars(options), **OPTIONS)
    tested, failed = 0, []
    for lesson in lessons:
        for part in parts(lesson):
            notebook = deepcopy(lesson.notebook)
            notebook.cells = deepcopy(part.cells)
            clear(notebook)
            with suppress(ValueError):  # a notebook without this knob
                replace_knobs([notebook], {"TIME_SCALE": options.time_scale})
            runner = Runner(part.name, notebook, options)
            try:
                asyncio.run(runner.run())
            except KeyboardInterrupt:
                runner.say("stopped")
                return 130
            tested += 1
            if runner.failures:
                failed.append(part.name)
    print(f"parts run alone: {tested}\nfailed: {'; '.join(failed) or 'none'}")
    return 1 if failed else 0
