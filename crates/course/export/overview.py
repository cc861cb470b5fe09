"""What the index page tells: the parts of the course with their minutes, and its best figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

from course.export.finish import let_keyboard_scroll
from course.export.page import Page

# Notebook and cell: the same breakfast in three models, one under the other.
BEST_FIGURE = ("04-breakfast", "timelines-figure")
ROW = re.compile(
    r"^\| (?:\[.*?\]\(notebooks/(?P<name>.*?)\.ipynb\)|\*\*(?P<part>.*?)\*\*)"
)
FIRST_PART = "Part one: the course"


@dataclass
class Part:
    """Pages under one heading."""

    title: str
    pages: list[Page]

    @property
    def time(self) -> str:
        """Say how long they take; nothing where a page does not."""
        minutes = [page.minutes for page in self.pages]
        if not all(minutes):
            return ""
        core, whole = (sum(column) for column in zip(*minutes, strict=True))
        return f"{hours(core)}, {hours(whole)} with all that is extra"


def hours(minutes: int) -> str:
    """Write a time: "45 minutes", "3 hours 30 minutes"."""
    whole, rest = divmod(minutes, 60)
    words = [f"{whole} hour{'s' * (whole > 1)}"] if whole else []
    return " ".join([*words, *([f"{rest} minutes"] if rest or not whole else [])])


def parts(pages: list[Page], readme: Path) -> list[Part]:
    """Return the pages as the table of the README parts them; those that are not in it
    come last."""
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    known = {page.path.stem: page for page in pages}
    found = [Part(FIRST_PART, [])]
    for row in filter(None, map(ROW.match, text.splitlines())):
        if row["part"]:
            found.append(Part(row["part"], []))
        elif page := known.pop(row["name"], None):
            found[-1].pages.append(page)
    found[-1].pages += known.values()
    return [part for part in found if part.pages]


def best_figure(pages: list[Page]) -> str:
    """Return the figure that stands for the course, if its notebook is there with it."""
    name, id = BEST_FIGURE
    cells = [c for page in pages if page.path.stem == name for c in page.notebook.cells]
    for output in (o for c in cells if c.id == id for o in c.get("outputs", [])):
        soup = BeautifulSoup(
            f"<main>{output.get('data', {}).get('text/html', '')}</main>", "html.parser"
        )
        if figure := soup.find("figure"):
            let_keyboard_scroll(soup)
            return str(figure)
    return ""
