"""A kernel for the minutes in which the Rust kernel is built.

It answers at once. A cell is told how far the build is. When the kernel is there, this process
becomes it: same process, same ports, and the cells that wait are handed over to be run.
"""

from __future__ import annotations

import asyncio
import json
import os
from html import escape
from pathlib import Path
from time import monotonic

from course.set_up import kernelspec, progress
from course.set_up.wire import Request, Wire

LOOK = 0.5
# Between two steps nobody may hold the lock for a moment.
PATIENCE = 5
# As the kernel says it: it stands in notebooks, which another spelling would change.
LANGUAGE = {
    "name": "Rust",
    "version": "",
    "mimetype": "text/rust",
    "file_extension": ".rs",
    "pygment_lexer": "rust",
    "codemirror_mode": "rust",
}
INFO = {
    "status": "ok",
    "protocol_version": "5.4",
    "implementation": "stand-in",
    "implementation_version": "1",
    "language_info": LANGUAGE,
    "banner": "Rust, which is still being built",
    "help_links": [],
}
ANSWERS = {
    "kernel_info_request": INFO,
    "is_complete_request": {"status": "unknown"},
    "history_request": {"status": "ok", "history": []},
    "comm_info_request": {"status": "ok", "comms": {}},
    "inspect_request": {"status": "ok", "found": False, "data": {}, "metadata": {}},
}
STOPPED = "The set-up does not go on: the server that it belonged to was closed."
CURE = (
    "Run ./kernel-setup.sh in a terminal; this kernel gets ready by itself, then run"
    " the cell again."
)


def main(root: Path, connection_file: Path) -> int:
    """Serve until the kernel is there or the end is asked for."""
    if command := kernelspec.command_of_kernel(root, connection_file):
        os.execv(command[0], command)
    stand_in = StandIn(root, connection_file)
    if not asyncio.run(stand_in.serve()):
        stand_in.wire.close()
        return 0
    stand_in.become_the_kernel()
    return 1


class StandIn:
    """Answers, and keeps the cells that wait."""

    def __init__(self, root: Path, connection_file: Path) -> None:
        self.root, self.file = root, connection_file
        self.state = root / "target" / "setup"
        self.wire = Wire(connection_file)
        self.waiting: list[Request] = []
        self.shown = ""
        self.alone_since: float | None = None

    async def serve(self) -> bool:
        """Answer; True once the kernel is there, False if the end is asked for."""
        self.wire.status("starting")
        tasks = [self.shell(), self.control(), self.wire.heartbeat(), self.look()]
        tasks = [asyncio.ensure_future(task) for task in tasks]
        done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
        return next(iter(done)).result()

    def become_the_kernel(self) -> None:
        """Hand the ports and the cells over."""
        for request in self.wire.rest():
            self.asked(request)
        if self.waiting:
            self.wire.publish("clear_output", {"wait": False}, self.waiting[0])
        self.wire.close()
        command = kernelspec.command_of_kernel(self.root, self.file)
        if self.waiting:
            unanswered = self.file.with_suffix(".unanswered")
            pairs = [request.pair() for request in self.waiting]
            unanswered.write_text(json.dumps(pairs), encoding="utf-8")
            command += ["--unanswered", str(unanswered)]
        os.execv(command[0], command)

    async def shell(self) -> bool:
        while True:
            self.asked(await self.wire.next("shell"))

    async def control(self) -> bool:
        """Answer what is asked out of turn; ends when the end is asked for."""
        while True:
            request = await self.wire.next("control")
            answer = ANSWERS.get(request.kind, {"status": "ok"})
            if request.kind == "shutdown_request":
                answer = {"status": "ok", "restart": request.content["restart"]}
            self.wire.answer("control", request, answer)
            if request.kind == "interrupt_request":
                self.refuse("Interrupted", "The cell does not wait any longer.")
            if request.kind == "shutdown_request":
                return False

    async def look(self) -> bool:
        """Follow the build; ends when the kernel is there, or the server is not."""
        server = os.getppid()
        while kernelspec.command_of_kernel(self.root, self.file) is None:
            if os.getppid() != server:
                return False
            self.tell()
            await asyncio.sleep(LOOK)
        return True

    def tell(self) -> None:
        """Tell the first cell that waits how far it is, or all that it failed."""
        if progress.goes_on(self.state):
            self.alone_since = None
        elif self.alone_since is None:
            self.alone_since = monotonic()
        if self.waiting and self.is_over():
            reason = progress.failure(self.state) or STOPPED
            self.refuse("SetUpFailed", f"{reason.rstrip()}\n{CURE}")
        elif self.waiting:
            self.show(progress.look(self.state))

    def is_over(self) -> bool:
        return self.alone_since is not None and (
            monotonic() - self.alone_since > PATIENCE
            or bool(progress.failure(self.state))
        )

    def show(self, doing: progress.Progress | None) -> None:
        """Show it in the cell that is first in the queue, in place of what stood there.

        Anew each time: an update changes nothing in a page that missed what came first.
        """
        first, words = self.waiting[0], f"{doing or ''}".rstrip(". ")
        text = (
            f"The Rust kernel is still being built. {words}{'. ' if words else ''}This"
            " cell runs by itself as soon as the kernel is ready. Meanwhile read: the"
            " folder notebooks has the course with its outputs."
        )
        if text == self.shown:
            return
        self.shown = text
        html = f"<p>{escape(text)}</p>{bar(doing)}"
        data = {"text/plain": text, "text/html": html}
        if first.shown:
            self.wire.publish("clear_output", {"wait": True}, first)
        self.wire.publish("display_data", {"data": data, "metadata": {}}, first)
        first.shown = True

    def asked(self, request: Request) -> None:
        """Take a request of the shell channel: a cell waits, all else has an answer."""
        if request.kind == "execute_request":
            self.wire.status("busy", request)
            self.waiting.append(request)
        elif request.kind == "complete_request":
            at = request.content.get("cursor_pos", 0)
            nothing = {"matches": [], "cursor_start": at, "cursor_end": at}
            answer = {"status": "ok", "metadata": {}, **nothing}
            self.wire.answer("shell", request, answer)
        elif request.kind in ANSWERS:
            self.wire.answer("shell", request, ANSWERS[request.kind])

    def refuse(self, name: str, reason: str) -> None:
        """Answer the first cell with an error; what waits behind it is not run."""
        words = {"ename": name, "evalue": reason, "traceback": reason.splitlines()}
        for number, cell in enumerate(self.waiting):
            status = "aborted" if number else "error"
            if not number:
                if cell.shown:
                    self.wire.publish("clear_output", {"wait": True}, cell)
                self.wire.publish("error", words, cell)
            answer = {"status": status, "execution_count": 0, **words}
            self.wire.reply("shell", cell, answer)
            self.wire.status("idle", cell)
        self.waiting, self.shown = [], ""


def bar(doing: progress.Progress | None) -> str:
    counted = doing and doing.counted()
    if not counted:
        return ""
    value, most = counted
    return f'<progress value="{value}" max="{most}" aria-label="crates"></progress>'
