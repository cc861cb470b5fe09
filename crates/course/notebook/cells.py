"""What a tool may ask of a cell."""

from __future__ import annotations

import re

from nbformat import NotebookNode

TIME = re.compile(
    r"^\*\*Time:\*\* +(\d+) minutes(?:, (\d+) with all that is marked)?", re.MULTILINE
)


def stated_minutes(header: str) -> tuple[int, int] | None:
    """Return the minutes that a header states: without and with what is extra."""
    found = TIME.search(header)
    return (int(found[1]), int(found[2] or found[1])) if found else None


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
