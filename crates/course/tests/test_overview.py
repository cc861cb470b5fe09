"""The index page and its search, without a browser: what they are made of."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course.export.overview import BEST_FIGURE, best_figure, hours, parts
from course.export.page import Page
from course.export.search import sections

README = """# The course

| notebook | question | minutes |
| --- | --- | --- |
| [00 Start](notebooks/00-start.ipynb) | Why? | 20 |
| [01 Next](notebooks/01-next.ipynb) | How? | 25 |
| **Part two: labs** | | |
| [07 Lab](notebooks/07-lab.ipynb) | And then? | 30 |
"""
PAGE = """<main>
<div class="jp-RenderedMarkdown"><h1 id="Eggs">Eggs<a class="anchor-link">#</a></h1>
<p>Two <code>spawn</code> eggs.</p></div>
<div class="jp-CodeCell"><div class="highlight"><pre>let <span>egg</span> = 1;</pre></div>
<div class="jp-Cell-outputWrapper"><pre>the output</pre></div></div>
<details class="course-answer"><div class="jp-RenderedMarkdown"><p>An answer.</p></div></details>
<div class="jp-RenderedMarkdown"><h3 id="Try">Try</h3>
<details><summary>Solution</summary><pre>the solution</pre></details><p>Go on.</p></div>
</main>"""


def page(
    name: str, time: str = "20 minutes, 50 with all that is marked *extra*"
) -> Page:
    head = new_markdown_cell(f"# {name}\n\n**Time:** {time}. **Before:** nothing.")
    return Page(Path(f"{name}.ipynb"), new_notebook(cells=[head]))


class Index(unittest.TestCase):
    def parts(self, *names: str) -> list[tuple[str, list[str], str]]:
        with tempfile.TemporaryDirectory() as temp:
            readme = Path(temp, "README.md")
            readme.write_text(README, encoding="utf-8")
            found = parts([page(name) for name in names], readme)
        return [(p.title, [q.path.stem for q in p.pages], p.time) for p in found]

    def test_the_parts_are_those_of_the_readme_with_their_minutes(self) -> None:
        both = "40 minutes, 1 hour 40 minutes with all that is extra"
        one = "20 minutes, 50 minutes with all that is extra"
        self.assertEqual(
            self.parts("00-start", "01-next", "07-lab"),
            [
                ("Part one: the course", ["00-start", "01-next"], both),
                ("Part two: labs", ["07-lab"], one),
            ],
        )

    def test_a_page_that_the_readme_does_not_know_is_not_lost(self) -> None:
        found = [names for _, names, _ in self.parts("00-start", "99-own")]
        self.assertEqual(found, [["00-start"], ["99-own"]])

    def test_without_a_readme_and_without_minutes_all_are_one_part(self) -> None:
        [part] = parts([page("00-start", "soon")], Path("nowhere"))
        self.assertEqual((len(part.pages), part.time), (1, ""))

    def test_times_are_words(self) -> None:
        said = [hours(minutes) for minutes in (0, 45, 60, 150)]
        self.assertEqual(
            said, ["0 minutes", "45 minutes", "1 hour", "2 hours 30 minutes"]
        )

    def test_the_best_figure_is_shown_where_it_is_there(self) -> None:
        name, id = BEST_FIGURE
        html = '<figure><img alt="3 bars" src="data:,"></figure>'
        shown = new_output("execute_result", {"text/html": html}, execution_count=1)
        one = Page(
            Path(f"{name}.ipynb"),
            new_notebook(cells=[new_code_cell("x", id=id, outputs=[shown])]),
        )
        self.assertIn('alt="3 bars"', best_figure([page("00-start"), one]))
        self.assertEqual(best_figure([page("00-start")]), "")


class Search(unittest.TestCase):
    def test_it_knows_prose_and_code_and_nothing_that_is_folded(self) -> None:
        soup = BeautifulSoup(PAGE, "html.parser")
        self.assertEqual(
            sections(soup),
            [
                {"id": "Eggs", "title": "Eggs", "text": "Two spawn eggs. let egg = 1;"},
                {"id": "Try", "title": "Try", "text": "Go on."},
            ],
        )
