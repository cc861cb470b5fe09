"""A notebook as the rules of `course check` see it, and what a rule may ask of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import mistune
from nbformat import NotebookNode

from course.notebook import shown
from course.notebook.files import read

# mistune is what nbconvert renders with: a heading here is a heading in the export.
PARSE = mistune.create_markdown(renderer="ast", plugins=["table"])


@dataclass(frozen=True)
class Finding:
    """What is wrong; in one cell, or in the notebook as a whole."""

    problem: str
    cell: NotebookNode | None = None

    def line(self, where: str, rule: str) -> str:
        cell = f" cell {self.cell.get('id', '?')}" if self.cell else ""
        # Ids, headings, links and tags are a file's own text.
        return f"{shown.line(f'{where}{cell}: {self.problem}')} [{rule}]"


@dataclass
class Lesson:
    """A notebook, its file, and the notebooks of the course in reading order."""

    path: Path
    notebook: NotebookNode
    course: list[Path]
    root: Path

    @classmethod
    def open(cls, path: Path, course: list[Path], root: Path) -> Lesson:
        notebook = read(path)
        if not notebook.cells:
            raise ValueError(f"{path} has no cells")
        return cls(path, notebook, course, root)

    @property
    def code(self) -> list[NotebookNode]:
        return [c for c in self.notebook.cells if c.cell_type == "code"]

    @property
    def markdown(self) -> list[NotebookNode]:
        return [c for c in self.notebook.cells if c.cell_type == "markdown"]


# The name of a rule is that of its function, its documentation is the docstring.
Rule = Callable[[Lesson], Iterator[Finding]]


def name_of(rule: Rule) -> str:
    return rule.__name__.replace("_", "-")


def tokens(source: str) -> Iterator[dict]:
    """Yield all Markdown tokens, blocks before what they hold."""
    waiting = list(PARSE(source))
    while waiting:
        token = waiting.pop(0)
        yield token
        waiting[:0] = token.get("children", [])


def of_type(source: str, *kinds: str) -> list[dict]:
    return [token for token in tokens(source) if token["type"] in kinds]


def text(token: dict) -> str:
    """Return what a reader sees of a token."""
    return token.get("raw", "") + "".join(map(text, token.get("children", [])))


def headings(cell: NotebookNode) -> list[tuple[int, str]]:
    found = of_type(cell.source, "heading")
    return [(token["attrs"]["level"], text(token)) for token in found]


def prose(source: str) -> str:
    """Return Markdown without its code."""
    return re.sub(r"```.*?```|`[^`]*`", "", source, flags=re.DOTALL)


def folded_code(cell: NotebookNode) -> list[str]:
    """Return the code blocks of a folded solution, or of folded wrong answers."""
    return [token["raw"] for token in of_type(cell.source, "block_code")]


class Images(HTMLParser):
    """Collects the alt text of each `<img>`, None where there is none."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs))

    def without_alt(self) -> int:
        return sum(not (image.get("alt") or "").strip() for image in self.found)
