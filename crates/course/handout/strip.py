"""Notebooks and pages as they are handed out."""

from __future__ import annotations

import re
from pathlib import Path

from course.notebook.exercises import without_solutions
from course.notebook.files import clear, read, save

LINK = re.compile(r"\[([^\]]+)\]\((?:notebooks/)?([^()#/]+)\.ipynb(?:#[^()]*)?\)")


def copy(
    path: Path, target: Path, gone: set[str], *, solutions: bool, outputs: bool
) -> None:
    """Write a copy of a notebook without what a class shall not have yet; the notebooks
    `gone` are not handed out with it."""
    notebook = read(path)
    if not solutions:
        without_solutions(notebook)
    if not outputs:
        clear(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = unlink(cell.source, gone)
    # With outputs, they are still those of the crates that made them.
    save(notebook, target, notebook.metadata.get("course", {}).get("made_with", ""))


def unlink(text: str, gone: set[str]) -> str:
    """Return Markdown whose links to these notebooks are plain text."""
    return LINK.sub(lambda link: link[1] if link[2] in gone else link[0], text)
