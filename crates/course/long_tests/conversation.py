"""A kernel that is sent whole notebooks, as by *Run All* in JupyterLab; what it says is kept with
the cell that it says it of."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from time import monotonic

from jupyter_client.manager import KernelManager
from nbformat import NotebookNode

from course.notebook.cells import is_executed, tags
from course.notebook.files import read, replace_knobs
from course.tests.checkout import ROOT
from course.tests.waiting import wait_for

# Short waits: what takes time is compilation.
KNOBS = {"TIME_SCALE": "0.3"}
# What ends a cell, or begins one.
OWN = ("status", "execute_input")
SHOWN = ("display_data", "execute_result", "error")


@dataclass
class Sent:
    """A cell that was sent, and what was heard of it."""

    name: str
    published: list[dict] = field(default_factory=list)
    replies: list[dict] = field(default_factory=list)

    @property
    def status(self) -> str | None:
        return self.replies[0]["status"] if self.replies else None

    @property
    def is_over(self) -> bool:
        """There is an answer, and no more output is to come."""
        return bool(self.replies) and any(map(is_idle, self.published))

    @property
    def text(self) -> str:
        return "".join(m["content"].get("text", "") for m in self.published)

    @property
    def shown(self) -> list[str]:
        """The kinds of all that is not a stream, and does not change something."""
        return [m["msg_type"] for m in self.published if m["msg_type"] in SHOWN]

    def told(self) -> str:
        kinds = [m["msg_type"] for m in self.published]
        return f"{self.name}: {self.status}, {kinds}"


def is_idle(message: dict) -> bool:
    return message["content"].get("execution_state") == "idle"


def find(number: str) -> Path:
    """Return the notebook of this number."""
    [path] = (ROOT / "notebooks").glob(f"{number}-*.ipynb")
    return path


class Conversation:
    """One kernel and its one client, which hears everything."""

    def __init__(self, path: Path) -> None:
        notebook = read(path)
        if "TIME_SCALE" in str(notebook.cells):
            replace_knobs([notebook], KNOBS)
        self.cells = [cell for cell in notebook.cells if is_executed(cell)]
        self.sent: dict[str, Sent] = {}
        self.order: list[str] = []
        self.strays: list[dict] = []
        self.manager = KernelManager(kernel_name="rust")
        # In the folder of the notebook, as in JupyterLab.
        variables = os.environ | {"JPY_SESSION_NAME": path.name}
        self.manager.start_kernel(cwd=str(path.parent), env=variables)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=180)
        self.open = True
        self.listeners = [
            threading.Thread(target=self.listen, args=(channel, hear))
            for channel, hear in (
                (self.client.iopub_channel, self.published),
                (self.client.shell_channel, self.replied),
            )
        ]
        for listener in self.listeners:
            listener.start()

    def close(self) -> None:
        self.open = False
        for listener in self.listeners:
            listener.join()
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def listen(self, channel, hear) -> None:
        while self.open:
            try:
                message = channel.get_msg(timeout=0.2)
            except Empty:
                continue
            hear(self.sent.get(message["parent_header"].get("msg_id")), message)

    def published(self, sent: Sent | None, message: dict) -> None:
        """Keep it, and whatever comes where it must not."""
        if sent is None:
            return
        after = message["msg_type"] not in OWN and any(map(is_idle, sent.published))
        others = self.order[self.order.index(sent.name) + 1 :]
        # What a thread prints belongs to the last cell, until another one begins.
        if after and any(self.sent[name].published for name in others):
            self.strays.append(message)
        sent.published.append(message)

    def replied(self, sent: Sent | None, message: dict) -> None:
        if sent and message["msg_type"] == "execute_reply":
            sent.replies.append(message["content"])

    def send(self, cell: NotebookNode | None = None, code: str = "") -> Sent:
        """Send a cell, or code that is none of the notebook's."""
        code = cell.source if cell else code
        stop = not (cell and "raises-exception" in tags(cell))
        message = self.client.session.msg(
            "execute_request",
            {
                "code": code,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": stop,
            },
            metadata={"cellId": cell.id if cell else "probe"},
        )
        name = message["header"]["msg_id"]
        self.sent[name] = sent = Sent(name)
        self.order.append(name)
        self.client.shell_channel.send(message)
        return sent

    def send_all(self) -> list[Sent]:
        return [self.send(cell) for cell in self.cells]

    def until_over(self, sent: list[Sent], patience: float) -> float:
        """Wait until all is answered; return how long that took."""
        begun = monotonic()
        wait_for(
            "an answer to each cell",
            lambda: all(one.is_over for one in sent),
            patience,
            said=lambda: "; ".join(one.told() for one in sent if not one.is_over),
        )
        return monotonic() - begun

    def probe(self, number: int, patience: float = 60) -> float:
        """A next cell answers, and shows its own output alone; return after how long."""
        begun = monotonic()
        while True:
            sent = self.send(code=f'println!("probe {number}");')
            self.until_over([sent], patience)
            # Until a cell that was interrupted is answered, what is sent behind it is aborted.
            if sent.status != "aborted":
                break
        if (sent.status, sent.text, sent.shown) != ("ok", f"probe {number}\n", []):
            raise AssertionError(f"the next cell: {sent.told()}, {sent.text!r}")
        return monotonic() - begun

    def check(self) -> None:
        """Nothing came twice, and nothing where it must not."""
        if self.strays:
            raise AssertionError(f"output of a cell that was over: {self.strays[:3]}")
        for sent in self.sent.values():
            idle = sum(map(is_idle, sent.published))
            results = sent.shown.count("execute_result")
            if len(sent.replies) > 1 or idle > 1 or results > 1:
                raise AssertionError(f"doubled: {sent.told()}")
