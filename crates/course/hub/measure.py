"""Measure what a class needs of a hub's machine, and print two tables in Markdown.

`.venv/bin/python -E -B crates/course/hub/measure.py` with 1, 2, 4 and 8 users, after
`./kernel-setup.sh hub install`; other numbers may be named. Let nothing else run on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from course.hub.classroom import PASSWORD, ROOT, hub, memory, missing
from course.hub.user import Kernel, User
from course.notebook import files

NOTEBOOK = "01-introduction.ipynb"
# The system, the hub and its proxy.
BESIDE_USERS = 1.0
# What one user may hold at most is the limit of jupyterhub_config.py.
LIMIT = 1.5


@dataclass
class Measured:
    """What a number of users had, all of them at once."""

    users: int
    server: float
    ready: float
    slowest: float
    cell: str
    rss: float
    pss: float

    def row(self) -> str:
        shared = self.rss - self.pss
        return (
            f"| {self.users} | {self.server:.0f} s | {self.ready:.0f} s "
            f"| {self.slowest:.1f} s (`{self.cell}`) | {self.rss:.2f} GB | {self.pss:.2f} GB | {shared:.2f} GB |"
        )


async def measure(count: int) -> Measured:
    """Let so many users start their servers, then their kernels, then all of 01."""
    # A path without links, as processes are found by it.
    with tempfile.TemporaryDirectory(prefix="course-hub-") as temp:
        folder = Path(temp).resolve()
        with hub(folder) as address:
            users = [User(address, f"user{number}") for number in range(count)]
            for user in users:
                await user.log_in(PASSWORD)
            server = max(await asyncio.gather(*(user.start_server() for user in users)))
            begun = time.monotonic()
            kernels = await asyncio.gather(*(first_answer(user) for user in users))
            ready = time.monotonic() - begun
            slowest, cell = max(
                await asyncio.gather(*(run_all(kernel) for kernel in kernels))
            )
            held = [memory(folder, user.name) for user in users]
    rss, pss = (sum(column) / count for column in zip(*held, strict=True))
    return Measured(count, server, ready, slowest, cell, rss, pss)


async def first_answer(user: User) -> Kernel:
    kernel = await user.open(f"my-notebooks/{NOTEBOOK}")
    await kernel.run("1 + 1")
    return kernel


async def run_all(kernel: Kernel) -> tuple[float, str]:
    """Run each cell; return the seconds of the slowest one, and which it was."""
    book = files.read(ROOT / "notebooks" / NOTEBOOK)
    took = []
    for cell in book.cells:
        if cell.cell_type == "code":
            took.append(((await kernel.run(cell.source)).seconds, cell.id))
    return max(took)


def computed(most: Measured, cores: int) -> list[str]:
    """Cores as many as now for each user of the largest class; memory by the user."""
    users_of_a_core = most.users / cores
    lines = []
    for users in (30, 300):
        needed = ceil(users / users_of_a_core)
        least = ceil(BESIDE_USERS + users * most.pss)
        safe = ceil(BESIDE_USERS + users * LIMIT)
        lines.append(f"| {users} | {needed} | {least} GB | {safe} GB |")
    return lines


def report(rows: list[Measured], cores: int) -> str:
    most = rows[-1]
    rule = (
        f"Computed, not measured: a core for {most.users / cores:g} users, as in the last row, which "
        f"waits as long; {BESIDE_USERS:g} GB for the system and the hub, and for each user the PSS "
        f"of the last row, or {LIMIT:g} GB, the limit, so that no user takes what another has:"
    )
    measured = [
        f"Measured on {cores} cores, all users at once; memory is that of a user, at the mean:",
        "",
        "| users | server ready | kernel ready | slowest cell of 01 | RSS | PSS | shared |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *[row.row() for row in rows],
    ]
    sizes = [
        "| users | cores | memory, as measured | memory, all at their limit |",
        "| --- | --- | --- | --- |",
        *computed(most, cores),
    ]
    return "\n".join([*measured, "", rule, "", *sizes])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("users", type=int, nargs="*", default=[1, 2, 4, 8])
    counts = parser.parse_args().users
    if reason := missing():
        print(f"error: {reason}", file=sys.stderr)
        return 1
    rows = []
    for count in counts:
        print(f"{count} at once ...", file=sys.stderr, flush=True)
        rows.append(asyncio.run(measure(count)))
    print(report(rows, os.cpu_count() or 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
