"""Displays that change while a cell runs, in JupyterLab in a real browser.

Run by `./kernel-setup.sh test`. Screenshots of a growing timeline are left in
`target/screenshots/`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import unittest
from contextlib import ExitStack

from nbformat.v4 import new_code_cell, new_notebook

from course.browser_tests.session import (
    SHOTS,
    WORK,
    Lab,
    copy_of_the_course,
    server_and_browser,
)
from course.notebook.files import read, save

SETUP = """:dep notebook = { path = "../crates/notebook" }
use notebook::{BreakEven, Job, Live, LiveTimeline, Model, fib::n_taking};
use std::time::Duration;
let n = n_taking(Duration::from_secs(2));"""
TIMELINE = """let jobs: Vec<Job> = [1, 2, 1, 3, 0, 2].map(|less| Job::Fib(n - less)).into();
let run = Model::Threads(2).run(&jobs, &LiveTimeline)?;"""
BAR = """let even = BreakEven::measure(&[30, 31, 32, n - 4], &[Model::Serial], 3, &Live)?;
&even"""
# Keeps whatever stands in a cell's outputs, each time it changes, and whether a gap was
# seen: a picture that is gone for a moment makes the page jump.
KEEP = """() => {
  window.seen = [];
  const book = document.querySelector('.jp-Notebook');
  const look = () => {
    const marks = [...book.querySelectorAll('.jp-OutputArea-output')].map(output => ({
      svg: output.querySelector('svg[aria-label]')?.getAttribute('aria-label') ?? null,
      images: output.querySelectorAll('img').length,
      bar: output.querySelector('progress')?.value ?? null,
      height: output.getBoundingClientRect().height,
    }));
    const now = JSON.stringify(marks);
    if (now !== window.seen.at(-1)) window.seen.push(now);
    requestAnimationFrame(look);
  };
  look();
}"""


class LiveDisplays(unittest.TestCase):
    """One notebook, run once: what was seen meanwhile, and what is left of it."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.path = copy_of_the_course() / "live.ipynb"
        cells = [("setup", SETUP), ("timeline", TIMELINE), ("bar", BAR)]
        notebook = new_notebook(cells=[new_code_cell(code, id=i) for i, code in cells])
        save(notebook, cls.path, "")
        SHOTS.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            both = server_and_browser("browser-live.log")
            server, browser = stack.enter_context(both)
            lab = Lab(browser, server)
            lab.open(cls.path)
            lab.until_idle("the kernel to start")
            lab.page.evaluate(KEEP)
            lab.begin("notebook:run-all-cells")
            growing = lab.page.locator(".jp-OutputArea svg[aria-label^='Timeline']")
            growing.wait_for(timeout=120_000)
            # A screenshot may take as long as some jobs: no number of them is waited for.
            for number in range(1, 4):
                lab.page.wait_for_timeout(1000)
                lab.page.screenshot(path=SHOTS / f"growing-timeline-{number}.png")
            lab.page.locator(".jp-OutputArea progress").wait_for(timeout=60_000)
            lab.page.screenshot(path=SHOTS / "bar.png")
            lab.until_idle("the end of all cells")
            lab.page.wait_for_timeout(500)
            lab.page.screenshot(path=SHOTS / "growing-timeline-4.png")
            cls.seen = lab.page.evaluate("window.seen.map(JSON.parse)")
            lab.do("docmanager:save")
            cls.saved = read(cls.path)

    def test_the_picture_grows_while_the_cell_runs(self) -> None:
        words = [out["svg"] for outputs in self.seen for out in outputs if out["svg"]]
        done = [int(re.search(r"(\d) of 6 jobs", text)[1]) for text in words]
        self.assertEqual(done, sorted(done), "jobs end one after the other")
        self.assertGreater(len(set(done)), 1, done)
        self.assertGreater(len(set(words)), 5, "pictures were seen")

    def test_the_page_does_not_jump_meanwhile(self) -> None:
        heights = [
            out["height"] for outputs in self.seen for out in outputs if out["svg"]
        ]
        # Once both lanes are there, each picture is as high as the one before.
        self.assertLess(max(heights[3:]) - min(heights[3:]), 3, heights)

    def test_the_bar_moves_in_its_place(self) -> None:
        values = [
            out["bar"]
            for outputs in self.seen
            for out in outputs
            if out["bar"] is not None
        ]
        self.assertEqual(values, sorted(values))
        self.assertGreater(len(set(values)), 2, values)
        bars = [sum(out["bar"] is not None for out in outputs) for outputs in self.seen]
        self.assertEqual(max(bars), 1)

    def test_what_is_saved_is_the_last_state_alone(self) -> None:
        cells = {cell.id: cell for cell in self.saved.cells}
        [figure] = cells["timeline"].outputs
        html = figure.data["text/html"]
        self.assertEqual((html.count("<img "), html.count("<svg")), (1, 0))
        self.assertIn("Timeline of 1 run", figure.data["text/plain"])
        bar, lines = cells["bar"].outputs
        self.assertRegex(bar.data["text/plain"], r"^16 steps in \d")
        self.assertIn("<img ", lines.data["text/html"])

    def test_an_export_shows_the_last_state_alone(self) -> None:
        convert = [sys.executable, "-E", "-m", "nbconvert", "--to=html"]
        convert += [
            "--log-level=ERROR",
            "--output-dir",
            WORK,
            "--output=live",
            self.path,
        ]
        subprocess.run(convert, check=True)
        page = (WORK / "live.html").read_text()
        self.assertEqual(page.count('<img alt="Timeline of 1 run'), 1)
        self.assertNotIn("Timeline, growing", page)
        self.assertEqual(page.count("<progress "), 1)
