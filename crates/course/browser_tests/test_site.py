"""The exported pages in a real browser, opened from disk with the network off."""

from __future__ import annotations

import base64
import re
import subprocess
import tempfile
import unittest
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from course.browser_tests.session import (
    NOTEBOOKS,
    SHOTS,
    chromium,
    figures_in,
    troubles_of,
    unfold,
)
from course.notebook.files import read
from course.tests.checkout import COURSE

# Scheme and width: a desktop, a wide one, a phone, and 1280 pixels at 200 %.
VIEWS = {
    "light": ("light", 1280),
    "dark": ("dark", 1280),
    "wide": ("light", 1680),
    "phone": ("light", 360),
    "twice": ("light", 640),
}
SHOWN = ("light", "dark", "phone")
# What axe judges in which view. The structure is the same in all, so another scheme changes
# colours alone, and another width what can be reached.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
JUDGED = {
    "light": {"runOnly": RULES},
    "dark": {"runOnly": ["color-contrast"]},
    "phone": {"runOnly": RULES, "rules": {"color-contrast": {"enabled": False}}},
}
# Nine of ten elements are coloured words of code, of few kinds: one of each is judged.
ONE_OF_A_KIND = """() => {
  const seen = new Set();
  for (const word of document.querySelectorAll(".highlight pre span[class]")) {
    const kind = [word.className, word.closest(".jp-MarkdownCell, .jp-CodeCell").className];
    if (seen.has(kind.join())) word.remove();
    seen.add(kind.join());
  }
}"""
SCROLLERS = """all => all.map(s => [
  s.querySelector("img").clientWidth, s.scrollWidth - s.clientWidth, s.tabIndex])"""
MOVED = "s => new Promise(done => setTimeout(() => done(s.scrollLeft), 300))"
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
        context = self.browser.new_context(offline=True)
        self.addCleanup(context.close)
        page = context.new_page()
        look(page, view)
        wrong = troubles_of(page)
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
            page = self.open(path)
            for view in VIEWS:
                with self.subTest(page=path.stem, view=view):
                    look(page, view)
                    if view in SHOWN:
                        page.screenshot(path=SHOTS / f"{path.stem}-page-{view}.png")
                    room = page.evaluate(
                        "document.documentElement.scrollWidth - innerWidth"
                    )
                    self.assertLessEqual(room, 0)
            page.evaluate(ONE_OF_A_KIND)
            for view, rules in JUDGED.items():
                with self.subTest(page=path.stem, view=view, rules=rules["runOnly"]):
                    look(page, view)
                    # Else axe describes all that it has found right, for three times as long.
                    options = rules | {"resultTypes": ["violations"]}
                    found = Axe().run(page, options=options)
                    self.assertEqual(found.violations_count, 0, found.generate_report())
            page.context.close()

    def test_figures_show_with_their_numbers_as_text(self) -> None:
        shown = 0
        for path in NOTEBOOKS:
            wanted = figures_in(read(path))
            page = self.open(self.site / f"{path.stem}.html")
            unfold(page)
            there = "all => all.map(i => [i.naturalWidth, i.alt])"
            images = page.eval_on_selector_all("main figure img", there)
            self.assertEqual(len(images), len(wanted), path.stem)
            for (cell, html), (width, alt) in zip(wanted, images, strict=True):
                with self.subTest(notebook=path.stem, cell=cell):
                    size = sum(
                        len(base64.b64decode(code)) for code in SVG.findall(html)
                    )
                    self.assertTrue(0 < size < 60_000, f"{size} bytes")
                    self.assertGreater(width, 300)
                    self.assertRegex(alt, r"\d")
            self.legible(page, path)
            page.context.close()
            shown += len(wanted)
        self.assertGreater(
            shown, 0, "no notebook has a figure: their outputs are missing"
        )

    def legible(self, page: Page, path: Path) -> None:
        """Figures keep their size in a narrow window, and what is cut is scrolled by
        keyboard: all can have the focus, the first is tried."""
        for view in ("phone", "twice"):
            look(page, view)
            scrollers = page.locator("main figure .course-scroll")
            found = scrollers.evaluate_all(SCROLLERS)
            for width, _room, stop in found:
                # The text of a figure 760 wide has 13 pixels.
                self.assertGreaterEqual(width, 640, f"{path.stem}, {view}")
                self.assertEqual(stop, 0, f"{path.stem}, {view}")
            if found:
                scrollers.first.focus()
                page.keyboard.press("ArrowRight")
                room = found[0][1]
                self.assertEqual(scrollers.first.evaluate(MOVED) > 0, room > 0)

    def test_solutions_are_folded_and_open_by_keyboard(self) -> None:
        for path in NOTEBOOKS:
            page = self.open(self.site / f"{path.stem}.html")
            solutions = page.locator(
                "main .jp-MarkdownCell details:not(.course-answer)"
            )
            visible = "all => all.map(d => d.querySelector('pre').checkVisibility())"
            self.assertNotIn(True, solutions.evaluate_all(visible), path.stem)
            solutions.first.locator("summary").press("Enter")
            self.assertTrue(
                solutions.first.locator("pre").first.is_visible(), path.stem
            )
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
                if not tried:
                    page.reload()
                    self.assertEqual(form.locator("input").input_value(), "300 ms")
                tried += 1
            page.context.close()
        self.assertGreater(tried, 0, "no guess in any notebook")

    def test_a_replay_plays_from_when_it_is_opened_by_keyboard(self) -> None:
        played = 0
        for path in NOTEBOOKS:
            if not any("<details" in html for _, html in figures_in(read(path))):
                continue
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
        with page.expect_navigation():  # to its end: a page half there has no links
            page.locator(".course-path a").first.click()
        walked = [page.url]
        while (link := page.locator("a[rel=next]").first).count():
            with page.expect_navigation():
                link.click()
            back = page.eval_on_selector_all(
                "a[rel=prev]", "all => all.map(a => a.href)"
            )
            self.assertEqual(set(back), {walked[-1]})
            walked.append(page.url)
        names = [Path(unquote(urlsplit(url).path)).stem for url in walked]
        self.assertEqual(names, [path.stem for path in NOTEBOOKS])

    def test_every_link_leads_somewhere(self) -> None:
        ids = {}
        links = {}
        for path in self.pages:
            html = path.read_text(encoding="utf-8")
            ids[path.name] = set(re.findall(r'\bid="([^"]*)"', html))
            links[path.name] = {
                unescape(a) for a in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', html)
            }
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

    def test_the_search_finds_sections_of_all_pages_without_a_server(self) -> None:
        page = self.open(self.site / "03-fibonacci.html")
        page.locator(".course-find input").fill("spawn_blocking")
        page.keyboard.press("Enter")
        results = page.locator("#results li")
        results.first.wait_for()
        page.screenshot(path=SHOTS / "index-search.png")
        self.assertRegex(page.inner_text("#found"), r"^\d+ sections with")
        self.assertEqual(page.input_value("#search"), "spawn_blocking")
        self.assertIn("spawn_blocking", results.first.inner_text())
        found = results.locator("a").evaluate_all("all => all.map(a => a.pathname)")
        self.assertGreater(len(set(found)), 1, "it finds one page only")
        page.fill("#search", "mutex poison")
        self.assertIn("A lock in the hand of a panic", results.first.inner_text())
        self.assertEqual(Axe().run(page, options=JUDGED["light"]).violations_count, 0)
        with page.expect_navigation():
            results.first.locator("a").click()
        place = page.locator(f"[id='{unquote(urlsplit(page.url).fragment)}']")
        self.assertIn("A lock in the hand", place.inner_text())
        page.go_back()
        results.first.wait_for()
        self.assertRegex(page.inner_text("#found"), r"^\d+ sections? with")
        page.fill("#search", "xylophone")
        self.assertEqual(page.inner_text("#found"), "No sections with “xylophone”.")
        self.assertEqual(results.count(), 0)

    def test_paper_is_white_shows_the_text_alone_and_cuts_nothing(self) -> None:
        for name in ("index", "05-advantages-and-disadvantages"):
            page = self.open(self.site / f"{name}.html", "dark")
            page.emulate_media(media="print", color_scheme="dark")
            page.set_viewport_size({"width": 700, "height": 990})  # A4
            page.screenshot(path=SHOTS / f"{name}-print.png")
            colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
            self.assertEqual(colour, "rgb(255, 255, 255)")
            for gone in ("nav", "form", ".course-skip"):
                shown = page.locator(f"{gone}:visible").count()
                self.assertEqual(shown, 0, f"{name}: {gone}")
            room = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            self.assertLessEqual(room, 0, name)
            page.context.close()


def look(page: Page, view: str) -> None:
    """Show a page in another colour scheme and width."""
    scheme, width = VIEWS[view]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})


def export(*arguments: str | Path) -> None:
    command = [*COURSE, "export", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def outside(url: str) -> list[str]:
    return [] if url.startswith(("file:", "data:")) else [url[:200]]
