"""The page of the board with thirty learners, as a projector shows it, light and dark."""

from __future__ import annotations

import unittest
import urllib.request

from playwright.sync_api import expect

from course.browser_tests.session import SHOTS, chromium, troubles_of
from course.tests.pupils import line, lines_of, mark, text
from course.tests.test_board import Serving


class TestPage(Serving):
    def test_thirty_learners_are_seen_in_both_themes(self) -> None:
        folder = self.root / "lines"
        self.open("--port", "0", "--folder", str(folder))
        for number in range(1, 31):
            told = b"".join(text(told) + b"\n" for told in lines_of(number))
            (folder / f"{mark(number)}.jsonl").write_bytes(told)
        SHOTS.mkdir(parents=True, exist_ok=True)
        with chromium() as browser:
            for theme in ("light", "dark"):
                self.look(browser, theme)
            self.watch(browser, folder)

    def look(self, browser, theme: str) -> None:
        size = {"width": 1280, "height": 720}
        page = browser.new_page(viewport=size, color_scheme=theme)
        wrong, asked = troubles_of(page), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(self.page)
        expect(page.locator("#dots-figure .guess")).to_have_count(30)
        page.click("#earlier")
        expect(page.locator("#dots-figure .measured")).to_have_count(30)
        self.assertEqual(page.locator("#dots-figure .guess").count(), 30)
        self.assertEqual(page.locator("#curves-figure .curve").count(), 91)
        page.screenshot(path=SHOTS / f"board-{theme}.png")
        page.select_option("#notebook", "06-when-to-use")
        self.assertGreater(page.locator("#progress-figure .trying").count(), 10)
        self.assertEqual(page.locator("#answers-figure .after").count(), 13)
        # All of it without scrolling.
        self.assertLessEqual(page.locator("body").bounding_box()["height"], 720)
        page.screenshot(path=SHOTS / f"board-quiz-{theme}.png")
        self.assertEqual(wrong, [])
        here = self.page.split("/board/")[0]
        self.assertEqual(
            [url for url in asked if not url.startswith((here, "data:"))], []
        )
        page.close()

    def watch(self, browser, folder) -> None:
        """The page changes by itself."""
        page = browser.new_page()
        page.goto(self.page)
        expect(page.locator("#count")).to_contain_text("30 learners", timeout=30_000)
        with (folder / f"{mark(31)}.jsonl").open("wb") as file:
            file.write(text(line(31)) + b"\n")
        expect(page.locator("#count")).to_contain_text("31 learners", timeout=30_000)
        with urllib.request.urlopen(self.page) as response:
            self.assertNotIn(b"http", response.read())


if __name__ == "__main__":
    unittest.main()
