"""The slides that a notebook's author marked, in the metadata of its cells.

A mark is an object, `"slide": {...}`, with one or more of these keys; what it asks for is
shown in this order, and each part is a step of its slide:
  title  a headline; it begins a slide, to which the marks up to the next title belong
  guess  what the class is to guess, in few words; it makes room for the next step
  show   parts of the cell, in words: code, output, figure, claim; of a text: table, list
  text   one sentence
The first slide is made of the header, the last one of the key points, without a mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nbformat import NotebookNode

from course.notebook.verdict import ANSI

KEYS = ("title", "guess", "show", "text")
OF_CODE = ("code", "output", "figure", "claim")
OF_TEXT = ("table", "list")
SECTION = re.compile(r"## +(.+)")

# Pixels of a slide of 1280 by 720, for code and output: how large letters are at the most,
# what they may fill, what each block takes for its margins, and a letter's width and the
# distance of lines, over its size.
LARGEST = 34
ROOM = (1090, 390)
MARGINS = 50
WIDTH, HEIGHT = 0.61, 1.4
# Longer lines of output go on in the next one; a report that is larger is its first line.
COLUMNS = 76
REPORT = 10


@dataclass(frozen=True)
class Part:
    """A step of a slide: a kind of `show`, or a guess or text with its words."""

    kind: str
    cell: NotebookNode
    words: str = ""


@dataclass
class Slide:
    """One idea: its headline, the section in which it stands, and what is shown."""

    title: str
    section: str
    cell: NotebookNode
    parts: list[Part] = field(default_factory=list)

    @property
    def letters(self) -> int:
        """Return how large the letters of code and output are, so that all of it fits."""
        blocks = [lines for part in self.parts if (lines := typed(part))]
        if not blocks:
            return LARGEST
        columns = max(1, *(len(line) for lines in blocks for line in lines))
        width = ROOM[0] / (WIDTH * columns)
        height = (ROOM[1] - MARGINS * len(blocks)) / (HEIGHT * sum(map(len, blocks)))
        return int(min(LARGEST, width, height))


def mark_of(cell: NotebookNode) -> dict[str, str]:
    """Return a cell's mark; what has not its shape is for `course check` to tell."""
    mark = cell.metadata.get("slide")
    pairs = mark.items() if isinstance(mark, dict) else ()
    return {key: words for key, words in pairs if isinstance(words, str)}


def marked_slides(notebook: NotebookNode) -> list[Slide]:
    """Return the slides between the first and the last, in the order of the cells."""
    slides: list[Slide] = []
    section = ""
    for cell in notebook.cells:
        is_text = cell.cell_type == "markdown"
        if is_text and (heading := SECTION.match(cell.source)):
            section = heading[1].strip()
        mark = mark_of(cell)
        if "title" in mark:
            slides.append(Slide(mark["title"], section, cell))
        if slides:
            slides[-1].parts += parts_of(cell, mark)
    return slides


def parts_of(cell: NotebookNode, mark: dict[str, str]) -> list[Part]:
    shown = [Part(kind, cell) for kind in mark.get("show", "").split()]
    guess, text = (
        [Part(kind, cell, mark[kind])] if kind in mark else []
        for kind in ("guess", "text")
    )
    return [*guess, *shown, *text]


def typed(part: Part) -> list[str]:
    """Return the lines of a part that is code or output; none of another."""
    if part.kind == "code":
        return part.cell.source.splitlines()
    lines = plain(printed(part.cell)) if part.kind == "output" else []
    pieces = [range(0, len(line), COLUMNS) or [0] for line in lines]
    return [
        line[start : start + COLUMNS]
        for line, starts in zip(lines, pieces, strict=True)
        for start in starts
    ]


def printed(cell: NotebookNode) -> str:
    """Return what a cell printed, its value, or the first of its errors, without what the
    class guesses aloud and what the kernel advises."""
    for found in cell.get("outputs", []):
        data = found.get("data", {})
        if found.output_type == "error":
            return short("\n".join(found.traceback).partition("\nhelp: ")[0].rstrip())
        text = found.get("text") or data.get("text/plain")
        if text and "text/html" not in data:
            return text.rstrip().replace("no guess; ", "")
    return ""


def short(report: str) -> str:
    """Return a report of the compiler, or its first line if its drawing is too large."""
    lines = plain(report)
    if len(lines) <= REPORT and max(map(len, lines), default=0) <= COLUMNS:
        return report
    return report.partition("\n")[0]


def plain(text: str) -> list[str]:
    """Return lines without their colours."""
    return ANSI.sub("", text).splitlines()
