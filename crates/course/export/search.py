"""What the search on the index page finds: the sections of all pages, as scripts. From disk a
page may load no data, but scripts it may."""

from __future__ import annotations

import json
import shutil
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag

FOLDER = "search"
LIBRARY = "elasticlunr.js"
# Answers and solutions are folded, and no excerpt may tell them.
HIDDEN = "details, .anchor-link"


def write_sections(output: Path, name: str, title: str, soup: BeautifulSoup) -> None:
    """Write the sections of a page into a script of its own."""
    found = [section for section in sections(soup) if section["text"]]
    for section in found:
        href = f"{quote(name)}.html#{section.pop('id')}"
        section |= {"page": title, "href": href}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    script = f"(window.courseSections ??= []).push(...{text});\n"
    target = output / FOLDER / f"{name}.js"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(script, encoding="utf-8")


def write_library(output: Path) -> None:
    """Put the library that searches, and its licence in its first line, into the site."""
    name = "pdoc/templates/resources/elasticlunr.min.js"
    source = Path(distribution("pdoc").locate_file(name))
    (output / FOLDER).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, output / FOLDER / LIBRARY)


def sections(soup: BeautifulSoup) -> list[dict[str, str]]:
    """Return id, title and text of each section: prose and code, nothing that is folded."""
    found: list[dict[str, str]] = []
    for block in soup.select(
        "main .jp-RenderedMarkdown > *, main .jp-CodeCell .highlight pre"
    ):
        if block.name in ("h1", "h2", "h3"):
            about = {"id": block.get("id", ""), "title": words(block), "text": ""}
            found.append(about)
        elif found:
            found[-1]["text"] = f"{found[-1]['text']} {words(block)}".strip()
    return found


def words(block: Tag) -> str:
    """Return what a reader sees of a block without opening anything."""
    if block.find_parent("details") or block.name == "details":
        return ""
    hidden = {id(tag) for tag in block.select(HIDDEN)}
    seen = (
        text
        for text in block.strings
        if not hidden & {id(parent) for parent in text.parents}
    )
    return " ".join("".join(seen).split())
