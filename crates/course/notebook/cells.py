"""What a tool may ask of a cell."""

from __future__ import annotations

import re

from nbformat import NotebookNode


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def is_extra(cell: NotebookNode) -> bool:
    """Say whether a reader may skip it."""
    return "extra" in tags(cell)


def is_guess(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(
        re.search(r"\b(predict|mark)\(", cell.source)
    )


def is_executed(cell: NotebookNode) -> bool:
    skipped = "skip-execution" in tags(cell)
    return cell.cell_type == "code" and bool(cell.source.strip()) and not skipped
