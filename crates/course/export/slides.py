"""Slides of a notebook, shown by a reveal.js that lies in the folder of the site."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import distribution
from pathlib import Path

from nbformat import NotebookNode

# What the slides load; the package holds reveal.js' sources and themes too.
FILES = ("LICENSE", "dist/reveal.js", "dist/reveal.css", "dist/plugin/notes.js")
OPTIONS = {
    "reveal_url_prefix": "reveal",
    "reveal_theme": "course",
    "reveal_width": "1100",
    "reveal_height": "720",
    "reveal_number": "c/t",
}
HEADING = re.compile(r"\s*(#{1,3}) ")
KINDS = {"#": "slide", "##": "slide", "###": "subslide"}


def copy_reveal(output: Path, theme: Path) -> None:
    """Put reveal.js and the theme next to the slides."""
    source = Path(distribution("pyreveal").locate_file("pyreveal/revealjs"))
    target = output / OPTIONS["reveal_url_prefix"]
    for name in FILES:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    themes = target / "dist" / "theme"
    themes.mkdir(exist_ok=True)
    shutil.copyfile(theme, themes / f"{OPTIONS['reveal_theme']}.css")


def mark_slides(notebook: NotebookNode) -> None:
    """Begin slides at headings where the notebook's author marked none."""
    if any(slide_type(cell) for cell in notebook.cells):
        return
    for cell in notebook.cells:
        found = HEADING.match(cell.source) if cell.cell_type == "markdown" else None
        if found:
            cell.metadata["slideshow"] = {"slide_type": KINDS[found[1]]}


def slide_type(cell: NotebookNode) -> str:
    """Return how a cell is marked; Jupyter's "-" is no mark."""
    return cell.metadata.get("slideshow", {}).get("slide_type", "-").strip("-")
