"""What a tool may ask of a cell."""

from __future__ import annotations

from nbformat import NotebookNode


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def is_executed(cell: NotebookNode) -> bool:
    skipped = "skip-execution" in tags(cell)
    return cell.cell_type == "code" and bool(cell.source.strip()) and not skipped
