"""`course export` without a browser."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
import unittest
from pathlib import Path

from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course import command_line
from course.export.layers import mark_layers
from course.notebook.files import save
from course.tests.checkout import Checkout, cell

TEXT = (
    "# Eggs\n\n[A file](images/two%20eggs.txt#yolk), [the README](../README.md), "
    "[the other](02-b.ipynb#Eggs), [outside](https://example.org/a), [here](#Eggs)."
)


class Links(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.temp = Path(folder.name).resolve()
        self.root = self.temp / "check out"
        (self.root / "notebooks" / "images").mkdir(parents=True)
        for name in ["README.md", "notebooks/images/two eggs.txt"]:
            (self.root / name).write_text("# Eggs\n")
        for name in ["01-a", "02-b"]:
            notebook = new_notebook(cells=[new_markdown_cell(TEXT)])
            save(notebook, self.root / f"notebooks/{name}.ipynb", "")

    def links(self, *arguments: str) -> dict[str, str]:
        """Export; return the links of the first page by their text."""
        line = ["--root", str(self.root), "export", *arguments]
        options = command_line.parse(line)
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(options.main(options), 0)
        html = (options.output / "01-a.html").read_text(encoding="utf-8")
        return {
            name: href for href, name in re.findall(r'href="([^"]*)">([^<]+)<', html)
        }

    def test_a_site_in_the_checkout_links_its_files(self) -> None:
        links = self.links()
        self.assertEqual(links["A file"], "../notebooks/images/two%20eggs.txt#yolk")
        self.assertEqual(links["the README"], "../notebooks/../README.md")
        self.assertEqual(links["the other"], "02-b.html#Eggs")
        self.assertEqual(links["outside"], "https://example.org/a")
        self.assertEqual(links["here"], "#Eggs")

    def test_a_site_elsewhere_does_too(self) -> None:
        links = self.links("--output", str(self.temp / "a" / "site"))
        path = "../../check%20out/notebooks"
        self.assertEqual(links["A file"], f"{path}/images/two%20eggs.txt#yolk")
        self.assertEqual(links["the README"], f"{path}/../README.md")
        self.assertEqual(links["the other"], "02-b.html#Eggs")

    def test_a_site_behind_a_link_does_too(self) -> None:
        (self.temp / "far" / "away").mkdir(parents=True)
        (self.temp / "link").symlink_to(self.temp / "far" / "away")
        links = self.links("--output", str(self.temp / "link" / "site"))
        path = "../../../check%20out/notebooks"
        self.assertEqual(links["A file"], f"{path}/images/two%20eggs.txt#yolk")


class AfterARun(Checkout):
    def test_the_site_shows_copies_that_were_run(self) -> None:
        before = self.write("01-sum", [cell("sum", "", "40 + 1")])
        run = self.course("export", "--run")
        self.assertEqual(run.code, 0, run)
        self.assertIn("01-sum  1/1  sum  ", run.output)
        self.assertRegex(self.read("html/01-sum.html"), r"<pre>41\b")
        self.assertEqual(self.read("notebooks/01-sum.ipynb"), before)

    def test_nothing_is_exported_of_what_does_not_run(self) -> None:
        self.write("01-wrong", [cell("wrong", "", "missing()")])
        run = self.course("export", "--run")
        self.assertEqual(run.code, 1, run)
        self.assertIn("the notebooks did not run, nothing was exported", run.output)
        self.assertFalse((self.root / "html").exists())


PAGE = """<main>
<div id="cell-id=predict-x" class="jp-CodeCell"><pre>let x = predict("")?;</pre></div>
<div id="cell-id=run" class="jp-CodeCell"><pre>run()</pre>
<div class="jp-Cell-outputWrapper">done</div></div>
<div id="cell-id=read"><div class="jp-Cell-inputWrapper">It was 3.</div></div>
<div id="cell-id=more" class="jp-CodeCell">more</div>
</main>"""


class Layers(unittest.TestCase):
    def test_answers_are_folded_behind_their_guess_and_extra_parts_marked(self) -> None:
        cells = [
            new_code_cell('let x = predict("")?;', id="predict-x"),
            new_code_cell("run()", id="run", metadata={"tags": ["core", "answer"]}),
            new_markdown_cell("It was 3.", id="read", metadata={"tags": ["answer"]}),
            new_code_cell("more", id="more", metadata={"tags": ["extra"]}),
        ]
        soup = BeautifulSoup(PAGE, "html.parser")
        mark_layers(soup, new_notebook(cells=cells), "02-b")
        told = [details.get_text(" ", strip=True) for details in soup.select("details")]
        self.assertEqual(told, ["What it gave done", "What it shows It was 3."])
        form = soup.find(id="cell-id=predict-x").find_next_sibling()
        self.assertEqual(form["data-guess"], "02-b/predict-x")
        self.assertTrue(form.has_attr("hidden"))
        marked = [cell["id"] for cell in soup.select(".course-extra")]
        self.assertEqual(marked, ["cell-id=more"])
