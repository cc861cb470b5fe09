"""Each exercise both ways in the real kernel: left alone, and solved."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections import Counter
from contextlib import suppress
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course.check.lesson import Lesson, exercise_parts, solution_code
from course.notebook.files import clear, replace_knobs
from course.run.runner import Runner

CHECK = re.compile(r'data-check="(true|false)"')
# A learner's machine may be slower: what is tested is the code, not the time it takes.
OPTIONS = {"keep_going": False, "timeout": 600}


def solved(lesson: Lesson) -> NotebookNode:
    """Return the notebook with each exercise left alone and checked, then solved and
    checked again, in one go: one kernel, and the state in which a learner solves it."""
    notebook = deepcopy(lesson.notebook)
    for parts in exercise_parts(lesson).values():
        check = parts["check"]
        place = [cell.id for cell in notebook.cells].index(check.id) + 1
        code = solution_code(parts["solution"])[0].rstrip()
        notebook.cells[place:place] = [
            new_code_cell(code, id=parts["solution"].id + "-run"),
            new_code_cell(check.source, id=check.id + "-solved"),
        ]
    return notebook


def answer(cell: NotebookNode) -> str:
    """Return what the check in a cell says: true, false, both or nothing."""
    pages = [o.get("data", {}).get("text/html", "") for o in cell.outputs]
    return " and ".join(sorted(set(CHECK.findall("".join(pages))))) or "nothing"


def wrong_answers(notebook: NotebookNode) -> list[str]:
    """Return the exercises whose check passes too early, or not at all."""
    wrong = []
    for cell in notebook.cells:
        is_solved = cell.id.endswith("-check-solved")
        is_check = cell.id.startswith("exercise-") and cell.id.endswith("-check")
        if not (is_solved or is_check):
            continue
        wanted = "true" if is_solved else "false"
        if cell.execution_count and (said := answer(cell)) != wanted:
            how = "its solution" if is_solved else "the exercise as it is"
            check = cell.id.removesuffix("-solved")
            wrong.append(f"cell {check}: with {how} it says {said}, not {wanted}")
    return wrong


def test_exercises(lessons: list[Lesson], options: argparse.Namespace) -> int:
    """Run all notebooks with their exercises solved; 0 if every check is right."""
    options = argparse.Namespace(**vars(options), **OPTIONS)
    tested, claims, failed = 0, Counter(), []
    for lesson in lessons:
        tested += len(exercise_parts(lesson))
        notebook = solved(lesson)
        clear(notebook)
        with suppress(ValueError):  # a notebook without this knob
            replace_knobs([notebook], {"TIME_SCALE": options.time_scale})
        runner = Runner(lesson.path.stem, notebook, options)
        try:
            asyncio.run(runner.run())
        except KeyboardInterrupt:
            runner.say("stopped")
            return 130
        wrong = wrong_answers(notebook)
        for problem in wrong:
            runner.say(f"FAILED {problem}")
        if wrong or runner.failures:
            failed.append(lesson.path.stem)
        claims += runner.claims
    print(
        f"notebooks: {len(lessons)}, exercises: {tested}, each left alone and solved\n"
        f"claims: {claims['holds']} hold, {claims['fails']} do not hold here, "
        f"{claims['untested']} not tested\n"
        f"failed: {', '.join(failed) or 'none'}"
    )
    return 1 if failed else 0
