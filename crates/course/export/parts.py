"""The parts of a cell that slides show, as HTML."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from html import escape

import mistune
from bs4 import BeautifulSoup, Tag
from nbconvert.filters import ansi2html
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import RustLexer

from course.export.replay import curtain_over, size_of
from course.notebook.slides import Part, printed

# In a notebook, where a claim is read beside its code, the marks stay.
CODE = re.compile("`([^`]+)`")
# A line that stands on other pages than its own: HTML in it is text there.
LINE = mistune.create_markdown()
MARKDOWN = mistune.create_markdown(escape=False, plugins=["table"])


def html_of(part: Part) -> str:
    """Return a part of a slide; ValueError if its cell has none of the kind."""
    show = SHOWN.get(part.kind)
    if show and (html := show(part)):
        return html
    raise ValueError(f"cell {part.cell.id} has no {part.kind} to show on its slide")


def inline(text: str) -> str:
    """Return a line of Markdown without a paragraph around it."""
    html = LINE(text).strip()
    return html.removeprefix("<p>").removesuffix("</p>")


def code(part: Part) -> str:
    formatter = HtmlFormatter(nowrap=True)
    lines = highlight(part.cell.source, RustLexer(), formatter)
    return f'<pre class="code">{lines}</pre>'


def code_style(name: str) -> str:
    """Return the colours of a style for `code`, without its background."""
    rules = HtmlFormatter(style=name).get_style_defs(".code")
    return "\n".join(r for r in rules.splitlines() if r.startswith(".code ."))


def output(part: Part) -> str:
    text = printed(part.cell)
    is_error = part.cell.outputs and part.cell.outputs[0].output_type == "error"
    kind = ' class="error"' if is_error else ""
    return f"<pre{kind}>{ansi2html(text)}</pre>" if text else ""


def figure(part: Part) -> str:
    """Return the last picture of the cell, with what makes a timeline play."""
    image = picture(part.cell)
    if image is None:
        return ""
    image["style"] = f"--ratio: {ratio(part.cell):.3f}"
    if curtain := curtain_over(svg_of(image), image.get("alt", "")):
        image["data-cover"] = curtain
    return str(image)


def picture(cell: NotebookNode) -> Tag | None:
    found = [image for soup in pages(cell) for image in soup.select("figure img")]
    return found[-1] if found else None


def ratio(cell: NotebookNode) -> float:
    """Return how wide the picture of a cell is over its height; 0 if it has none."""
    image = picture(cell)
    if image is None:
        return 0
    width, height = size_of(svg_of(image))
    return width / height


def svg_of(image: Tag) -> str:
    return b64decode(image.get("src", "").partition(",")[2]).decode()


def claim(part: Part) -> str:
    """Return the sentence of a claim, behind its verdict."""
    for soup in pages(part.cell):
        if said := soup.select_one("[data-claim]"):
            for measured in said.select("small"):
                measured.decompose()
            if said.strong is None:  # a cell has printed it by hand
                return ""
            verdict = escape(said.strong.extract().get_text().rstrip(":"))
            state = escape(said["data-claim"])
            words = CODE.sub(r"<code>\1</code>", said.decode_contents().strip())
            return f'<span class="verdict {state}">{verdict}</span> {words}'
    return ""


def caption(cell: NotebookNode) -> str:
    found = [c.get_text() for soup in pages(cell) for c in soup.select("figcaption")]
    return found[-1] if found else ""


def pages(cell: NotebookNode) -> list[BeautifulSoup]:
    """Return the outputs that are HTML."""
    found = [o.get("data", {}).get("text/html", "") for o in cell.get("outputs", [])]
    return [BeautifulSoup(html, "html.parser") for html in found if html]


def first_of(cell: NotebookNode, kind: str) -> str:
    """Return the first table or list of a text. Its links are left out: a slide is shown,
    not clicked."""
    soup = BeautifulSoup(MARKDOWN(cell.source), "html.parser")
    found = soup.select_one({"table": "table", "list": "ul, ol"}[kind])
    for link in found.select("a") if found else []:
        link.unwrap()
    return str(found or "")


SHOWN: dict[str, Callable[[Part], str]] = {
    "guess": lambda part: inline(part.words),
    "text": lambda part: inline(part.words),
    "code": code,
    "output": output,
    "figure": figure,
    "claim": claim,
    "table": lambda part: first_of(part.cell, "table"),
    "list": lambda part: first_of(part.cell, "list"),
}
