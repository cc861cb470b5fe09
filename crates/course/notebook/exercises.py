"""The exercises of a notebook: which cells belong to which."""

from __future__ import annotations

import re

from nbformat import NotebookNode

EXERCISE = re.compile(
    r"exercise-(?P<name>.+?)(?P<part>-text|-check|-solution|-wrong)?$"
)


def exercise_parts(notebook: NotebookNode) -> dict[str, dict[str, NotebookNode]]:
    """Return the cells of each exercise by part: text, stub, check, solution, wrong."""
    exercises: dict[str, dict[str, NotebookNode]] = {}
    for cell in notebook.cells:
        if match := EXERCISE.match(cell.id):
            part = (match["part"] or "-stub").removeprefix("-")
            exercises.setdefault(match["name"], {})[part] = cell
    return exercises


def without_solutions(notebook: NotebookNode) -> None:
    """Remove the solutions, and the typical wrong answers, which tell as much."""
    told = {
        parts[part].id
        for parts in exercise_parts(notebook).values()
        for part in ("solution", "wrong")
        if part in parts
    }
    notebook.cells = [cell for cell in notebook.cells if cell.id not in told]
