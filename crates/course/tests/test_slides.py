"""The slides of a notebook: how marks are read, what is shown of a cell, what is noted."""

from __future__ import annotations

import unittest

from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from course.check.lesson import Lesson
from course.check.rules.slides import slides as rule
from course.export.page import Page, Site
from course.export.parts import claim
from course.export.replay import curtain_over
from course.notebook.slides import LARGEST, Part, marked_slides, printed, short
from course.notebook.teaching import plans_of
from course.tests.lesson import Course, good

PAGE = """### 02 B: 5 minutes

| section | minutes | say |
| --- | --- | --- |
| Setup | 1 | |
| Run | 2 | Look at the `egg`. |

Goes wrong: the egg.
"""
TIMELINE = """<svg viewBox="0 0 760 202">
<polyline fill="none" stroke="#E8E8E8" stroke-width="1" points="124,30 124,154 "/>
<polyline fill="none" stroke="#E8E8E8" stroke-width="1" points="247,30 247,154 "/>
<polyline fill="none" stroke="#595959" stroke-width="1" points="124,154 740,154 "/>
</svg>"""


class Marks(unittest.TestCase):
    def test_a_title_begins_a_slide_to_which_later_marks_belong(self) -> None:
        notebook = good()
        cells = {cell.id: cell for cell in notebook.cells}
        cells["run"].metadata["slide"] = {"text": "So.", "show": "code figure"}
        del cells["run-read"].metadata["slide"]
        run = next(s for s in marked_slides(notebook) if s.cell.id == "run-text")
        self.assertEqual((run.title, run.section), ("Eggs", "Run"))
        kinds = [part.kind for part in run.parts]
        self.assertEqual(kinds, ["text", "code", "figure", "text"])

    def test_letters_shrink_until_code_and_output_fit(self) -> None:
        for source, fits in [("1", True), ("x" * 90, False), ("1;\n" * 15, False)]:
            notebook = good()
            cell = notebook.cells[4]
            cell.source, cell.metadata["slide"] = source, {"title": "A", "show": "code"}
            [slide] = [s for s in marked_slides(notebook) if s.cell is cell]
            self.assertEqual(slide.letters == LARGEST, fits, source)


class Printed(unittest.TestCase):
    def cell(self, **output: object) -> NotebookNode:
        return new_code_cell("", outputs=[new_output(**output)])

    def test_a_guess_that_nobody_made_is_left_out(self) -> None:
        cell = self.cell(output_type="stream", text="sum: no guess; it was 3\n")
        self.assertEqual(printed(cell), "sum: it was 3")

    def test_of_an_error_a_small_report_is_shown_without_advice(self) -> None:
        report = ["\x1b[31m[E0308]\x1b[0m no\n  let a\nhelp: do otherwise"]
        cell = self.cell(output_type="error", ename="E", evalue="", traceback=report)
        self.assertEqual(printed(cell), "\x1b[31m[E0308]\x1b[0m no\n  let a")
        self.assertEqual(short("first\n" + "more\n" * 20), "first")

    def test_what_a_claim_marks_as_code_is_shown_as_code(self) -> None:
        html = (
            '<p data-claim="holds"><strong>holds:</strong> A `?` <small>3</small></p>'
        )
        data = {"text/html": html}
        cell = self.cell(output_type="execute_result", data=data, execution_count=1)
        shown = claim(Part("claim", cell))
        self.assertTrue(shown.endswith("</span> A <code>?</code>"), shown)


class Curtain(unittest.TestCase):
    def test_a_timeline_has_one_over_each_panel_and_nothing_else_has(self) -> None:
        html = curtain_over(TIMELINE, "Timeline of 1 run")
        [white, line] = BeautifulSoup(html, "html.parser").select("rect")
        self.assertEqual((white["x"], white["y"], white["width"]), ("124", "25", "636"))
        self.assertEqual((line["height"], line["width"]), ("129", "2"))
        self.assertIn("translateX(616px)", html)
        self.assertEqual(curtain_over(TIMELINE, "Bars of 3 runs"), "")


class Rendered(Course):
    def setUp(self) -> None:
        super().setUp()
        (self.notebooks / "TEACHING.md").write_text(PAGE, encoding="utf-8")

    def test_notes_are_what_the_page_for_teachers_says_of_the_section(self) -> None:
        plan = plans_of(PAGE)["02"]
        self.assertEqual(plan.rows["Run"].say, "Look at the `egg`.")
        pages = [Page(self.course[1], good())]
        html = Site(pages, self.notebooks, self.root).slides(pages[0])
        sections = BeautifulSoup(html, "html.parser").select(".slides > section")
        self.assertEqual(len(sections), 10)
        notes = [s.select_one(".notes") for s in sections]
        self.assertIn("Goes wrong: the egg.", notes[0].get_text())
        self.assertIn("Look at the egg.", notes[3].get_text())
        self.assertIn("One.", sections[-1].get_text())

    def test_a_section_without_a_row_is_told(self) -> None:
        page = PAGE.replace("| Run ", "| Rest ")
        (self.notebooks / "TEACHING.md").write_text(page, encoding="utf-8")
        found = rule(Lesson.open(self.course[1], self.course, self.root))
        self.assertIn(
            "TEACHING.md has no row 'Run'", " ".join(f.problem for f in found)
        )
