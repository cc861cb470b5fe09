"""The page is loaded again, the network is gone, a cell is edited: all while a figure grows.

Run by `./kernel-setup.sh test`, with a network that is gone for seconds, and with `--long` for
the minute that a laptop sleeps.
"""

from __future__ import annotations

import os
import unittest
from contextlib import ExitStack
from time import monotonic, sleep

from nbformat.v4 import new_code_cell, new_notebook

from course.browser_tests.road import Road
from course.browser_tests.session import (
    SHOTS,
    Lab,
    copy_of_the_course,
    server_and_browser,
    text_of,
)
from course.notebook.files import save

LONG = bool(os.environ.get("LONG_TESTS"))
AWAY_SECONDS = 60 if LONG else 5
# A figure that grows a while longer than that.
SECONDS = AWAY_SECONDS + 8
SETUP = """:dep notebook = { path = "../crates/notebook" }
use notebook::{Dish, Job, LiveTimeline, Model};
let toast = Job::Cook { dish: Dish::Toast, time: std::time::Duration::from_secs(1) };"""
TIMELINE = (
    "let run = Model::Threads(2).run(&vec![toast.clone(); JOBS], &LiveTimeline)?;"
)
GROWING = ".jp-OutputArea svg[aria-label^='Timeline']"
EDIT = """source => {
  const book = window.jupyterapp.shell.currentWidget.content;
  book.activeCellIndex = book.widgets.findIndex(w => w.model.id === 'after');
  book.activeCell.model.sharedModel.setSource(source);
}"""


class Away(unittest.TestCase):
    """One server; for each test a page and a kernel."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = copy_of_the_course()
        SHOTS.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            both = server_and_browser("browser-away.log")
            cls.server, cls.browser = stack.enter_context(both)
            cls.road = Road(int(cls.server.url.rsplit(":", 1)[1]))
            stack.callback(cls.road.close)
            cls.server.url = cls.road.url
            cls.addClassCleanup(stack.pop_all().close)

    def begin(self, name: str, seconds: int) -> None:
        """Open a notebook and let its figure begin to grow."""
        path = self.folder / f"{name}.ipynb"
        timeline = TIMELINE.replace("JOBS", str(2 * seconds))
        cells = [("setup", SETUP), ("timeline", timeline)]
        cells.append(("after", 'println!("after");'))
        notebook = new_notebook(cells=[new_code_cell(code, id=i) for i, code in cells])
        save(notebook, path, "")
        self.lab = Lab(self.browser, self.server)
        self.addCleanup(self.lab.close)
        # What is not saved may be left.
        self.lab.page.on("dialog", lambda dialog: dialog.accept())
        self.lab.open(path)
        self.lab.until_idle("the kernel to start")
        self.lab.begin("notebook:run-all-cells")
        self.lab.page.locator(GROWING).wait_for(timeout=120_000)

    def cells(self, what: str, patience: float = 60) -> dict[str, dict]:
        """Return the cells once all are done; a dialog that tells of the network is closed."""
        begun = monotonic()
        while True:
            try:
                state = self.lab.until(done, what, patience)
                return {cell["id"]: cell for cell in state["cells"]}
            except AssertionError:
                if not self.lab.dialog() or monotonic() - begun > patience:
                    self.lab.page.screenshot(path=SHOTS / "away.png")
                    raise
                self.lab.page.locator(".jp-Dialog button").last.click()

    def assert_whole(self, cells: dict[str, dict], seconds: int) -> None:
        [figure] = cells["timeline"]["outputs"]
        self.assertIn("Timeline of 1 run", figure["data"]["text/plain"])
        self.assertIn(f"{2 * seconds} jobs", figure["data"]["text/plain"])
        self.assertEqual(text_of(cells["after"]), "after\n")
        self.assertEqual(len(cells["after"]["outputs"]), 1)

    def test_a_laptop_that_sleeps_while_a_figure_grows_shows_its_end(self) -> None:
        self.begin("asleep", SECONDS)
        self.road.lose()
        sleep(AWAY_SECONDS)
        self.road.come_back()
        back = monotonic()
        self.assert_whole(self.cells("the end after a sleep", SECONDS + 60), SECONDS)
        print(f"asleep for {AWAY_SECONDS} s, whole {monotonic() - back:.1f} s later")

    def test_what_ends_while_the_network_is_gone_is_shown_afterwards(self) -> None:
        seconds = max(2, AWAY_SECONDS // 2)
        self.begin("cut", seconds)
        self.road.break_off()
        sleep(AWAY_SECONDS)
        self.road.come_back()
        back = monotonic()
        self.assert_whole(self.cells("the end of what went on", 120), seconds)
        print(f"cut for {AWAY_SECONDS} s, whole {monotonic() - back:.1f} s later")

    def test_a_page_that_is_loaded_again_finds_its_kernel(self) -> None:
        self.begin("again", 4)
        self.lab.page.reload()
        self.lab.until(bool, "the notebook to open again")
        self.lab.until_idle("the end of what went on")
        self.lab.do("notebook:run-all-cells")
        self.assert_whole(self.cells("all cells to run again"), 4)

    def test_a_cell_that_is_edited_and_run_meanwhile_shows_the_new_alone(self) -> None:
        self.begin("edited", 4)
        self.lab.page.evaluate(EDIT, 'println!("edited");')
        self.assertEqual(self.lab.until(bool, "the state")["status"], "busy")
        self.lab.begin("notebook:run-cell")
        cells = self.cells("the edited cell")
        self.assertEqual(text_of(cells["after"]), "edited\n")
        cells["after"]["outputs"][0]["text"] = "after\n"
        self.assert_whole(cells, 4)


def done(state: dict | None) -> bool:
    cells = state["cells"] if state and state["status"] == "idle" else []
    return bool(cells) and all(c["count"] and not c["waiting"] for c in cells)


if __name__ == "__main__":
    unittest.main()
