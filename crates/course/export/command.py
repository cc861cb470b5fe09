"""Make a site of the notebooks that opens from disk, without a network."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

from course.export.overview import best_figure, parts
from course.export.page import Page, Site
from course.export.search import LIBRARY, write_library, write_sections
from course.export.slides import copy_reveal
from course.notebook import shown
from course.notebook.files import NAMES, clear, find, read, save
from course.notebook.slides import mark_of
from course.run.command import run_copies

LIMIT = 2_000_000


def main(options: argparse.Namespace) -> int:
    """Do what the command line asks for; 0 if all pages were written."""
    options.output = options.output or options.root / "html"
    try:
        paths = find(options.folder, options.notebooks)
        if options.run:
            copies = options.root / "target" / "export"
            if status := run_copies(paths, copies, options):
                problem = "the notebooks did not run, nothing was exported"
                print(f"error: {problem}", file=sys.stderr)
                return status
            paths = [copies / path.name for path in paths]
        index = export(paths, options)
        print(f"pages: {len(paths)}; open {index}")
        return 0
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def add_parser(verbs: argparse._SubParsersAction) -> None:
    parser = verbs.add_parser(
        "export",
        help="make a site of the notebooks that opens without a network",
        description="Make a site of the notebooks that opens from disk, without a network.",
        epilog="Named notebooks replace their own pages; the others in the folder stay.",
    )
    parser.set_defaults(main=main, no_outputs=False)
    parser.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help=NAMES)
    parser.add_argument(
        "--run",
        action="store_true",
        help="execute copies of the notebooks first: the site shows this machine",
    )
    parser.add_argument(
        "--slides",
        action="store_true",
        help="make slides too, of the cells that are marked for them",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="the folder of the site, default html/ in the checkout",
    )


def export(paths: list[Path], options: argparse.Namespace) -> Path:
    """Write a page for each notebook, and the index page, which is returned."""
    made = {path.name: Page(path, read(path)) for path in paths}
    site = Site(in_reading_order(made, options), options.folder, options.output)
    options.output.mkdir(parents=True, exist_ok=True)
    for page in made.values():
        print(f"{page.path.stem}  ", end="", flush=True)
        with naming(page):
            size = write_page(site, page, options.output)
        print(f"{size / 1000:.0f} kB")
        if not (page.has_outputs or options.no_outputs):
            print(f"warning: {page.path.name} has no outputs; --run makes them")
        if size > LIMIT:
            print(f"warning: {page.file} is larger than {LIMIT / 1e6:g} MB")
    if options.slides:
        write_slides(site, list(made.values()), options.output)
    return write_index(site, options)


@contextmanager
def naming(page: Page) -> Iterator[None]:
    """Say in an error which notebook it is about."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{page.path}: {shown.line(str(error))}") from error


def write_page(site: Site, page: Page, output: Path) -> int:
    """Write the page of a notebook, what the search finds in it, and the notebook to
    download; return the bytes of the page."""
    soup = site.html(page)
    html = str(soup).encode()
    (output / page.file).write_bytes(html)
    write_sections(output, page.path.stem, page.title, soup)
    notebook = deepcopy(page.notebook)
    clear(notebook)
    save(notebook, output / page.download_file, "")
    return len(html)


def write_index(site: Site, options: argparse.Namespace) -> Path:
    """Write the index page, and the library that searches from it."""
    write_library(options.output)
    told = {
        "parts": parts(site.pages, options.root / "README.md"),
        "figure": best_figure(site.pages),
        "slides": {
            page.path.stem
            for page in site.pages
            if (options.output / page.slides_file).exists()
        },
        "library": LIBRARY,
    }
    index = options.output / "index.html"
    index.write_text(site.overview(*course(options.root), **told), encoding="utf-8")
    return index


def write_slides(site: Site, pages: list[Page], output: Path) -> None:
    """Write the slides of each notebook, and reveal.js, which shows them."""
    copy_reveal(output)
    for page in pages:
        if not page.has_outputs:
            print(f"warning: no slides of {page.path.name}, which has no outputs")
            continue
        print(page.slides_file, flush=True)
        with naming(page):
            (output / page.slides_file).write_text(site.slides(page), encoding="utf-8")
        if not any(map(mark_of, page.notebook.cells)):
            print(f"warning: no cell of {page.path.name} is marked for slides")


def in_reading_order(made: dict[str, Page], options: argparse.Namespace) -> list[Page]:
    """Return the pages of this export, and those that an earlier one left."""
    pages = dict(made)
    for path in options.folder.glob("*.ipynb"):
        if path.name not in pages and (options.output / f"{path.stem}.html").exists():
            pages[path.name] = Page(path, read(path))
    return [pages[name] for name in sorted(pages)]


def course(root: Path) -> tuple[str, str]:
    """Return the title and the first sentence of the README."""
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    found = re.search(r"^# +(.+)\n\s*(.*)", text)
    return (found[1].strip(), found[2].strip()) if found else ("Notebooks", "")
