"""The notebooks in JupyterLab, in a real browser.

Run by `./kernel-setup.sh test`. Screenshots for people to look at are left in
`target/screenshots/`.
"""

from __future__ import annotations

import subprocess
import sys
import unittest
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil

from course.browser_tests.session import (
    NOTEBOOKS,
    SHOTS,
    WORK,
    Lab,
    copy_of_the_course,
    figures_in,
    server_and_browser,
    text_of,
    unfold,
)
from course.notebook.files import clear, read, replace_knobs, save


def serial_breakfast(folder: Path) -> Path:
    """Return a notebook of the cells up to the serial breakfast, at a third of its time."""
    notebook = read(next(p for p in NOTEBOOKS if p.stem.endswith("breakfast")))
    clear(notebook)
    replace_knobs([notebook], {"TIME_SCALE": "0.35"})
    last = next(i for i, c in enumerate(notebook.cells) if c.id == "run-sequence")
    notebook.cells = notebook.cells[: last + 1]
    path = folder / "serial-breakfast.ipynb"
    save(notebook, path, "")
    return path


class InJupyterLab(unittest.TestCase):
    """One server for all; a window for each test, and a kernel where cells run."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = copy_of_the_course()
        SHOTS.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            both = server_and_browser("browser-lab.log")
            cls.server, cls.browser = stack.enter_context(both)
            cls.addClassCleanup(stack.pop_all().close)

    def setUp(self) -> None:
        self.lab = Lab(self.browser, self.server)
        self.addCleanup(self.lab.close)

    def start(self, path: Path) -> None:
        self.lab.open(path)
        state = self.lab.until_idle("the kernel to start without a question")
        self.assertEqual(state["name"], "Rust")

    def test_0_it_listens_here_alone_and_answers_who_has_its_token(self) -> None:
        port = int(self.server.url.rsplit(":", 1)[1])
        listening = {
            one.laddr.ip
            for one in psutil.net_connections("tcp")
            if one.status == psutil.CONN_LISTEN and one.laddr.port == port
        }
        self.assertLessEqual(listening, {"127.0.0.1", "::1"})
        self.assertGreater(len(listening), 0)
        self.assertEqual(self.server.ask("/api/kernels"), [])
        for token in ("", "0" * len(self.server.token)):
            for body in (None, b'{"name": "rust"}'):
                url = f"{self.server.url}/api/kernels?token={token}"
                with self.assertRaises(HTTPError) as refused:
                    urlopen(url, body, timeout=60)
                self.assertEqual(refused.exception.code, 403)
                refused.exception.close()
        self.assertEqual(self.server.ask("/api/kernels"), [])

    def test_1_the_first_notebook_runs_to_its_end(self) -> None:
        self.start(self.folder / NOTEBOOKS[0].name)
        self.lab.do("notebook:run-all-cells")
        # JupyterLab calls a cell done before it has the number of its run.
        state = self.lab.until(
            lambda state: all(cell["count"] for cell in state["cells"]),
            "each cell of the first notebook to have run",
            120,
        )
        for cell, wanted in zip(state["cells"], code_cells(NOTEBOOKS[0]), strict=True):
            error = any(output["output_type"] == "error" for output in cell["outputs"])
            expected = "raises-exception" in wanted.metadata.get("tags", [])
            self.assertEqual(error, expected, f"cell {cell['id']}: {cell['outputs']}")
        self.assertEqual(self.lab.dialog(), "")

    def test_2_saved_figures_show_where_nothing_is_trusted(self) -> None:
        shown = 0
        for path in NOTEBOOKS:
            with self.subTest(notebook=path.stem):
                lab = Lab(self.browser, self.server)
                self.addCleanup(lab.close)
                lab.start_no_kernel()
                lab.open(self.folder / path.name)
                wanted = figures_in(read(path))
                lab.page.wait_for_timeout(500)
                lab.page.screenshot(path=SHOTS / f"{path.stem}-first-screen.png")
                self.assertFalse(
                    all(c["trusted"] for c in lab.until(bool, "cells")["cells"])
                )
                for cell, _ in wanted:
                    self.assert_figure_shows(lab, cell)
                shown += len(wanted)
                lab.close()
        self.assertGreater(
            shown, 0, "no notebook has a figure: their outputs are missing"
        )

    def assert_figure_shows(self, lab: Lab, cell: str) -> None:
        # A cell out of sight has no place in the page yet.
        lab.page.evaluate(
            """id => { const book = window.jupyterapp.shell.currentWidget.content;
                 const index = book.widgets.findIndex(w => w.model.id === id);
                 book.activeCellIndex = index; return book.scrollToItem(index); }""",
            cell,
        )
        image = lab.page.locator(".jp-mod-active figure img").first
        image.wait_for(state="attached", timeout=30_000)
        unfold(lab.page)
        image.wait_for(timeout=30_000)
        size = image.evaluate(
            "i => i.decode().then(() => [i.naturalWidth, i.clientWidth])"
        )
        self.assertGreater(min(size), 300, f"figure of cell {cell} is not shown")

    def test_3_a_notebook_is_interrupted_run_again_and_completed(self) -> None:
        self.start(serial_breakfast(self.folder))
        self.lab.begin("notebook:restart-run-all")
        self.lab.page.locator(".jp-Dialog button.jp-mod-accept").click()
        # Lines come live.
        state = self.lab.until(self.is_cooking, "the first dish, while its cell runs")
        self.lab.do("notebook:interrupt-kernel")
        state = self.lab.until_idle("the end of the interrupted cell")
        self.assertNotIn("Breakfast is ready", text_of(state["cells"][-1]))
        self.lab.do("notebook:run-all-cells")
        state = self.lab.until_idle("the second run")
        self.assertIn("Breakfast is ready", text_of(state["cells"][-1]))
        for cell in state["cells"]:
            self.assertIsNotNone(cell["count"], f"cell {cell['id']} did not run")
        self.assert_completion_shows_documentation()

    @staticmethod
    def is_cooking(state: dict) -> bool:
        cell = state["cells"][-1]
        text = text_of(cell)
        return cell["waiting"] and "omelet is ready" in text and "Breakfast" not in text

    def assert_completion_shows_documentation(self) -> None:
        self.lab.do("notebook:insert-cell-below")
        self.lab.do("notebook:enter-edit-mode")
        page = self.lab.page
        page.keyboard.type("lower_bou")
        self.lab.do("completer:invoke-notebook")
        item = page.locator(".jp-Completer-item", has_text="lower_bound").first
        item.wait_for(timeout=60_000)
        self.assertIn("work, longest, workers", item.inner_text())
        panel = page.locator(".jp-Completer-docpanel", has_text="longest job")
        panel.wait_for(timeout=60_000)
        page.screenshot(path=SHOTS / "completion.png")
        page.keyboard.press("Enter")
        item.wait_for(state="hidden")
        inserted = page.locator(".jp-mod-active .cm-line").last
        self.assertEqual(inserted.inner_text(), "lower_bound(work, longest, workers)")
        page.keyboard.press("Shift+Tab")
        tooltip = page.locator(".jp-Tooltip")
        tooltip.wait_for(timeout=60_000)
        page.screenshot(path=SHOTS / "documentation.png")
        self.assertIn("longest job", tooltip.inner_text())

    def test_4_save_and_export_from_the_menu_gives_the_figures(self) -> None:
        path = next(p for p in NOTEBOOKS if figures_in(read(p)))
        self.start(self.folder / path.name)
        page = self.lab.page
        page.get_by_role("menuitem", name="File", exact=True).click()
        page.get_by_text("Save and Export Notebook As").hover()
        page.get_by_role("menuitem", name="HTML", exact=True).click()
        # Sanitizing removes every image, whatever it shows.
        page.get_by_label("Sanitize HTML output").uncheck()
        with page.expect_download() as download:
            page.locator(".jp-Dialog button.jp-mod-accept").click()
        exported = WORK / "from-the-menu.html"
        download.value.save_as(exported)
        self.assert_shows_figures(exported, path)

    def test_5_plain_nbconvert_gives_the_figures(self) -> None:
        path = next(p for p in NOTEBOOKS if figures_in(read(p)))
        nbconvert = [
            sys.executable,
            "-E",
            "-m",
            "nbconvert",
            "--to=html",
            "--log-level=ERROR",
        ]
        subprocess.run(
            [*nbconvert, "--output-dir", WORK, "--output=plain", path], check=True
        )
        self.assert_shows_figures(WORK / "plain.html", path)

    def assert_shows_figures(self, exported: Path, notebook: Path) -> None:
        context = self.browser.new_context(offline=True)
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(exported.as_uri())
        images = page.locator("figure img")
        widths = images.evaluate_all("all => all.map(image => image.naturalWidth)")
        self.assertEqual(len(widths), len(figures_in(read(notebook))))
        self.assertGreater(min(widths), 300)


def code_cells(path: Path) -> list:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]
