"""Text that somebody has chosen to do harm: on the pages of an export, on slides, on the board.
It is read as it is written, or refused; and nobody's line changes another's."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup
from nbformat.v4 import new_output

from course.board.lesson import notebooks
from course.board.lines import Refused, read
from course.board.screen import Screen
from course.board.store import Store
from course.tests.foreign import Foreign
from course.tests.lesson import good
from course.tests.pupils import line, lines_of, mark, text

NASTY = (
    "<script>alert(1)</script>",
    "<img src=data:, onerror=alert(1)>",
    "\" onmouseover=alert(1) x='",
    "</title></textarea></style><svg onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7 * 7 }} {% raw %}",
    "javascript:alert(1)//",
    "a\u202eb\u2066c\u200f",
    "[a](javascript:alert(1))",
    "x" * 1_000_000,
)
# Letters and signs that the board takes, as it shows nothing but text.
TAKEN = ("javascript:alert(1)//",)
ELEMENTS = ("script", "iframe", "object", "embed", "svg", "form", "style", "base")


def armed(soup: BeautifulSoup) -> dict[str, int]:
    """Return what could do something on a page, and how often."""
    found = {name: len(soup.select(name)) for name in ELEMENTS}
    tags = soup.find_all(True)
    found["on"] = sum(name.startswith("on") for tag in tags for name in tag.attrs)
    addresses = [str(t.get(a, "")) for t in tags for a in ("href", "src", "action")]
    found["javascript:"] = sum(a.strip().startswith("javascript:") for a in addresses)
    return found


def together(texts: Sequence[str]) -> list[str]:
    """Return texts one by one where there is time, else in one; what is long stays alone."""
    if os.environ.get("LONG_TESTS"):
        return [*texts]
    short = [text for text in texts if len(text) < 99]
    return [" ".join(short), *(text for text in texts if len(text) >= 99)]


class Pages(Foreign):
    """An index page, the pages beside a hostile one, and its slides."""

    def pages(self, words: str, name: str = "02-b") -> dict[str, BeautifulSoup]:
        notebook = good()
        head = notebook.cells[0]
        # A line of Markdown: in a notebook's own page HTML is HTML, as Jupyter has it.
        head.source = head.source.replace("# Good", f"# {words} is read")
        head.source = head.source.replace("Why?", f"{words} is asked?")
        for cell in notebook.cells[1:4]:
            cell.metadata["slide"] = {"title": words, "text": words}
        shown = escape(words)
        claim = f'<p data-claim="holds"><strong>holds here:</strong> {shown}</p>'
        forged = f'<p data-claim="{shown}"><strong>{shown}:</strong> x</p>'
        for cell, html in ((notebook.cells[4], claim), (notebook.cells[6], forged)):
            cell.outputs = [new_output("display_data", data={"text/html": html})]
            cell.metadata["slide"] = {"title": words, "guess": words, "show": "claim"}
        cell = notebook.cells[9]
        cell.outputs = [new_output("stream", name="stdout", text=words)]
        cell.metadata["slide"] = {"title": "x", "show": "output"}
        self.course[1].unlink(missing_ok=True)
        self.write(notebook, self.notebooks / f"{name}.ipynb")
        status, said = self.course_says("export", "--slides", "--output", "out")
        self.assertEqual(status, 0, said[:1_000])
        self.steers_nothing(said)
        made = {
            "index": "index.html",
            "slides": f"{name}.slides.html",
            "page before": "01-a.html",
            "page behind": "03-c.html",
        }
        return {
            place: BeautifulSoup((self.root / "out" / file).read_bytes(), "html.parser")
            for place, file in made.items()
        }

    def test_titles_questions_marks_and_claims_are_text(self) -> None:
        plain = {place: armed(soup) for place, soup in self.pages("eggs").items()}
        for words in together(NASTY):
            for place, soup in self.pages(words).items():
                with self.subTest(words=words[:40], place=place):
                    self.assertEqual(armed(soup), plain[place])
        print(f"{len(NASTY)} texts on {len(plain)} pages: 0 of them did anything")

    def test_names_of_files_are_text_and_lead_to_their_pages(self) -> None:
        plain = {place: armed(soup) for place, soup in self.pages("eggs").items()}
        # A file's name is no longer than 255 letters, and has no slash.
        for name in together([NASTY[1], NASTY[2], NASTY[5], "a?b#c%41"]):
            name = f"02-{name}"
            with self.subTest(name=name):
                pages = self.pages("eggs", name)
                for place, soup in pages.items():
                    self.assertEqual(armed(soup), plain[place], place)
                links = {a["href"] for a in pages["index"].select("main a[href]")}
                links |= {s["src"] for s in pages["index"].select("script[src]")}
                for link in links:
                    self.assertTrue(self.leads_somewhere(link), link)
            (self.notebooks / f"{name}.ipynb").unlink()

    def leads_somewhere(self, link: str) -> bool:
        """Say whether a browser that is told this address finds a file."""
        address = urlsplit(urljoin("file:///site/", link))
        path = unquote(address.path).removeprefix("/site/")
        return address.scheme == "file" and (self.root / "out" / path).is_file()


class Board(Foreign):
    def state(self, folder: Path) -> tuple[Screen, Store]:
        screen = Screen(notebooks(self.root / "notebooks"))
        store = Store(folder)
        for _ in range(100):  # a long line is read in pieces
            for told in store.news():
                screen.note(told)
        return screen, store

    def test_a_hostile_line_is_refused_and_changes_no_other(self) -> None:
        """Thirty learners, and one who puts each text into each field of each kind."""
        lines = [told for number in range(30) for told in lines_of(number)]
        here = {"notebook": "02-b", "cell": "predict-eggs"}
        lines += [line(n, guess={"number": n + 1}, **here) for n in range(30)]
        with tempfile.TemporaryDirectory() as temp:
            folder = Path(temp)
            for told in lines:
                with (folder / f"{told['mark']}.jsonl").open("ab") as file:
                    file.write(text(told) + b"\n")
            before, _ = self.state(folder)
            hostile = [*self.hostile()]
            with (folder / f"{mark(99)}.jsonl").open("ab") as file:
                for told in hostile:
                    file.write(json.dumps(told).encode() + b"\n")
            after, store = self.state(folder)
        # One that is too long is refused in pieces.
        self.assertGreaterEqual(store.refused, len(hostile))
        one, other = before.show(), after.show()
        one.pop("now"), other.pop("now")
        self.assertEqual(one, other)
        print(f"{len(hostile)} hostile lines among {len(lines)}: 0 taken, 0 changed")

    def hostile(self) -> Iterator[dict[str, Any]]:
        me = {"number": 99}
        models = [["threads", [[1, 1.0], [2, 1e15]]], ["threads", [[1, -1.0]]]]
        models += [[words, [[1, 1.0], [2, 2.0]]] for words in ("__proto__", "rude")]
        for words in set(NASTY) - set(TAKEN):
            for field in ("notebook", "cell", "kind", "mark"):
                yield line(99) | {field: words}
            yield line(**me, guess={"words": [words]})
            yield line(**me, guess={words: 1})
            yield line(**me, kind="measured", guess=None, measured={"words": [words]})
            yield line(**me, kind="claim", verdict=words)
            yield line(**me, kind="quiz", question=1, answer=words, passed=True)
            models.append([words, [[1, 1.0], [2, 2.0]]])
        for curve in models:
            yield line(**me, kind="speed-up", curves=[curve])
        # In the file of one learner, in the name of another.
        yield line(1)

    def test_no_text_comes_through_that_is_more_than_letters(self) -> None:
        for words in set(NASTY) - set(TAKEN):
            for told in (
                line(guess={"words": [words]}),
                line(notebook=words),
            ):
                with self.subTest(words=words[:40]), self.assertRaises(Refused):
                    read(text(told))
