"""Read the notebooks of a class, and what the check of each exercise said in them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course.notebook.cells import tags
from course.notebook.exercises import exercise_parts
from course.notebook.files import read
from course.notebook.verdict import checks

# What a row says of an exercise, beside the words of the check itself.
VERDICTS = {"true": "correct", "false": "not yet"}
NOT_RUN = "not run"
ERROR = "error"
CHANGED = "check changed"
MISSING = "missing"


@dataclass(frozen=True)
class Row:
    """What one learner's notebook says of one exercise."""

    learner: str
    notebook: str
    exercise: str
    layer: str
    verdict: str
    file: str


class Course:
    """The exercises as the course has them."""

    def __init__(self, paths: list[Path]) -> None:
        self.notebooks = {path.stem: read(path) for path in paths}

    def which(self, path: Path, notebook: NotebookNode) -> str | None:
        """Return the name of the notebook of which a learner's is a copy: by the file's
        name, else by the cells. Two notebooks have an exercise `orders`, so all ids count."""
        if path.stem in self.notebooks:
            return path.stem
        mine = {cell.id for cell in notebook.cells}

        def shared(name: str) -> int:
            return len(mine & {cell.id for cell in self.notebooks[name].cells})

        best = max(self.notebooks, key=shared)
        return best if 2 * shared(best) > len(self.notebooks[best].cells) else None

    def rows(self, learner: str, name: str, notebook: NotebookNode, file: str):
        """Yield a row for each exercise that the course has in this notebook."""
        cells = {cell.id: cell for cell in notebook.cells}
        for exercise, parts in exercise_parts(self.notebooks[name]).items():
            check = parts.get("check")
            if check is None:  # `course check` tells the teacher
                continue
            layer = "extra" if "extra" in tags(check) else "core"
            said = verdict(cells.get(check.id), check.source)
            yield Row(learner, name, exercise, layer, said, file)


def verdict(cell: NotebookNode | None, source: str) -> str:
    """Say what the check in a learner's cell said; `source` is the check of the course."""
    if cell is None or cell.cell_type != "code":
        return MISSING
    if cell.source.strip() != source.strip():
        return CHANGED
    if not cell.execution_count and not cell.outputs:
        return NOT_RUN
    said = checks(cell)
    if said:
        return VERDICTS["true" if set(said) == {"true"} else "false"]
    return ERROR if failed(cell) else NOT_RUN


def failed(cell: NotebookNode) -> bool:
    """Say whether it ended in an error; a stock kernel tells a panic on stderr alone."""
    return any(
        o.output_type == "error" or o.get("name") == "stderr" for o in cell.outputs
    )


def notebooks_in(folder: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """Return learner and file of each notebook, FOLDER/LEARNER.ipynb or whatever lies in
    FOLDER/LEARNER/, and a line for each folder that is closed or called like a notebook. Hidden files and folders,
    as JupyterLab makes them, are none."""
    found, closed = [], []

    def note(error: OSError) -> None:
        closed.append(f"{error.filename} cannot be read ({error.strerror}): open it")

    for place, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        named = [Path(place, name) for name in folders if name.endswith(".ipynb")]
        closed.extend(f"{path} is a folder: give it another name" for path in named)
        for name in sorted(files):
            if name.endswith(".ipynb") and not name.startswith("."):
                path = Path(place, name)
                found.append((learner_of(path.relative_to(folder)), path))
    return found, closed


def learner_of(path: Path) -> str:
    first, *others = path.parts
    return first if others else first.removesuffix(".ipynb")
