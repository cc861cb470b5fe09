"""The exported pages in a real browser, opened from disk with the network off."""

from __future__ import annotations

import base64
import re
import subprocess
import tempfile
import unittest
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from course.browser_tests.session import (
    NOTEBOOKS,
    SHOTS,
    chromium,
    figures_in,
    unfold,
)
from course.notebook.files import read
from course.tests.checkout import COURSE

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
# Scheme and width: a desktop, a wide one, a phone, and 1280 pixels at 200 %.
VIEWS = {
    "light": ("light", 1280),
    "dark": ("dark", 1280),
    "wide": ("light", 1680),
    "phone": ("light", 360),
    "twice": ("light", 640),
}
# The others have the colours and the structure of these.
JUDGED = ("light", "dark", "phone")
SVG = re.compile(r"data:image/svg\+xml;base64,([^\"]+)")


class ExportedSite(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            cls.site = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            export("--output", cls.site)
            cls.pages = sorted(cls.site.glob("*.html"))
            cls.browser = stack.enter_context(chromium())
            cls.addClassCleanup(stack.pop_all().close)

    def open(self, path: Path, view: str = "light") -> Page:
        """Open a page with the network off; what goes wrong in it fails the test."""
        scheme, width = VIEWS[view]
        context = self.browser.new_context(
            offline=True, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        self.addCleanup(context.close)
        page = context.new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(request.url[:200]))
        page.on("request", lambda request: wrong.extend(outside(request.url)))
        self.addCleanup(lambda: self.assertEqual(wrong, [], f"{path.name}, {view}"))
        page.goto(path.as_uri())
        return page

    def test_every_notebook_has_a_page_of_reasonable_weight(self) -> None:
        names = [f"{path.stem}.html" for path in NOTEBOOKS]
        self.assertEqual([path.name for path in self.pages], [*names, "index.html"])
        for path in self.pages:
            self.assertLess(path.stat().st_size, 2_000_000, path.name)

    def test_axe_finds_nothing_and_no_page_scrolls_sideways(self) -> None:
        for path in self.pages:
            for view in VIEWS:
                with self.subTest(page=path.stem, view=view):
                    page = self.open(path, view)
                    page.screenshot(path=SHOTS / f"{path.stem}-page-{view}.png")
                    room = page.evaluate(
                        "document.documentElement.scrollWidth - innerWidth"
                    )
                    self.assertLessEqual(room, 0)
                    if view in JUDGED:
                        found = Axe().run(page, options={"runOnly": RULES})
                        self.assertEqual(
                            found.violations_count, 0, found.generate_report()
                        )
                    page.context.close()

    def test_figures_show_with_their_numbers_as_text(self) -> None:
        shown = 0
        for path in NOTEBOOKS:
            page = self.open(self.site / f"{path.stem}.html")
            unfold(page)
            images = page.locator("main figure img")
            wanted = figures_in(read(path))
            self.assertEqual(images.count(), len(wanted), path.stem)
            for number, (cell, html) in enumerate(wanted):
                with self.subTest(notebook=path.stem, cell=cell):
                    size = sum(
                        len(base64.b64decode(code)) for code in SVG.findall(html)
                    )
                    self.assertTrue(0 < size < 60_000, f"{size} bytes")
                    image = images.nth(number)
                    self.assertGreater(image.evaluate("i => i.naturalWidth"), 300)
                    self.assertRegex(image.get_attribute("alt"), r"\d")
                    figure = page.locator("main figure").nth(number)
                    figure.screenshot(path=SHOTS / f"{path.stem}-figure-{cell}.png")
            shown += len(wanted)
        self.assertGreater(
            shown, 0, "no notebook has a figure: their outputs are missing"
        )

    def test_figures_stay_legible_and_are_scrolled_by_keyboard(self) -> None:
        for path in NOTEBOOKS:
            for view in ("phone", "twice"):
                page = self.open(self.site / f"{path.stem}.html", view)
                unfold(page)
                for scroller in page.locator("main figure .course-scroll").all():
                    # The text of a figure 760 wide has 13 pixels.
                    width = scroller.locator("img").evaluate("i => i.clientWidth")
                    self.assertGreaterEqual(width, 640, f"{path.stem}, {view}")
                    scroller.focus()
                    page.keyboard.press("ArrowRight")
                    moved = "s => new Promise(done => setTimeout(() => done(s.scrollLeft), 300))"
                    room = scroller.evaluate("s => s.scrollWidth - s.clientWidth")
                    self.assertEqual(scroller.evaluate(moved) > 0, room > 0)
                page.context.close()

    def test_solutions_are_folded_and_open_by_keyboard(self) -> None:
        for path in NOTEBOOKS:
            page = self.open(self.site / f"{path.stem}.html")
            for solution in page.locator(
                "main .jp-MarkdownCell details:not(.course-answer)"
            ).all():
                self.assertFalse(solution.locator("pre").first.is_visible(), path.stem)
                solution.locator("summary").press("Enter")
                self.assertTrue(solution.locator("pre").first.is_visible(), path.stem)
            page.context.close()

    def test_a_guess_is_kept_and_opens_what_answers_it_and_no_more(self) -> None:
        tried = 0
        for path in NOTEBOOKS:
            page = self.open(self.site / f"{path.stem}.html")
            forms = page.locator("form[data-guess]")
            self.assertEqual(page.locator(".course-answer[open]").count(), 0, path.stem)
            for form in forms.all()[:1]:
                form.locator("input").fill("300 ms")
                page.keyboard.press("Enter")
                opened = page.locator(".course-answer[open]")
                folded = page.locator(".course-answer:not([open])")
                self.assertGreater(opened.count(), 0, path.stem)
                self.assertEqual(folded.count() > 0, forms.count() > 1, path.stem)
                self.assertIn("Your guess: 300 ms", opened.first.inner_text())
                page.reload()
                self.assertEqual(form.locator("input").input_value(), "300 ms")
                tried += 1
        self.assertGreater(tried, 0, "no guess in any notebook")

    def test_a_replay_plays_from_when_it_is_opened_by_keyboard(self) -> None:
        played = 0
        for path in NOTEBOOKS:
            page = self.open(self.site / f"{path.stem}.html")
            unfold(page, ".course-answer")
            for fold in page.locator("main figure details").all():
                page.wait_for_timeout(1000)  # as long as a reader may take to get there
                fold.locator("summary").focus()
                page.keyboard.press("Enter")
                shots = []
                # At the beginning, in the middle, and in the rest after four seconds.
                for wait in (300, 1500, 2700):
                    page.wait_for_timeout(wait)
                    shots.append(fold.locator("img").screenshot())
                self.assertEqual(len(set(shots)), 3, f"{path.stem}: it stands still")
                played += 1
        self.assertGreater(played, 0, "no replay: the outputs are missing")

    def test_next_and_previous_walk_the_whole_course(self) -> None:
        page = self.open(self.site / "index.html")
        page.locator("main li a").first.click()
        walked = [page.url]
        while (link := page.locator("a[rel=next]").first).count():
            link.click()
            walked.append(page.url)
        names = [Path(unquote(urlsplit(url).path)).stem for url in walked]
        self.assertEqual(names, [path.stem for path in NOTEBOOKS])
        for url in reversed(walked[:-1]):
            page.locator("a[rel=prev]").first.click()
            self.assertEqual(page.url, url)

    def test_every_link_leads_somewhere(self) -> None:
        ids = {}
        links = {}
        for path in self.pages:
            page = self.open(path)
            ids[path.name] = set(
                page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
            )
            hrefs = "all => all.map(e => e.getAttribute('href'))"
            links[path.name] = page.eval_on_selector_all("a[href]", hrefs)
        for name, hrefs in links.items():
            for href in hrefs:
                if urlsplit(href).scheme:
                    continue
                target, fragment = urldefrag(href)
                if "/" in target:
                    there = (self.site / unquote(target)).exists()
                    self.assertTrue(there, f"{name}: {href}")
                    continue
                self.assertIn(target or name, ids, f"{name}: {href}")
                if fragment:
                    self.assertIn(
                        unquote(fragment), ids[target or name], f"{name}: {href}"
                    )


def export(*arguments: str | Path) -> None:
    command = [*COURSE, "export", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def outside(url: str) -> list[str]:
    return [] if url.startswith(("file:", "data:")) else [url[:200]]
