"""One notebook on a kernel of its own, by nbclient."""

from __future__ import annotations

import argparse
import asyncio
import atexit
import re
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from queue import Empty
from time import monotonic

from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionComplete,
    CellTimeoutError,
    DeadKernelError,
)
from nbformat import NotebookNode

from course.notebook import shown
from course.notebook.cells import is_executed, tags
from course.notebook.files import KERNELSPEC
from course.notebook.verdict import Failure, claims, judge, private_paths

KERNEL_START_SECONDS = 120
SILENCE_SECONDS = 4.5
# What asks a run to end.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# evcxr says that a cell is done before its last stderr lines are out. They are added to
# the cell while the next one runs; where that would be too late, they are waited for.
LATE_LINE_SECONDS = 0.1
LATE_LINES_SECONDS = 2.0
# How a claim ends that two things are equal.
EQUALITY = re.compile(r", claimed: (?!at least|at most|more than|less than)")


class CellFailed(Exception):
    """Ends a notebook at its first failure."""


class Runner(NotebookClient):
    """Runs a notebook with progress lines, and ends cleanly on Ctrl-C."""

    def __init__(
        self, name: str, notebook: NotebookNode, options: argparse.Namespace
    ) -> None:
        super().__init__(
            notebook,
            kernel_name=KERNELSPEC["name"],
            resources={"metadata": {"path": str(options.folder)}},
            startup_timeout=KERNEL_START_SECONDS,
            timeout=options.timeout,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": "Timeout", "evalue": "", "traceback": []},
            iopub_timeout=60,
            raise_on_iopub_timeout=True,
            allow_errors=True,  # judge() decides
            coalesce_streams=True,
            record_timing=False,
            store_widget_state=False,
            on_notebook_start=self.kernel_is_ready,
            on_cell_executed=self.take_late_lines,
        )
        self.name = name
        self.options = options
        self.private = private_paths(options.root)
        self.total = sum(map(is_executed, notebook.cells))
        self.done = 0
        self.failures = 0
        self.failed: set[str] = set()
        self.ran: dict[str, tuple[NotebookNode, int]] = {}
        self.late: list[NotebookNode] = []
        self.claims: Counter[str] = Counter()
        # Claims that two things are equal, and they are not: no machine is too slow for that.
        self.unequal: list[str] = []
        self.stopped = False
        self.task: asyncio.Task | None = None
        self.doing = "starting the kernel"
        self.since = self.last_line = monotonic()

    async def run(self) -> None:
        """Execute the notebook and count what happened."""
        self.since = monotonic()  # not when it was made: it may have waited for others
        self.task = asyncio.current_task()
        if self.stopped:
            raise KeyboardInterrupt
        talking = asyncio.create_task(self.keep_talking())
        try:
            # On stdout evcxr names the configuration that it loads.
            await self.async_execute(stdout=subprocess.DEVNULL)
        except CellFailed:
            pass
        except (DeadKernelError, asyncio.CancelledError, RuntimeError) as error:
            if self.stopped:  # nbclient takes a cancelled task for a dead kernel
                raise KeyboardInterrupt from None
            self.fail(self.doing, Failure(str(error)))
        except CellTimeoutError as error:  # a reply without its outputs
            self.fail(self.doing, Failure(str(error)))
        finally:
            talking.cancel()
            if (
                self.km is None
            ):  # nothing left to do at exit; nbclient would trip over it
                atexit.unregister(self._cleanup_kernel)

    async def async_start_new_kernel(self, **kwargs) -> None:
        """Start the kernel; from here on a signal ends the run cleanly."""
        # nbclient's own handlers end the kernel under the running cell: it hangs.
        with suppress(RuntimeError):  # a thread gets none: who began it calls `stop`
            for number in ENDING:
                self.task.get_loop().add_signal_handler(number, self.stop)
        await super().async_start_new_kernel(**kwargs)

    def stop(self) -> None:
        """End the run, from any thread: it raises KeyboardInterrupt when its kernel has ended."""
        if self.stopped:
            return
        self.stopped = True
        self.say("stopping the kernel")
        if self.task:
            with suppress(RuntimeError):  # it is over
                self.task.get_loop().call_soon_threadsafe(self.task.cancel)

    def kernel_is_ready(self, notebook) -> None:
        self.say(f"kernel ready  {monotonic() - self.since:.2f} s")

    async def async_execute_cell(
        self, cell, cell_index, *_args, **_kwargs
    ) -> NotebookNode:
        """Execute a cell, say so, and judge it."""
        if not is_executed(cell):
            return cell
        self.done += 1
        self.doing = f"{self.done}/{self.total}  {cell.id}"
        self.since = monotonic()
        # Without nbclient's count the cell keeps the kernel's own, as in JupyterLab.
        await super().async_execute_cell(cell, cell_index)
        self.say(f"{self.doing}  {self.seconds:.2f} s")
        self.doing, self.since = "ending the kernel", monotonic()
        self.count_claims(cell)
        if self.timed_out:
            self.fail_cell(cell, Failure(f"no answer within {self.options.timeout} s"))
        else:
            self.judge(cell)
        while self.late:
            self.judge(self.late.pop())
        return cell

    def judge(self, cell: NotebookNode) -> None:
        """Fail for what the cell did, but only once."""
        if cell.id not in self.failed and (failure := judge(cell, self.private)):
            self.fail_cell(cell, failure)

    def fail_cell(self, cell: NotebookNode, failure: Failure) -> None:
        self.failed.add(cell.id)
        first_line = cell.source.strip().splitlines()[0]
        self.fail(f"cell {cell.id}: {first_line}", failure)
        if not self.options.keep_going:
            raise CellFailed

    async def take_late_lines(self, cell, cell_index, execute_reply) -> None:
        """Note which cell this reply is for; wait for its late lines if need be."""
        self.seconds = monotonic() - self.since
        self.timed_out = execute_reply["content"].get("ename") == "Timeout"
        self.ran[execute_reply["parent_header"]["msg_id"]] = cell, cell_index
        if self.done < self.total and "stderr-expected" not in tags(cell):
            return
        end = monotonic() + LATE_LINES_SECONDS
        while monotonic() < end:
            try:
                message = await self.kc.iopub_channel.get_msg(timeout=LATE_LINE_SECONDS)
            except Empty:
                return
            self.add_late_line(message)

    def add_late_line(self, message: dict) -> None:
        """Add a line that came after the reply to the cell that wrote it."""
        ran = self.ran.get(message["parent_header"].get("msg_id"))
        if ran and message["msg_type"] == "stream":
            self.process_message(message, *ran)
            self.late.append(ran[0])

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index) -> None:
        """Do as nbclient does, and take the late lines of earlier cells."""
        while True:
            message = await self.kc.iopub_channel.get_msg(timeout=None)
            if message["parent_header"].get("msg_id") != parent_msg_id:
                self.add_late_line(message)
                continue
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return

    def count_claims(self, cell: NotebookNode) -> None:
        for verdict, text in claims(cell):
            self.claims[verdict] += 1
            if verdict == "fails":
                self.say(f"warning: cell {cell.id}: a claim does not hold here")
                print(shown.line(text), flush=True)
                if EQUALITY.search(text):
                    self.unequal.append(f"cell {cell.id}: a claim of equality fails")

    def fail(self, where: str, failure: Failure) -> None:
        self.failures += 1
        report = shown.report(failure.report, colours=sys.stdout.isatty())
        lines = f"FAILED {shown.line(where)}\n  {shown.line(failure.reason)}"
        self.tell(f"{lines}\n{report}".rstrip())

    def say(self, text: str) -> None:
        self.tell(shown.line(text))

    def tell(self, text: str) -> None:
        """Print what steers no terminal."""
        self.last_line = monotonic()
        print(f"{self.name}  {text}\n", end="", flush=True)  # in one piece

    async def keep_talking(self) -> None:
        """Never be silent for five seconds."""
        while True:
            await asyncio.sleep(self.last_line + SILENCE_SECONDS - monotonic())
            if monotonic() - self.last_line >= SILENCE_SECONDS:
                self.say(f"{self.doing}  running for {monotonic() - self.since:.0f} s")
