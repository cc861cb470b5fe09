"""Rules on the text between the code."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from course.check.lesson import (
    Finding,
    Images,
    Lesson,
    Rule,
    headings,
    of_type,
    prose,
    text,
)
from course.notebook.files import read

# What JupyterLab, the export and GitHub do not show alike.
DIALECT = {
    "LaTeX": re.compile(r"\$[^$]+\$|\\\(|\\\[|\\begin\{"),
    "a footnote": re.compile(r"\[\^[^\]]+\]"),
    "a callout": re.compile(r"\[!\w+\]"),
    "an emoji": re.compile("[\u2600-\u27bf\u2b50\u2b55\ufe0f\U0001f000-\U0001faff]"),
}


def heading_order(lesson: Lesson) -> Iterator[Finding]:
    """One `# ` heading, in the first cell; no level is skipped; headings are ASCII."""
    level, titles = 0, 0
    for cell in lesson.markdown:
        for deeper, title in headings(cell):
            titles += deeper == 1
            if deeper > level + 1:
                problem = f"heading {title!r} skips from level {level} to {deeper}"
                yield Finding(problem, cell)
            if not title.isascii():
                yield Finding(f"heading {title!r} is not ASCII", cell)
            level = deeper
    if titles != 1:
        yield Finding(f"{titles} headings of level 1, exactly one")


def plain_markdown(lesson: Lesson) -> Iterator[Finding]:
    """No LaTeX, Mermaid, footnotes, `[!NOTE]` callouts or emoji."""
    for cell in lesson.markdown:
        for what, pattern in DIALECT.items():
            if match := pattern.search(prose(cell.source)):
                yield Finding(f"{what}: {match[0]}", cell)


def code_blocks(lesson: Lesson) -> Iterator[Finding]:
    """A block of code in the text is fenced and marked `rust`."""
    for cell in lesson.markdown:
        for block in of_type(cell.source, "block_code"):
            mark = block.get("attrs", {}).get("info", "")
            if block["style"] != "fenced" or mark != "rust":
                kind = mark or (
                    "unmarked" if block["style"] == "fenced" else "indented"
                )
                yield Finding(f"a block of code is {kind}, must be ```rust", cell)


def links(lesson: Lesson) -> Iterator[Finding]:
    """A link to a file is relative, stays in the checkout, and the file exists;
    an anchor in a notebook is a heading (spaces are hyphens) or a cell id."""
    for cell in lesson.markdown:
        for token in of_type(cell.source, "link", "image"):
            url = token["attrs"]["url"]
            if problem := broken(url, lesson):
                yield Finding(f"link {url}: {problem}", cell)


def broken(url: str, lesson: Lesson) -> str | None:
    """Return what is wrong with a link, if that can be told without a network."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "it is no address"
    if parts.scheme in ("http", "https", "mailto"):
        return None
    if parts.scheme or url.startswith("/"):
        return "it is not relative"
    target = lesson.path
    if parts.path:
        target = Path(os.path.realpath(lesson.path.parent / no_nul(parts.path)))
        if not target.is_relative_to(lesson.root.resolve()):
            return "it leaves the checkout"
        if not os.path.exists(target):
            return "there is no such file"
    anchor = unquote(parts.fragment)
    if not anchor or target.suffix != ".ipynb":
        return None
    try:
        known = anchors(target)
    except ValueError as error:
        return str(error)
    return None if anchor in known else "the notebook has no such heading or cell"


def no_nul(path: str) -> str:
    """Return a path as it is meant; the system takes none with a NUL."""
    return unquote(path).replace("\0", "\ufffd")


def anchors(path: Path) -> set[str]:
    """Return what a link into a notebook may name."""
    found: set[str] = set()
    for cell in read(path).cells:
        found.add(f"cell-id={cell.id}")
        if cell.cell_type == "markdown":
            found |= {title.replace(" ", "-") for _, title in headings(cell)}
    return found


def alt_text(lesson: Lesson) -> Iterator[Finding]:
    """An image has alternative text that gives what it shows."""
    for cell in lesson.markdown:
        for image in of_type(cell.source, "image"):
            if not text(image).strip():
                yield Finding(f"image {image['attrs']['url']} has no text", cell)
        html = of_type(cell.source, "block_html", "inline_html")
        if missing := Images("".join(token["raw"] for token in html)).without_alt():
            yield Finding(f"{missing} <img> without alt", cell)


RULES: list[Rule] = [heading_order, plain_markdown, code_blocks, links, alt_text]
