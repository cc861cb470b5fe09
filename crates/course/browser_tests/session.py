"""The system's Chromium and a JupyterLab of the tests' own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from course.tests.checkout import ROOT
from course.tests.waiting import PATIENCE, wait_for

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SHOTS = ROOT / "target" / "screenshots"
WORK = ROOT / "target" / "browser"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox: it does not start for root, as in a container. The rest keeps Chromium from
# asking its maker's servers for this and that.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def copy_of_the_course() -> Path:
    """Lay out copies of the notebooks as in the checkout: JupyterLab saves what it opens."""
    shutil.rmtree(WORK, ignore_errors=True)
    folder = WORK / "notebooks"
    folder.mkdir(parents=True)
    (WORK / "crates").symlink_to(ROOT / "crates")
    (WORK / "target").symlink_to(ROOT / "target")
    for path in NOTEBOOKS:
        shutil.copy(path, folder)
    if (images := ROOT / "notebooks" / "images").is_dir():
        shutil.copytree(images, folder / "images")
    return folder


def troubles_of(page: Page) -> list[str]:
    """Return a list that grows by whatever goes wrong in the page from now on."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url[:200]))
    return wrong


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's browser; playwright's own would be another download."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise FileNotFoundError(f"none of {', '.join(NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Server:
    """JupyterLab as `./kernel-setup.sh lab` starts it, in the checkout. Without spare
    kernels, which would take the processors from what is tested."""

    def __init__(self, log: Path, **variables: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.token = ""
        self.log = log
        command = [ROOT / "kernel-setup.sh", "lab", "--as-published"]
        command += ["--no-browser", f"--port={port}"]
        # A place of its own for signatures: what the reader has run is trusted, here
        # nothing is. The application is exposed so that tests can run its commands.
        command += [
            "--ServerApp.port_retries=0",
            "--NotebookNotary.db_file=:memory:",
            "--LabApp.expose_app_in_browser=True",
        ]
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | {"WARM_KERNEL_SPARE": "0"} | variables,
            )

    def wait(self) -> None:
        """Wait until it answers."""
        wait_for("JupyterLab to answer", self.answers, pause=0.2, said=self.said)

    def answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"JupyterLab has ended {self.said()}")
        # It makes one by itself, and tells it in the terminal alone.
        told = re.search(rf"{self.url}/\S*\btoken=(\w+)", self.said())
        if not told:
            return False
        self.token = told[1]
        try:
            self.ask("/api")
        except OSError:
            return False
        return True

    def ask(self, path: str, request: dict | None = None):
        """What its own pages ask; a request is posted."""
        body = None if request is None else json.dumps(request).encode()
        url = f"{self.url}{path}?token={self.token}"
        with urllib.request.urlopen(url, body, timeout=60) as answer:
            return json.load(answer)

    def said(self) -> str:
        return f"and said:\n{self.log.read_text(errors='replace')[-3000:]}"

    def stop(self) -> None:
        """End it and its kernels."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


# What a test wants to know of the open notebook.
STATE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const session = panel?.sessionContext;
  if (!panel?.content?.model || !session) return null;
  const cells = panel.content.widgets.filter(w => w.model.type === 'code').map(w => ({
    id: w.model.id,
    count: w.model.executionCount,
    waiting: w.model.executionState === 'running',
    trusted: w.model.trusted,
    outputs: w.model.outputs.toJSON(),
  }));
  const kernel = session.session?.kernel;
  return {name: session.kernelDisplayName, status: kernel?.status, ready: session.isReady,
          path: panel.context.path, cells};
}"""
COMMAND = "([name, args]) => window.jupyterapp.commands.execute(name, args)"


@contextmanager
def server_and_browser(log: str) -> Iterator[tuple[Server, Browser]]:
    """Start a JupyterLab, which writes to this log, and a browser."""
    server = Server(ROOT / "target" / log)
    try:
        server.wait()
        with chromium() as browser:
            yield server, browser
    finally:
        server.stop()


class Lab:
    """JupyterLab in a browser window with one notebook open."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page: Page = self.context.new_page()
        self.server = server

    def start_no_kernel(self) -> None:
        """From now on what is opened waits for a kernel, as it does at first."""

        def hold(route: Route) -> None:
            if route.request.method != "POST":
                route.continue_()

        self.page.route("**/api/sessions*", hold)

    def open(self, path: Path) -> None:
        """Open a notebook, and nothing of what was open before."""
        where = path.relative_to(ROOT)
        url = f"{self.server.url}/lab/workspaces/tests/tree/{where}"
        self.page.goto(f"{url}?reset&token={self.server.token}")
        self.until(lambda s: s and s["path"] == str(where), f"{where} to open")

    def until(self, happened, what: str, patience: float = PATIENCE) -> dict:
        """Wait for something in the notebook; return its state."""

        def look() -> dict | None:
            state = self.page.evaluate(STATE)
            if happened(state):
                return state
            if dialog := self.dialog():
                problem = f"a dialog came up while waiting for {what}: {dialog}"
                raise AssertionError(problem)
            return None

        return wait_for(
            what, look, patience, 0.05, lambda: brief(self.page.evaluate(STATE))
        )

    def until_idle(self, what: str, patience: float = PATIENCE) -> dict:
        def idle(state: dict | None) -> bool:
            waiting = state and any(cell["waiting"] for cell in state["cells"])
            return bool(state) and state["status"] == "idle" and not waiting

        return self.until(idle, what, patience)

    def do(self, command: str, **arguments: object) -> None:
        self.page.evaluate(COMMAND, [command, arguments])

    def begin(self, command: str) -> None:
        """Run a command without waiting for its end."""
        self.page.evaluate("c => { window.jupyterapp.commands.execute(c); }", command)

    def dialog(self) -> str:
        found = self.page.locator(".jp-Dialog")
        return found.first.inner_text() if found.count() else ""

    def close(self) -> None:
        """Close the window; unsaved changes go with it."""
        self.context.close()


def text_of(cell: dict) -> str:
    """Return what a cell printed."""
    return "".join(str(output.get("text", "")) for output in cell["outputs"])


def brief(state: dict | None) -> str:
    if not state:
        return "no notebook is open"
    counts = {
        cell["id"]: "*" if cell["waiting"] else cell["count"] for cell in state["cells"]
    }
    return f"kernel {state['name']} is {state['status']}, cells {counts}"


def unfold(page: Page, what: str = ".course-answer, figure details") -> None:
    """Open the answers to guesses, and the figures that are shown on request."""
    page.locator(what).evaluate_all("all => all.forEach(d => d.open = true)")


def figures_in(notebook) -> list[tuple[str, str]]:
    """Return cell id and HTML of each saved figure."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            found += [
                (cell.id, figure)
                for figure in re.findall(r"<figure.*?</figure>", html, re.DOTALL)
            ]
    return found
