"""Make one HTML page of one notebook, with nbconvert and the template of the course."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from copy import deepcopy
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import mistune
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter, SlidesExporter
from nbformat import NotebookNode

from course.export.slides import OPTIONS, mark_slides

TEMPLATES = Path(__file__).parent / "templates"
# Errors look as in JupyterLab: the pages hold its style sheet, too.
JUPYTERLAB = Path(__file__).parent.parent / "jupyterlab"
TITLE = re.compile(r"^# +(.+?) *$", re.MULTILINE)
QUESTION = re.compile(r"^\*\*Question\.\*\* +(.+?)$", re.MULTILINE)
MINUTES = re.compile(r"^\*\*Time:\*\* +(\d+ minutes)", re.MULTILINE)


@dataclass
class Page:
    """A notebook and the page that is made of it."""

    path: Path
    notebook: NotebookNode

    @property
    def href(self) -> str:
        return f"{self.path.stem}.html"

    @property
    def slides_href(self) -> str:
        return f"{self.path.stem}.slides.html"

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
        return mistune.html(found[1]) if found else ""

    @property
    def facts(self) -> list[str]:
        return [self.path.stem, *MINUTES.findall(self.head)]

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
        self.slides_exporter = SlidesExporter(
            template_name="slides", **shared, **OPTIONS
        )

    def html(self, page: Page) -> str:
        """Return the page of a notebook."""
        place = self.pages.index(page)
        course = {
            "previous": self.pages[place - 1] if place else None,
            "next": dict(enumerate(self.pages)).get(place + 1),
        }
        return self.convert(self.exporter, page, deepcopy(page.notebook), course)

    def slides(self, page: Page) -> str:
        """Return the slides of a notebook."""
        notebook = deepcopy(page.notebook)
        mark_slides(notebook)
        return self.convert(self.slides_exporter, page, notebook, {})

    def convert(
        self, exporter: HTMLExporter, page: Page, notebook: NotebookNode, course: dict
    ) -> str:
        notebook.metadata["title"] = page.title
        where = {"name": page.path.stem, "path": str(self.folder)}
        resources = {"metadata": where, "course": course}
        html, _ = exporter.from_notebook_node(notebook, resources)
        return self.finish(html)

    def finish(self, html: str) -> str:
        """Do what takes knowledge of the whole page."""
        soup = BeautifulSoup(html, "html.parser")
        embed_pictures(soup, self.folder)
        rewrite_links(soup, {page.path.name for page in self.pages}, self.way)
        make_ids_unique(soup)
        name_table_headers(soup)
        fill_contents(soup)
        let_keyboard_scroll(soup)
        return str(soup)

    def overview(self, title: str, summary: str, slides: set[str]) -> str:
        """Return the index page; slides has the names of the notebooks with slides."""
        template = self.exporter.environment.get_template("overview.html.j2")
        return template.render(
            title=title,
            summary=mistune.html(summary),
            pages=self.pages,
            slides=slides,
            language=self.exporter.language_code,
        )


def embed_pictures(soup: BeautifulSoup, folder: Path) -> None:
    """Put pictures from files into the page. nbconvert would do it piece by piece, and end
    each folded solution before its first blank line."""
    for image in soup.select("img[src]"):
        parts = urlsplit(image["src"])
        if parts.scheme or parts.netloc:
            continue
        path = folder / unquote(parts.path)
        if not path.is_file():
            raise SystemExit(f"error: the picture {path} is missing")
        kind, _ = guess_type(path.name)
        data = b64encode(path.read_bytes()).decode()
        image["src"] = f"data:{kind};base64,{data}"


def rewrite_links(soup: BeautifulSoup, names: set[str], way: str) -> None:
    """Point links between notebooks at their pages; the rest at the checkout, by the
    way from the site to the notebooks."""
    for link in soup.select("main a[href]"):
        parts = urlsplit(link["href"])
        if parts.scheme or parts.netloc or not parts.path:
            continue
        name = unquote(parts.path).removeprefix("./")
        if name in names:
            page = name.removesuffix(".ipynb") + ".html"
            link["href"] = parts._replace(path=page).geturl()
        else:
            link["href"] = f"{way}/{link['href']}"


def make_ids_unique(soup: BeautifulSoup) -> None:
    """Number headings of the same name, of which the first keeps its id."""
    seen: dict[str, int] = {}
    for tag in soup.select("[id]"):
        seen[tag["id"]] = seen.get(tag["id"], 0) + 1
        if seen[tag["id"]] > 1:
            tag["id"] += f"-{seen[tag['id']]}"


def name_table_headers(soup: BeautifulSoup) -> None:
    """Say what a header is for. An empty one, in Markdown's upper left corner, is none."""
    for header in soup.select("main th"):
        if not header.get_text(strip=True):
            header.name = "td"
        elif not header.get("scope"):
            header["scope"] = "col" if header.find_parent("thead") else "row"


def fill_contents(soup: BeautifulSoup) -> None:
    """List the headings of the second level in the page's table of contents."""
    contents = soup.select_one(".course-toc")
    if not contents:  # slides
        return
    entries = soup.new_tag("ol")
    for heading in soup.select("main .jp-MarkdownCell h2[id]"):
        link = soup.new_tag("a", href=f"#{heading['id']}")
        link.string = "".join(
            text
            for text in heading.strings
            if text.parent.get("class") != ["anchor-link"]
        )
        item = soup.new_tag("li")
        item.append(link)
        entries.append(item)
    if entries.contents:
        contents.append(entries)
    else:
        contents.decompose()


def let_keyboard_scroll(soup: BeautifulSoup) -> None:
    """Make stops for the Tab key of what may be wider than the window, and of nothing else:
    nbconvert makes one of every cell and output, hundreds in a notebook."""
    for tag in soup.select("main [tabindex], main .anchor-link"):
        del tag["tabindex"]
        if tag.name == "a":
            tag.decompose()
    errors = 'main [data-mime-type="application/vnd.jupyter.error"] > pre'
    kinds = {"img": "Figure", "table": "Table", "pre": "Error"}
    wide = soup.select(f"main figure img, main table, {errors}")
    for number, tag in enumerate(wide, 1):
        scroller = soup.new_tag(
            "div", attrs={"class": "course-scroll", "tabindex": "0"}
        )
        scroller["role"] = "group"
        scroller["aria-label"] = (
            f"{kinds[tag.name]}, part {number} that may scroll sideways"
        )
        tag.wrap(scroller)
        if tag.name == "img":
            del tag["style"]  # for JupyterLab; here the template decides on the width
