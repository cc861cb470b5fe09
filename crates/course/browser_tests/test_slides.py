"""The slides of every notebook in a real browser, opened from disk with the network off."""

from __future__ import annotations

import tempfile
import unittest
from contextlib import ExitStack, redirect_stdout
from io import StringIO
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from course.browser_tests.session import (
    NOTEBOOKS,
    ROOT,
    SHOTS,
    chromium,
    troubles_of,
)
from course.export.command import write_slides
from course.export.page import Page as Exported
from course.export.page import Site
from course.notebook.files import read
from course.notebook.slides import marked_slides
from course.notebook.teaching import PAGE, plans_of

# Where a class sits: no letter is smaller than that, in pixels of 1280 by 720.
READABLE = 18
# Goes through all slides, each with all its steps, and returns what is cut, covered, missing
# or too small.
LOOK = """smallest => {
  const wrong = [];
  for (let number = 0; number < Reveal.getTotalSlides(); number++) {
    Reveal.slide(number, 0, 99);
    const slide = Reveal.getCurrentSlide(), frame = slide.querySelector(".frame");
    const tell = (what, tag) => wrong.push(
      `slide ${number + 1}: ${what}: ${tag.tagName} ${tag.textContent.trim().slice(0, 40)}`);
    const inside = (tag, box) => {
      const a = tag.getBoundingClientRect(), b = box.getBoundingClientRect();
      return a.width === 0 || (a.left >= b.left - 1 && a.right <= b.right + 1
        && a.top >= b.top - 1 && a.bottom <= b.bottom + 1);
    };
    if (frame.offsetHeight !== 720 || frame.offsetWidth !== 1280) tell("not 1280 by 720", frame);
    for (const tag of frame.querySelectorAll("*")) {
      if (!inside(tag, frame)) tell("cut", tag);
      if (tag.scrollWidth > tag.clientWidth + 1 && tag.clientWidth) tell("too wide", tag);
      if (parseFloat(getComputedStyle(tag).fontSize) < smallest) tell("too small", tag);
    }
    for (const stage of frame.querySelectorAll(".stage")) {
      for (const tag of stage.querySelectorAll("*")) {
        if (!inside(tag, stage)) tell("over the edge of its stage", tag);
      }
    }
    for (const image of frame.querySelectorAll("img")) {
      if (!image.naturalWidth || image.clientWidth < 600) tell("no picture, or small", image);
    }
  }
  return wrong;
}"""

# Else axe finds reveal.js' own layers over the text, and cannot tell on what it stands.
NOTHING_ABOVE = """.reveal, .reveal * { pointer-events: auto !important; }
.backgrounds, .pause-overlay, .progress { display: none !important; }"""
SHOW_TIMELINE = """() => Reveal.slide(
  Reveal.getIndices(document.querySelector("[data-cover]").closest("section")).h, 0, 99)"""


class Slides(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            cls.site = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            pages = [Exported(path, read(path)) for path in NOTEBOOKS]
            with redirect_stdout(StringIO()):
                write_slides(Site(pages, ROOT / "notebooks", cls.site), pages, cls.site)
            cls.browser = stack.enter_context(chromium())
            cls.addClassCleanup(stack.pop_all().close)

    def open(self, notebook: Path, behind: str = "", **options: str) -> Page:
        """Open the slides; what goes wrong in them fails the test."""
        window = {"width": 1280, "height": 720}
        context = self.browser.new_context(offline=True, viewport=window, **options)
        self.addCleanup(context.close)
        page = context.new_page()
        wrong = troubles_of(page)
        self.addCleanup(lambda: self.assertEqual(wrong, [], notebook.stem))
        address = (self.site / f"{notebook.stem}.slides.html").as_uri()
        page.goto(address + behind)
        page.wait_for_function("window.Reveal && Reveal.isReady()")
        return page

    def test_no_slide_of_any_notebook_is_cut_or_too_small(self) -> None:
        for path in NOTEBOOKS:
            with self.subTest(notebook=path.stem):
                page = self.open(path, reduced_motion="reduce")
                slides = page.evaluate("Reveal.getTotalSlides()")
                self.assertEqual(slides, len(marked_slides(read(path))) + 2)
                self.assertEqual(page.evaluate(LOOK, READABLE), [])
                page.context.close()

    def first(self, *kinds: str) -> tuple[Path, int]:
        """Return the notebook and the number of the first slide with these parts."""
        for path in NOTEBOOKS:
            for number, slide in enumerate(marked_slides(read(path)), 1):
                if [part.kind for part in slide.parts] == [*kinds]:
                    return path, number
        raise self.failureException(f"no notebook has a slide of {kinds}")

    def test_a_guess_makes_room_for_the_figure_and_then_comes_the_sentence(
        self,
    ) -> None:
        path, number = self.first("guess", "figure", "claim")
        page = self.open(path, f"#/{number}")
        parts = [
            page.locator(f"section.present {part}")
            for part in (".guess", ".figure", ".sentence")
        ]
        seen = "tag => getComputedStyle(tag).opacity === '1'"
        for shown in [(1, 0, 0), (0, 1, 0), (0, 1, 1)]:
            page.wait_for_timeout(600)  # the transition
            found = tuple(int(part.evaluate(seen)) for part in parts)
            self.assertEqual(found, shown)
            page.keyboard.press("ArrowRight")
        page.wait_for_timeout(600)
        self.assertEqual(page.evaluate("Reveal.getIndices().h"), number + 1)

    def test_a_timeline_plays_when_it_is_shown_and_at_a_key(self) -> None:
        page = self.open(NOTEBOOKS[1])
        page.evaluate(SHOW_TIMELINE)
        image = page.locator("section.present [data-cover]")
        shots = []
        for number, wait in enumerate((500, 700, 4000, 500)):
            page.wait_for_timeout(wait)
            shots.append(image.screenshot(path=SHOTS / f"slide-plays-{number}.png"))
        self.assertEqual(len(set(shots)), 3, "it moves, then rests")
        page.keyboard.press("r")
        page.wait_for_timeout(800)
        self.assertNotEqual(image.screenshot(), shots[-1])

    def test_who_wants_less_motion_sees_the_whole_timeline_at_once(self) -> None:
        page = self.open(NOTEBOOKS[1], reduced_motion="reduce")
        page.evaluate(SHOW_TIMELINE)
        image = page.locator("section.present [data-cover]")
        self.assertTrue(image.get_attribute("src").startswith("data:"))

    def test_the_speaker_view_has_the_words_of_the_page_for_teachers(self) -> None:
        path = NOTEBOOKS[1]
        plans = plans_of((ROOT / "notebooks" / PAGE).read_text(encoding="utf-8"))
        slide = marked_slides(read(path))[0]
        page = self.open(path, "#/1")
        with page.context.expect_page() as opened:
            page.keyboard.press("s")
        notes = opened.value.locator(".speaker-controls-notes")
        notes.get_by_text(slide.section).wait_for(timeout=20_000)
        self.assertIn(plans["01"].rows[slide.section].say, notes.inner_text())

    def test_a_print_has_a_page_for_each_slide_and_no_guess_over_its_answer(
        self,
    ) -> None:
        path, _ = self.first("guess", "figure", "claim")
        page = self.open(path, "?print-pdf")
        page.wait_for_selector(".pdf-page")
        slides = len(marked_slides(read(path))) + 2
        self.assertEqual(page.locator(".pdf-page").count(), slides)
        page.emulate_media(media="print")
        self.assertEqual(page.locator(".guess:visible").count(), 0)
        for sentence in page.locator(".sentence").all():
            self.assertEqual(sentence.evaluate("s => getComputedStyle(s).opacity"), "1")

    def test_axe_finds_nothing_in_light_and_dark(self) -> None:
        for scheme in ("light", "dark"):
            page = self.open(NOTEBOOKS[0], color_scheme=scheme, reduced_motion="reduce")
            page.add_style_tag(content=NOTHING_ABOVE)
            for number in (1, 3, 8):  # a statement, code, a report of the compiler
                page.evaluate("number => Reveal.slide(number, 0, 99)", number)
                page.wait_for_timeout(500)
                found = Axe().run(page, options={"preload": False})
                self.assertEqual(found.violations_count, 0, found.generate_report())
            page.screenshot(path=SHOTS / f"slide-{scheme}.png")
