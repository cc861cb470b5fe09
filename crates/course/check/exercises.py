"""Each exercise in the real kernel: left alone, answered wrongly, and solved."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course.check import trial
from course.check.lesson import Lesson, folded_code
from course.notebook.exercises import exercise_parts
from course.notebook.verdict import checks

# What a check must say to a cell `NAME-check` with one of these behind it.
SAYS = {"": "false", "-wrong": "false", "-solved": "true"}
CHECKED = re.compile(r"(exercise-.+?-check)(|-solved|-wrong)(-\d+)?")
HOW = {"": "the exercise as it is", "-wrong": "wrong answer", "-solved": "its solution"}


def solved(lesson: Lesson) -> NotebookNode:
    """Return the notebook with each exercise left alone and checked, then answered in
    each wrong way and solved, and checked each time, in one go: one kernel, and the state
    in which a learner solves it."""
    notebook = deepcopy(lesson.notebook)
    for name, parts in exercise_parts(lesson.notebook).items():
        check = parts["check"]
        wrong = folded_code(parts["wrong"]) if "wrong" in parts else []
        answers = [(f"wrong-{n}", code) for n, code in enumerate(wrong, 1)]
        answers.append(("solved", folded_code(parts["solution"])[0]))
        place = [cell.id for cell in notebook.cells].index(check.id) + 1
        notebook.cells[place:place] = [
            new_code_cell(source, id=id)
            for how, code in answers
            for id, source in [
                (f"exercise-{name}-run-{how}", code.rstrip()),
                (f"{check.id}-{how}", check.source),
            ]
        ]
    return notebook


def answer(cell: NotebookNode) -> str:
    """Return what the check in a cell says: true, false, both or nothing."""
    return " and ".join(sorted(set(checks(cell)))) or "nothing"


def wrong_checks(notebook: NotebookNode) -> list[str]:
    """Return the exercises whose check passes too early, or not at all."""
    wrong = []
    for cell in notebook.cells:
        found = CHECKED.fullmatch(cell.id)
        if not found or not cell.execution_count:
            continue
        check, how, number = found.groups("")
        if (said := answer(cell)) != SAYS[how]:
            which = HOW[how] + number.replace("-", " ")
            wrong.append(f"cell {check}: with {which} it says {said}, not {SAYS[how]}")
    return wrong


def test_exercises(lessons: list[Lesson], options: argparse.Namespace) -> int:
    """Run all notebooks with their exercises solved; 0 if every check is right."""
    notebooks = [(lesson.path.stem, solved(lesson)) for lesson in lessons]
    claims, failed = Counter(), []
    for runner in trial.run(notebooks, options):
        wrong = wrong_checks(runner.nb) + runner.unequal
        for problem in wrong:
            runner.say(f"FAILED {problem}")
        if wrong or runner.failures:
            failed.append(runner.name)
        claims += runner.claims
    tested = sum(len(exercise_parts(lesson.notebook)) for lesson in lessons)
    print(
        f"notebooks: {len(lessons)}, exercises: {tested}, each left alone, answered wrongly and solved\n"
        f"claims: {claims['holds']} hold, {claims['fails']} do not hold here, "
        f"{claims['untested']} not tested\n"
        f"failed: {', '.join(failed) or 'none'}"
    )
    return 1 if failed else 0
