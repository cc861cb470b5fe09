"""Notebooks of the right format that nobody of this course has written."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from nbformat import writes
from nbformat.v4 import new_output, new_raw_cell

from course.notebook.files import KERNELSPEC
from course.tests.foreign import LEFT_OUT, NAME, STEERS, VERBS, Foreign
from course.tests.lesson import good


class Strange(Foreign):
    def test_a_notebook_without_a_kernelspec_is_told_to_be_run(self) -> None:
        notebook = good()
        self.put(writes(notebook).encode())
        status, said = self.course_says("check", "02", "--no-outputs")
        self.assertEqual(status, 1)
        self.assertIn("its metadata is not what `course run` writes [file]", said)
        self.course_says("run", "02", "--clear", "--output", "out")
        copied = json.loads((self.root / "out" / NAME).read_text())
        self.assertEqual(copied["metadata"]["kernelspec"], KERNELSPEC)

    def test_a_notebook_of_another_language_is_not_run(self) -> None:
        for about in [
            {"kernelspec": {"name": "p", "display_name": "P", "language": "python"}},
            {"language_info": {"name": "python" + STEERS}},
        ]:
            notebook = good()
            notebook.metadata.update(about)
            raw = writes(notebook).encode()
            self.put(raw)
            status, said = self.course_says("run", "02")
            self.assertEqual(status, 2, said)
            self.assertRegex(said, f"{NAME} is a notebook in python.*choose the kernel")
            self.steers_nothing(said)
            self.assertEqual(self.places[1].read_bytes(), raw)

    def test_nothing_in_a_valid_notebook_ends_a_verb(self) -> None:
        for name, change in STRANGE.items():
            notebook = good()
            change(notebook)
            self.put(writes(notebook).encode())
            for verb, arguments in VERBS.items():
                if verb in LEFT_OUT:
                    continue
                if verb == "results":
                    self.write(good(), self.course[1])
                with self.subTest(notebook=name, verb=verb):
                    status, said = self.course_says(*arguments)
                    self.assertIn(status, (0, 1, 2))
                    self.steers_nothing(said)
                for path in (self.root / "out").rglob("*"):
                    if path.is_file():
                        path.unlink()


def with_cell(source: str, **more: Any) -> Callable[[Any], None]:
    """Change a text, or with outputs a cell of code."""

    def change(notebook: Any) -> None:
        cell = notebook.cells[4 if "outputs" in more else 5]
        cell.update(deepcopy(more), source=source)

    return change


def page(html: str) -> dict[str, Any]:
    return {"outputs": [new_output("display_data", data={"text/html": html})]}


def exercise_without(part: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        name = f"exercise-two{part}"
        notebook.cells = [cell for cell in notebook.cells if cell.id != name]

    return change


STRANGE: dict[str, Callable[[Any], None]] = {
    "no cell": lambda n: n.update(cells=[]),
    "one raw cell": lambda n: n.update(cells=[new_raw_cell(STEERS, id="raw")]),
    "headings": with_cell(f"## {STEERS}\n\n#### {STEERS}"),
    "addresses": with_cell("[a](http://[x) [b](%00) [c](" + "y" * 5_000 + ")"),
    "pictures": with_cell("![a](%00.png) ![b](../../../../etc/passwd) ![](http://[x)"),
    "an anchor": with_cell("[a](01-a.ipynb#no) [b](02-b.ipynb#%1b) [c](no.ipynb#a)"),
    "tags": lambda n: n.cells[4].metadata.update(tags=[STEERS, "core", ""]),
    "a mark": lambda n: n.cells[4].metadata.update(slide={"show": STEERS}),
    "another mark": lambda n: n.cells[4].metadata.update(slide=[STEERS]),
    "a claim by hand": with_cell("1", **page('<p data-claim="holds">x</p>')),
    "a figure by hand": with_cell("1", **page("<figure><img></figure>")),
    "no stub": exercise_without(""),
    "no check": exercise_without("-check"),
    "no solution": exercise_without("-solution"),
    "fingerprints": lambda n: n.metadata.update(course={"made_with": [STEERS]}),
    "source of blanks": with_cell("\x1c\x85\u2028", **page("")),
    "a table of guesses": with_cell("**Predict.** " + "*[`" * 2_000),
}
for shows in ("claim", "figure", "output", "code"):
    for by_hand in ('<p data-claim="fails">x</p>', "<figure><img></figure>"):

        def shown_by_hand(notebook: Any, shows=shows, by_hand=by_hand) -> None:
            with_cell("1", **page(by_hand))(notebook)
            notebook.cells[4].metadata["slide"] = {"title": "x", "show": shows}

        STRANGE[f"a slide shows {shows} of {by_hand}"] = shown_by_hand
