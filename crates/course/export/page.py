"""Make one HTML page of one notebook, with nbconvert and the template of the course."""

from __future__ import annotations

import os
import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from course.export.finish import finish
from course.export.layers import mark_layers
from course.export.parts import LINE
from course.export.slides import render
from course.notebook.cells import stated_minutes

TEMPLATES = Path(__file__).parent / "templates"
# Errors look as in JupyterLab: the pages hold its style sheet, too.
JUPYTERLAB = Path(__file__).parent.parent / "jupyterlab"
TITLE = re.compile(r"^# +(.+?) *$", re.MULTILINE)
QUESTION = re.compile(r"^\*\*Question\.\*\* +(.+?)$", re.MULTILINE)


@dataclass
class Page:
    """A notebook and the page that is made of it."""

    path: Path
    notebook: NotebookNode

    @property
    def file(self) -> str:
        return f"{self.path.stem}.html"

    @property
    def slides_file(self) -> str:
        return f"{self.path.stem}.slides.html"

    @property
    def download_file(self) -> str:
        return f"notebooks/{self.path.name}"

    @property
    def href(self) -> str:
        return quote(self.file)

    @property
    def slides_href(self) -> str:
        return quote(self.slides_file)

    @property
    def download_href(self) -> str:
        return quote(self.download_file)

    @property
    def search_href(self) -> str:
        return quote(f"search/{self.path.stem}.js")

    @property
    def head(self) -> str:
        return next((c.source for c in self.notebook.cells), "")

    @property
    def title(self) -> str:
        found = TITLE.search(self.head)
        return found[1] if found else self.path.stem

    @property
    def question(self) -> str:
        found = QUESTION.search(self.head)
        return LINE(found[1]) if found else ""

    @property
    def minutes(self) -> tuple[int, int] | None:
        """The minutes of the core, and those of the whole, if it says them."""
        return stated_minutes(self.head)

    @property
    def facts(self) -> list[str]:
        if not self.minutes:
            return [self.path.stem]
        core, whole = self.minutes
        more = [f"{whole} with all that is extra"] if whole > core else []
        return [self.path.stem, f"{core} minutes", *more]

    @property
    def has_outputs(self) -> bool:
        return any(c.get("outputs") for c in self.notebook.cells)


class Site:
    """The pages in reading order, and the exporter that all of them share."""

    def __init__(self, pages: list[Page], folder: Path, output: Path) -> None:
        self.pages = pages
        self.folder = folder
        self.way = quote(os.path.relpath(folder.resolve(), output.resolve()))
        shared = {
            "extra_template_basedirs": [str(TEMPLATES)],
            "extra_template_paths": [str(JUPYTERLAB), str(TEMPLATES)],
        }
        self.exporter = HTMLExporter(template_name="course", **shared)

    def html(self, page: Page) -> BeautifulSoup:
        """Return the page of a notebook."""
        place = self.pages.index(page)
        course = {
            "page": page,
            "previous": self.pages[place - 1] if place else None,
            "next": dict(enumerate(self.pages)).get(place + 1),
        }
        soup = self.convert(self.exporter, page, deepcopy(page.notebook), course)
        mark_layers(soup, page.notebook, page.path.stem)
        return soup

    def slides(self, page: Page) -> str:
        """Return the slides of a notebook."""
        facts = {
            "number": page.path.stem[:2],
            "title": page.title,
            "question": page.question,
            "language": self.exporter.language_code,
        }
        pages = self.exporter.environment
        return render(page.notebook, facts, self.folder, pages)

    def convert(
        self, exporter: HTMLExporter, page: Page, notebook: NotebookNode, course: dict
    ) -> BeautifulSoup:
        notebook.metadata["title"] = page.title
        where = {"name": page.path.stem, "path": str(self.folder)}
        resources = {"metadata": where, "course": course}
        html, _ = exporter.from_notebook_node(notebook, resources)
        names = {page.path.name for page in self.pages}
        soup = BeautifulSoup(html, "html.parser")
        finish(soup, self.folder, names, self.way)
        return soup

    def overview(self, title: str, summary: str, **told: object) -> str:
        """Return the index page: `told` is what it tells of the course."""
        template = self.exporter.environment.get_template("overview.html.j2")
        return template.render(
            title=title,
            summary=LINE(summary),
            pages=self.pages,
            language=self.exporter.language_code,
            **told,
        )
