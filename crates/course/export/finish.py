"""What nbconvert leaves to do on a page: it needs the page as a whole."""

from __future__ import annotations

import os
from base64 import b64encode
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

from bs4 import BeautifulSoup

from course.notebook.shown import line


def finish(soup: BeautifulSoup, folder: Path, names: set[str], way: str) -> None:
    """Give a page its pictures and links that lead somewhere. The
    notebooks are in `folder`, which is reached from the site by `way`; those of these
    names have pages."""
    embed_pictures(soup, folder)
    rewrite_links(soup, names, way)
    make_ids_unique(soup)
    name_table_headers(soup)
    fill_contents(soup)
    let_keyboard_scroll(soup)


def embed_pictures(soup: BeautifulSoup, folder: Path) -> None:
    """Put pictures from files into the page. nbconvert would do it piece by piece, and end
    each folded solution before its first blank line."""
    for image in soup.select("img[src]"):
        parts = split(image["src"])
        if parts.scheme or parts.netloc:
            continue
        path = Path(os.path.realpath(folder / unquote(parts.path).replace("\0", "?")))
        if not path.is_relative_to(os.path.realpath(folder.parent)):
            raise ValueError(
                f"the picture {line(str(path))} lies outside of the course"
            )
        if not os.path.isfile(path):
            raise ValueError(f"the picture {line(str(path))} is missing")
        kind, _ = guess_type(path.name)
        data = b64encode(path.read_bytes()).decode()
        image["src"] = f"data:{kind};base64,{data}"


def split(address: str) -> SplitResult:
    """Return the parts of an address; what is none leads nowhere, and stays."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("none", "", address, "", "")


def rewrite_links(soup: BeautifulSoup, names: set[str], way: str) -> None:
    """Point links between notebooks at their pages; the rest at the checkout, by the
    way from the site to the notebooks."""
    for link in soup.select("main a[href]"):
        parts = split(link["href"])
        if parts.scheme or parts.netloc or not parts.path:
            continue
        name = unquote(parts.path).removeprefix("./")
        if name in names:
            page = quote(name.removesuffix(".ipynb") + ".html")
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
